//! A workspace with a clock that stands still, small feeds of our own wording, two SBOMs.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{
    App, FixedClock, FixedEntropy, Viewer,
    import::{ImportReport, ImportRequest, import},
    inventory,
    product::{self, NewProduct},
    release::{self, NewRelease},
    site::{self, NewSite},
    unit::{self, NewUnit},
};
use store::{Location, Store};
use testkit::Engine;

pub(crate) struct Workspace {
    pub(crate) app: App,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) console: Viewer,
    pub(crate) folder: tempfile::TempDir,
}

impl Workspace {
    pub(crate) fn new(engine: &Engine) -> Self {
        let location = match engine {
            Engine::Sqlite(path) => Location::Sqlite(path.clone()),
            Engine::Postgres(url) => Location::Postgres(url.clone()),
        };
        let store = Store::open(&location).unwrap();
        store.claim("0197-watch").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at("2026-03-01T09:00:00Z".parse().unwrap()));
        let entropy = Arc::new(FixedEntropy::default());
        let app = App::new(store, folder.path(), clock.clone(), entropy, jiff::tz::TimeZone::UTC).unwrap();
        Self { app, clock, console: Viewer::console(Vec::new()), folder }
    }

    /// A folder for feeds, inside the workspace's temporary folder.
    pub(crate) fn feeds(&self) -> PathBuf {
        self.folder.path().join("feeds")
    }

    pub(crate) fn import(&self, path: &Path) -> ImportReport {
        let request = ImportRequest { paths: vec![path.to_owned()], source: None };
        import(&self.app, &self.console, &request, &|_| {}).unwrap()
    }

    /// `pump@1` and `pump@2` with an SBOM each, three units, one of an unknown release.
    pub(crate) fn fill(&self) {
        let console = &self.console;
        let product = NewProduct { name: "Pump".to_owned(), ..NewProduct::default() };
        product::add(&self.app, console, product).unwrap();
        let site = NewSite { name: "North".to_owned(), country: "NO".to_owned(), ..NewSite::default() };
        site::add(&self.app, console, site).unwrap();
        for (version, sbom) in [("1", sbom("v1.3.0", false)), ("2", sbom("v1.4.0", true))] {
            let new = NewRelease {
                product: "pump".to_owned(),
                version: version.to_owned(),
                ..NewRelease::default()
            };
            release::add(&self.app, console, new).unwrap();
            let reference = format!("pump@{version}");
            inventory::add(&self.app, console, &reference, "sbom.json", sbom.as_bytes(), "a test").unwrap();
        }
        for (serial, release, site) in
            [("1", Some("1"), Some("North")), ("2", Some("1"), None), ("3", None, Some("North"))]
        {
            let new = NewUnit {
                serial: serial.to_owned(),
                product: "pump".to_owned(),
                release: release.map(str::to_owned),
                site: site.map(str::to_owned),
                ..NewUnit::default()
            };
            unit::add(&self.app, console, new).unwrap();
        }
    }
}

/// A Go module, a product known by CPE, a part that nothing can be said of, and, if asked, an operating system.
pub(crate) fn sbom(module: &str, windows: bool) -> String {
    let system = if windows {
        r#",{"type":"operating-system","bom-ref":"os","name":"Windows","version":"10.0.17763",
            "cpe":"cpe:2.3:o:microsoft:windows:10.0.17763:*:*:*:*:*:*:*"}"#
    } else {
        ""
    };
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"component":{{"type":"device","bom-ref":"d",
        "name":"Pump"}}}},"components":[
        {{"type":"library","bom-ref":"m","name":"meter","version":"{module}","purl":"pkg:golang/example.org/meter@{module}"}},
        {{"type":"application","bom-ref":"w","name":"widget","version":"1.5",
            "cpe":"cpe:2.3:a:acme:widget:1.5:*:*:*:*:*:*:*"}},
        {{"type":"library","bom-ref":"x","name":"house library"}}{system}]}}"#
    )
}

pub(crate) fn osv(id: &str, cve: &str, module: &str, fixed: &str, modified: &str) -> String {
    format!(
        r#"{{"schema_version":"1.4.0","id":"{id}","modified":"{modified}","published":"2024-01-01T00:00:00Z",
        "aliases":["{cve}"],"summary":"A flaw in {module}","affected":[{{"package":{{"ecosystem":"Go","name":"{module}"}},
        "ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
    )
}

pub(crate) fn nvd(records: &[(&str, &str)]) -> String {
    let records: Vec<String> = records
        .iter()
        .map(|(id, configurations)| {
            format!(
                r#"{{"cve":{{"id":"{id}","sourceIdentifier":"x@example.org","published":"2024-01-01T00:00:00.000",
                "lastModified":"2024-02-01T00:00:00.000","vulnStatus":"Analyzed",
                "descriptions":[{{"lang":"en","value":"About {id}"}}],"metrics":{{"cvssMetricV31":[{{"source":"nvd@nist.gov",
                "type":"Primary","cvssData":{{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                "baseScore":9.8,"baseSeverity":"CRITICAL"}}}}]}},"configurations":{configurations},"references":[]}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"resultsPerPage":{0},"startIndex":0,"totalResults":{0},"format":"NVD_CVE","version":"2.0",
        "timestamp":"2024-02-01T00:00:00.000","vulnerabilities":[{1}]}}"#,
        records.len(),
        records.join(",")
    )
}

/// The widget below 2.0, running on Windows.
pub(crate) const WIDGET_ON_WINDOWS: &str = r#"[{"operator":"AND","nodes":[
    {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
        "criteria":"cpe:2.3:a:acme:widget:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0",
        "matchCriteriaId":"00000000-0000-0000-0000-000000000001"}]},
    {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":false,
        "criteria":"cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*",
        "matchCriteriaId":"00000000-0000-0000-0000-000000000002"}]}]}]"#;
/// The widget below 1.0.
pub(crate) const OLD_WIDGET: &str = r#"[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
    "criteria":"cpe:2.3:a:acme:widget:*:*:*:*:*:*:*:*","versionEndExcluding":"1.0",
    "matchCriteriaId":"00000000-0000-0000-0000-000000000003"}]}]}]"#;

/// Feeds in the form the services deliver, in a folder.
pub(crate) fn lay_down(folder: &Path) {
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(
        "osv/Go/GO-2024-0001.json",
        &osv("GO-2024-0001", "CVE-2024-0001", "example.org/meter", "1.4.0", "2024-01-02T00:00:00Z"),
    );
    put(
        "osv/Go/GO-2024-0002.json",
        &osv("GO-2024-0002", "CVE-2024-0002", "example.org/other", "2.0.0", "2024-01-02T00:00:00Z"),
    );
    put(
        "nvd/nvdcve-2.0-2024.json",
        &nvd(&[
            ("CVE-2024-0001", "[]"),
            ("CVE-2024-0003", WIDGET_ON_WINDOWS),
            ("CVE-2024-0004", OLD_WIDGET),
            ("CVE-2024-0005", "[]"),
        ]),
    );
    put(
        "kev/known_exploited_vulnerabilities.json",
        r#"{"title":"catalogue","catalogVersion":"2024.03.01","dateReleased":"2024-03-01T00:00:00.0000Z","count":1,
        "vulnerabilities":[{"cveID":"CVE-2024-0001","vendorProject":"x","product":"meter","vulnerabilityName":"x",
        "dateAdded":"2024-02-28","shortDescription":"x","requiredAction":"x","dueDate":"2024-03-20",
        "knownRansomwareCampaignUse":"Unknown","notes":""}]}"#,
    );
    put(
        "epss/epss_scores-2024-03-01.csv",
        "#model_version:v2023.03.01,score_date:2024-03-01T00:00:00+0000\ncve,epss,percentile\n\
         CVE-2024-0001,0.5,0.97\nCVE-2024-0003,0.001,0.3\n",
    );
}

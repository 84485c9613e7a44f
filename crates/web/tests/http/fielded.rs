//! A portfolio in the field: two products, three releases, SBOMs, units at sites, feeds of our own wording, one sweep.

use std::fs;

use app::{
    import::{ImportRequest, import},
    inventory,
    product::{self, NewProduct},
    release::{self, NewRelease},
    site::{self, NewSite},
    sweep::sweep,
    unit::{self, NewUnit},
};
use jiff::SignedDuration;

use super::support::Portal;

/// Fixed in 1.4.0; exploited.
pub(crate) const METER: &str = "CVE-2024-0001";
/// Known, and of a module that nobody has.
pub(crate) const OTHER: &str = "CVE-2024-0002";

/// `pump@1` (meter 1.3.0, in range), `pump@2` (meter 1.4.0, after 1), `lamp@1` without an SBOM. Seven units: three with
/// `pump@1`, one with `pump@2`, one pump never read, two lamps.
pub(crate) fn fielded() -> Portal {
    let portal = Portal::new();
    let console = portal.app.console().unwrap();
    let feeds = portal.folder.path().join("feeds");
    for (id, cve, module, fixed) in
        [("GO-2024-0001", METER, "meter", "1.4.0"), ("GO-2024-0002", OTHER, "other", "2.0.0")]
    {
        let place = feeds.join("osv/Go");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join(format!("{id}.json")), osv(id, cve, module, fixed)).unwrap();
    }
    let request = ImportRequest { paths: vec![feeds], source: None };
    import(&portal.app, &console, &request, &|_| {}).unwrap();
    for name in ["Pump", "Lamp"] {
        product::add(&portal.app, &console, NewProduct { name: name.to_owned(), ..NewProduct::default() })
            .unwrap();
    }
    for (name, country) in [("North", "NO"), ("South", "ES")] {
        let new = NewSite { name: name.to_owned(), country: country.to_owned(), ..NewSite::default() };
        site::add(&portal.app, &console, new).unwrap();
    }
    for (product, version, parent, meter) in [
        ("pump", "1", None, Some("v1.3.0")),
        ("pump", "2", Some("1"), Some("v1.4.0")),
        ("lamp", "1", None, None),
    ] {
        let new = NewRelease {
            product: product.to_owned(),
            version: version.to_owned(),
            parent: parent.map(str::to_owned),
            ..NewRelease::default()
        };
        release::add(&portal.app, &console, new).unwrap();
        if let Some(meter) = meter {
            let reference = format!("{product}@{version}");
            let document = sbom(meter);
            inventory::add(&portal.app, &console, &reference, "pump.cdx.json", document.as_bytes(), "")
                .unwrap();
        }
    }
    for (serial, product, release, site) in [
        ("P-1", "pump", Some("1"), Some("North")),
        ("P-2", "pump", Some("1"), Some("South")),
        ("P-3", "pump", Some("1"), None),
        ("P-4", "pump", Some("2"), Some("North")),
        ("P-5", "pump", None, Some("South")),
        ("L-1", "lamp", Some("1"), Some("North")),
        ("L-2", "lamp", Some("1"), Some("South")),
    ] {
        let new = NewUnit {
            serial: serial.to_owned(),
            product: product.to_owned(),
            release: release.map(str::to_owned),
            site: site.map(str::to_owned),
            ..NewUnit::default()
        };
        unit::add(&portal.app, &console, new).unwrap();
    }
    portal.clock.advance(SignedDuration::from_mins(5));
    sweep(&portal.app, &console, false).unwrap();
    portal.clock.advance(SignedDuration::from_mins(5));
    portal
}

/// A module that is watched, one that is watched and never hit, a part that nothing can be said of.
pub(crate) fn sbom(meter: &str) -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"component":{{"type":"device","bom-ref":"d",
        "name":"Pump"}}}},"components":[
        {{"type":"library","bom-ref":"m","name":"meter","version":"{meter}","purl":"pkg:golang/example.org/meter@{meter}"}},
        {{"type":"library","bom-ref":"q","name":"quiet","version":"v2.0.0","purl":"pkg:golang/example.org/quiet@v2.0.0"}},
        {{"type":"library","bom-ref":"x","name":"house library"}}]}}"#
    )
}

fn osv(id: &str, cve: &str, module: &str, fixed: &str) -> String {
    format!(
        r#"{{"schema_version":"1.4.0","id":"{id}","modified":"2024-01-02T00:00:00Z","published":"2024-01-01T00:00:00Z",
        "aliases":["{cve}"],"summary":"A flaw in {module}","affected":[{{"package":{{"ecosystem":"Go",
        "name":"example.org/{module}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
    )
}

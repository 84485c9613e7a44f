//! The source of a record, where its content alone does not say: by archive name and folders, nearest first.

use std::path::Path;

use matcher::record::Source;

use crate::csaf;
use crate::cyclonedx_vex;
use crate::ecosystem;
use crate::openvex;
use crate::osv;
use crate::sniff::Form;

/// Folders above a file that may name its source.
const FOLDERS: usize = 3;

/// Where a file stands.
#[derive(Debug)]
pub(crate) struct Place {
    /// File name and folders above it, nearest first.
    names: Vec<String>,
    /// The source the caller names for everything.
    pub(crate) given: Option<Source>,
}

impl Place {
    pub(crate) fn new(path: &Path, given: Option<Source>) -> Self {
        let names = path
            .components()
            .rev()
            .take(FOLDERS + 1)
            .map(|component| component.as_os_str().to_string_lossy().into_owned())
            .collect();
        Self { names, given }
    }

    /// Why nothing in this place is read, if so.
    pub(crate) fn left_alone(&self) -> Option<&'static str> {
        let distro = |name: &String| name == "distro-fixtures" || name.starts_with("native-feed-files");
        self.names.iter().any(distro).then_some("native inputs of distributions are not read yet")
    }

    /// The source of a document of `form`; `member` is its path inside an archive.
    pub(crate) fn source(&self, form: Form, member: Option<&str>, raw: &[u8]) -> Source {
        if let Some(source) = &self.given {
            return source.clone();
        }
        let name = match form {
            Form::NvdRecord(true) => "nvd-overrides",
            Form::NvdRecord(false) if self.says(member, |name| name.contains("overrides")) => "nvd-overrides",
            Form::Cve5 => self.cna(member),
            Form::Kev => "kev",
            Form::Epss => "epss",
            Form::Csaf => {
                let publisher = csaf::publisher(raw).unwrap_or_else(|| "unknown".to_owned());
                return Source(format!("csaf:{publisher}"));
            }
            Form::OpenVex => {
                let author = openvex::author(raw).unwrap_or_else(|| self.stem(member));
                return Source(format!("openvex:{author}"));
            }
            Form::CycloneDxVex => {
                let author = cyclonedx_vex::author(raw).unwrap_or_else(|| self.stem(member));
                return Source(format!("cyclonedx-vex:{author}"));
            }
            Form::Osv => return Source(format!("osv:{}", self.ecosystem(member, raw))),
            _ => "nvd",
        };
        Source(name.to_owned())
    }

    /// The source a broken document would have had, as far as its place says it.
    pub(crate) fn likely_source(&self, member: Option<&str>) -> Option<Source> {
        if self.given.is_some() {
            return self.given.clone();
        }
        let says = |word: &'static str| self.says(member, move |name| name.contains(word));
        let form = if says("nvdcve") || says("nvd-data-overrides") {
            Form::NvdRecord(false)
        } else if says("known_exploited")
            || self.says(member, |name| name == "kev" || name.starts_with("kev-"))
        {
            Form::Kev
        } else if says("epss_scores") {
            Form::Epss
        } else if says("vulnrichment") || says("cvelist") || self.cna(member) != "cve" {
            Form::Cve5
        } else if self.folder_ecosystem(member).is_some() {
            Form::Osv
        } else {
            return None;
        };
        Some(self.source(form, member, b""))
    }

    /// The name of a document's file without its ending.
    pub(crate) fn stem(&self, member: Option<&str>) -> String {
        let own = self.names.first().map_or("", String::as_str);
        let file = member.and_then(|member| member.rsplit('/').next()).unwrap_or(own);
        file.split('.').next().unwrap_or_default().to_owned()
    }

    fn cna(&self, member: Option<&str>) -> &'static str {
        if self.says(member, |name| name.contains("vulnrichment")) {
            "vulnrichment"
        } else if self
            .says(member, |name| name.contains("kernel") && (name.contains("cna") || name.contains("vulns")))
        {
            "kernel-cna"
        } else if self.says(member, |name| name.contains("openssl")) {
            "openssl-cna"
        } else {
            "cve"
        }
    }

    fn ecosystem(&self, member: Option<&str>, raw: &[u8]) -> String {
        self.folder_ecosystem(member)
            .or_else(|| osv::first_ecosystem(raw))
            .unwrap_or_else(|| "unknown".to_owned())
    }

    /// The bucket of the live service has a folder for each ecosystem with an `all.zip` in it.
    fn folder_ecosystem(&self, member: Option<&str>) -> Option<String> {
        let inside = member.into_iter().flat_map(|member| member.rsplit('/').skip(1));
        let above = self.names.iter().skip(1).map(String::as_str);
        if let Some(name) = inside.chain(above).find_map(known_ecosystem) {
            return Some(name);
        }
        let is_all = self.names.first().is_some_and(|name| name == "all.zip");
        let in_osv = self.names.get(2).is_some_and(|name| name.eq_ignore_ascii_case("osv"));
        (is_all && in_osv).then(|| self.names[1].clone())
    }

    fn says(&self, member: Option<&str>, test: impl Fn(&str) -> bool) -> bool {
        let segments = member.into_iter().flat_map(|member| member.split('/'));
        segments.chain(self.names.iter().map(String::as_str)).any(|name| test(&name.to_ascii_lowercase()))
    }
}

fn known_ecosystem(folder: &str) -> Option<String> {
    let (base, release) =
        folder.split_once(':').map_or((folder, None), |(base, release)| (base, Some(release)));
    let base = ecosystem::canonical(base)?;
    Some(release.map_or_else(|| base.to_owned(), |release| format!("{base}:{release}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_names_the_source() {
        for (path, member, form, raw, expected) in [
            ("feeds/osv/Go/all.zip", Some("GO-1.json"), Form::Osv, "", "osv:Go"),
            ("feeds/osv/crates.io/all.zip", Some("X.json"), Form::Osv, "", "osv:crates.io"),
            ("feeds/osv/Debian:12/all.zip", Some("X.json"), Form::Osv, "", "osv:Debian:12"),
            ("feeds/osv/GHSA-fixtures/all.zip", Some("X.json"), Form::Osv, "", "osv:GHSA-fixtures"),
            ("osv.tar.zst", Some("PyPI/X.json"), Form::Osv, "", "osv:PyPI"),
            ("down/x.json", None, Form::Osv, r#"{"affected":[{"package":{"ecosystem":"npm"}}]}"#, "osv:npm"),
            ("down/x.json", None, Form::Osv, "{}", "osv:unknown"),
            ("cve5/cisa-vulnrichment.tar.zst", Some("2024/1xxx/C.json"), Form::Cve5, "", "vulnrichment"),
            ("cve5/linux-kernel-cna.tar.zst", Some("cves/C.json"), Form::Cve5, "", "kernel-cna"),
            ("cve5/openssl-cna.tar.zst", None, Form::Cve5, "", "openssl-cna"),
            ("cvelistV5-main.zip", Some("cvelistV5-main/cves/C.json"), Form::Cve5, "", "cve"),
            ("nvd/x.json.gz", None, Form::NvdPage, "", "nvd"),
            ("x.tar", Some("data/C.json"), Form::NvdRecord(true), "", "nvd-overrides"),
        ] {
            let source = Place::new(Path::new(path), None).source(form, member, raw.as_bytes());
            assert_eq!(source.0, expected, "{path}");
        }
        let given = Place::new(Path::new("nvd/x.json"), Some(Source("mine".to_owned())));
        assert_eq!(given.source(Form::Cve5, None, b"").0, "mine");
    }
}

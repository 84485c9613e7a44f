//! What identifies a component: package URL, CPE names, digests, and the source package behind a binary one.
//! Whether two identities mean the same thing is `matcher`'s matter.

use component::cpe::Cpe;
use component::purl::Purl;

use crate::inventory::{Component, Hash, Support};
use crate::issue::IssueCode;
use crate::walk::{Walk, quoted};

/// Property under which CPE names that do not parse are kept, one a line.
pub(crate) const UNPARSED_CPE: &str = "cpe:unparsed";
/// Property under which further package URLs of one component are kept, one a line.
pub(crate) const FURTHER_PURLS: &str = "purl:further";

/// Property of our own exports that names the source package, as name and version.
pub(crate) const SOURCE: &str = "aftercare:source";

/// Takes a package URL as written; the first one is that of the component.
pub(crate) fn set_purl(component: &mut Component, text: &str, walk: &mut Walk) {
    if let Some(first) = &component.purl_text {
        if first != text {
            walk.report(IssueCode::PurlExtra, || {
                format!(
                    "{} is a second package URL and kept as text; {} is used",
                    quoted(text),
                    quoted(first)
                )
            });
            append(component, FURTHER_PURLS, text);
        }
        return;
    }
    match Purl::parse(text) {
        Ok(purl) => component.purl = Some(purl),
        Err(error) => walk.report(IssueCode::PurlInvalid, || {
            format!("{} is kept as text and cannot be matched: {error}", quoted(text))
        }),
    }
    component.purl_text = Some(text.to_owned());
}

/// Takes a CPE name in either binding.
pub(crate) fn add_cpe(component: &mut Component, text: &str, walk: &mut Walk) {
    match Cpe::parse(text) {
        Ok(cpe) if component.cpes.contains(&cpe) => {}
        Ok(cpe) => component.cpes.push(cpe),
        Err(error) => {
            walk.report(IssueCode::CpeInvalid, || {
                format!("{} is kept as text and cannot be matched: {error}", quoted(text))
            });
            append(component, UNPARSED_CPE, text);
        }
    }
}

/// A digest in one spelling: CycloneDX writes `SHA-256` and `BLAKE2b-256`, SPDX `SHA256`, `BLAKE2b-256` and
/// `blake2b256`.
pub(crate) fn hash(algorithm: &str, value: &str) -> Hash {
    let algorithm = algorithm.trim().to_ascii_uppercase().replace('_', "-");
    let size = ["SHA", "BLAKE2B"].into_iter().find_map(|family| {
        let size = algorithm.strip_prefix(family)?;
        (!size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit())).then_some((family, size))
    });
    let algorithm = size.map_or(algorithm.clone(), |(family, size)| format!("{family}-{size}"));
    Hash { algorithm, value: value.trim().to_ascii_lowercase() }
}

/// Takes what a property says about support; answers whether it does. Of the level there is no agreed name yet, so
/// that the last word of the name decides (`cle:supportLevel`, `acme:support_level`).
pub(crate) fn take_support(support: &mut Support, name: &str, value: &str) -> bool {
    let word: String =
        name.rsplit(':').next().unwrap_or(name).chars().filter(|c| c.is_alphanumeric()).collect();
    let slot = match word.to_ascii_lowercase().as_str() {
        "endofsupport" | "endofsupportdate" => &mut support.ends,
        "supportlevel" | "levelofsupport" => &mut support.level,
        _ => return false,
    };
    slot.get_or_insert_with(|| value.to_owned());
    true
}

/// Reports what is missing and fills in what the identity itself tells.
pub(crate) fn complete(component: &mut Component, walk: &mut Walk) {
    if component.name.is_empty() {
        walk.report(IssueCode::NameMissing, || {
            "a component without a name can only be matched by its identifiers".to_owned()
        });
    }
    if component.version.is_none() {
        if let Some(version) = component.purl.as_ref().and_then(|purl| purl.version.clone()) {
            walk.report(IssueCode::VersionFromPurl, || {
                format!("{} states no version; that of its package URL is used", label(component))
            });
            component.version = Some(version);
        } else if component.kind.has_version() {
            walk.report(IssueCode::VersionMissing, || {
                format!("{} has no version; whether a flaw concerns it stays undecided", label(component))
            });
        }
    }
    if component.purl_text.is_none() && component.cpes.is_empty() {
        walk.report(IssueCode::NoIdentity, || {
            format!("{} has neither package URL nor CPE; it must be identified by hand", label(component))
        });
    }
    if component.source_package.is_none() {
        component.source_package = source_package(component);
    }
}

fn append(component: &mut Component, property: &str, line: &str) {
    let kept = component.properties.entry(property.to_owned()).or_default();
    if !kept.is_empty() {
        kept.push('\n');
    }
    kept.push_str(line);
}

fn label(component: &Component) -> String {
    quoted(if component.name.is_empty() { &component.reference } else { &component.name })
}

/// The source package that the package URL or the generator's properties name.
fn source_package(component: &Component) -> Option<(String, Option<String>)> {
    let property =
        |name: &str| component.properties.get(name).map(String::as_str).filter(|value| !value.is_empty());
    if let Some(upstream) = component.purl.as_ref().and_then(|purl| purl.qualifiers.get("upstream")) {
        return source_rpm(upstream).or_else(|| match upstream.rsplit_once('@') {
            Some((name, version)) if !name.is_empty() => Some((name.to_owned(), Some(version.to_owned()))),
            _ => Some((upstream.clone(), None)),
        });
    }
    if let Some(name) = property("aquasecurity:trivy:SrcName") {
        let version = property("aquasecurity:trivy:SrcVersion").map(|version| {
            // Trivy splits [epoch:]version[-release] into three properties.
            let epoch = property("aquasecurity:trivy:SrcEpoch").filter(|epoch| *epoch != "0");
            let release = property("aquasecurity:trivy:SrcRelease");
            let mut whole = epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
            whole.push_str(version);
            if let Some(release) = release {
                whole.push('-');
                whole.push_str(release);
            }
            whole
        });
        return Some((name.to_owned(), version));
    }
    if let Some(name) = property("syft:metadata:source") {
        return Some((name.to_owned(), property("syft:metadata:sourceVersion").map(str::to_owned)));
    }
    if let Some(source) = property("syft:metadata:sourceRpm").and_then(source_rpm) {
        return Some(source);
    }
    property("syft:metadata:originPackage").map(|name| (name.to_owned(), None))
}

/// Name and version-release of a source RPM file name: `bash-5.1.8-4.el9.src.rpm`.
fn source_rpm(file: &str) -> Option<(String, Option<String>)> {
    let stem = file.strip_suffix(".rpm")?;
    let stem = stem.strip_suffix(".src").or_else(|| stem.strip_suffix(".nosrc"))?;
    let (rest, release) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    (!name.is_empty()).then(|| (name.to_owned(), Some(format!("{version}-{release}"))))
}

//! A distinct component identity and version, as the record keeps it. Ten million instances are a few hundred
//! thousand of these.

use component::{cpe::Cpe, purl::Purl};

use crate::id::ComponentId;

/// A distinct component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Row id.
    pub id: ComponentId,
    /// Name as written.
    pub name: String,
    /// Version as written.
    pub version: Option<String>,
    /// Canonical package URL.
    pub purl: Option<String>,
    /// CPE 2.3 formatted strings, sorted, joined by one space.
    pub cpes: Option<String>,
    /// Supplier as written.
    pub supplier: Option<String>,
    /// `name[@version]` of the distribution's source package.
    pub source_package: Option<String>,
    /// What it does in the device (`operating_system`, `runtime`, `hardware`).
    pub role: Option<String>,
    /// CVE ids the document says are patched in it, sorted, joined by one space.
    pub patched: Option<String>,
    /// SHA-256 (hex) over the fields above: equal identity, equal component.
    pub identity: String,
}

impl Component {
    /// The text whose SHA-256 is the identity: every field but `id` and `identity`, each with its length so that no two
    /// components share a text.
    #[must_use]
    pub fn identity_text(&self) -> String {
        let fields = [
            Some(&self.name),
            self.version.as_ref(),
            self.purl.as_ref(),
            self.cpes.as_ref(),
            self.supplier.as_ref(),
            self.source_package.as_ref(),
            self.role.as_ref(),
            self.patched.as_ref(),
        ];
        let mut text = String::with_capacity(256);
        for field in fields {
            match field {
                Some(field) => {
                    text.push_str(&field.len().to_string());
                    text.push(':');
                    text.push_str(field);
                }
                None => text.push('-'),
            }
            text.push('\n');
        }
        text
    }

    /// Neither package URL nor CPE: nothing can warn us about it.
    #[must_use]
    pub fn is_without_identity(&self) -> bool {
        self.purl.is_none() && self.cpes.is_none()
    }
}

/// Writes a source package as `name[@version]`. A name that holds `@` always gets one at its end.
#[must_use]
pub fn source_package_text(name: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{name}@{}", version.replace('%', "%25").replace('@', "%40")),
        None if name.contains('@') => format!("{name}@"),
        None => name.to_owned(),
    }
}

/// Name and version of what [`source_package_text`] wrote.
#[must_use]
pub fn source_package_parts(text: &str) -> (String, Option<String>) {
    match text.rsplit_once('@') {
        Some((name, "")) => (name.to_owned(), None),
        Some((name, version)) => (name.to_owned(), Some(version.replace("%40", "@").replace("%25", "%"))),
        None => (text.to_owned(), None),
    }
}

/// The words a component is found by, lower case, sorted, without repeats: those of its name, of package URL and CPE
/// products, and its whole version.
#[must_use]
pub fn words(component: &Component) -> Vec<String> {
    let mut words = Vec::new();
    split(&component.name, &mut words);
    if let Some(purl) = component.purl.as_deref().and_then(|text| Purl::parse(text).ok()) {
        split(&purl.name, &mut words);
        split(purl.namespace.as_deref().unwrap_or_default(), &mut words);
    }
    for cpe in component.cpes.iter().flat_map(|cpes| cpes.split(' ')).filter_map(|text| Cpe::parse(text).ok())
    {
        split(&cpe.vendor.unquoted().unwrap_or_default(), &mut words);
        split(&cpe.product.unquoted().unwrap_or_default(), &mut words);
    }
    words.extend(component.version.as_deref().filter(|version| !version.is_empty()).map(bounded));
    words.sort_unstable();
    words.dedup();
    words
}

/// The words of a search, the longest first: every one has to begin a word of what is found. A package URL or `name@version`
/// may be given; a piece that begins with a digit stays whole, as versions do.
#[must_use]
pub fn search_words(text: &str) -> Vec<String> {
    let text = text.trim();
    let text = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).map_or(text, |(_, path)| path);
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let mut words = Vec::new();
    for piece in text.split(|character: char| character.is_whitespace() || "/@:".contains(character)) {
        if piece.starts_with(|first: char| first.is_ascii_digit()) {
            words.push(bounded(piece));
        } else {
            split(piece, &mut words);
        }
    }
    words.sort_unstable();
    words.dedup();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Longest word kept, in characters; longer names are found by their beginning.
const LONGEST_WORD: usize = 64;

fn bounded(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).take(LONGEST_WORD).collect()
}

fn split(text: &str, words: &mut Vec<String>) {
    let pieces = text.split(|character: char| !character.is_alphanumeric());
    words.extend(pieces.filter(|piece| !piece.is_empty()).map(bounded));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log4j() -> Component {
        Component {
            id: ComponentId(1),
            name: "log4j-core".to_owned(),
            version: Some("2.14.1".to_owned()),
            purl: Some("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1".to_owned()),
            cpes: Some("cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*".to_owned()),
            supplier: None,
            source_package: None,
            role: None,
            patched: None,
            identity: String::new(),
        }
    }

    #[test]
    fn source_packages_round_trip() {
        for (name, version) in [
            ("openssl", None),
            ("openssl", Some("3.0.11-1~deb12u2")),
            ("@scope/name", None),
            ("@scope/name", Some("1.0")),
            ("odd", Some("1@2%40")),
        ] {
            let text = source_package_text(name, version);
            assert_eq!(source_package_parts(&text), (name.to_owned(), version.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn every_field_is_part_of_the_identity() {
        let component = log4j();
        let text = component.identity_text();
        let changes: [fn(&mut Component); 8] = [
            |c| c.name.push('x'),
            |c| c.version = None,
            |c| c.purl = None,
            |c| c.cpes = None,
            |c| c.supplier = Some(String::new()),
            |c| c.source_package = Some(String::new()),
            |c| c.role = Some(String::new()),
            |c| c.patched = Some(String::new()),
        ];
        for change in changes {
            let mut other = component.clone();
            change(&mut other);
            assert_ne!(other.identity_text(), text);
        }
        let other = Component { id: ComponentId(2), identity: "x".to_owned(), ..component };
        assert_eq!(other.identity_text(), text);
    }

    #[test]
    fn searches_meet_words() {
        let words = words(&log4j());
        let found = |text: &str| {
            search_words(text).iter().all(|sought| words.iter().any(|word| word.starts_with(sought.as_str())))
        };
        for text in [
            "log4j",
            "LOG4",
            "apache log4j",
            "log4j-core@2.14",
            "log4j-core 2.14.1",
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar",
        ] {
            assert!(found(text), "{text}");
        }
        for text in ["log5", "log4j 2.15", "pkg:maven/org.slf4j/log4j-over"] {
            assert!(!found(text), "{text}");
        }
        assert_eq!(search_words("  "), Vec::<String>::new());
    }
}

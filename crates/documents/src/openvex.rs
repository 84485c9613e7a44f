//! A case's signed decisions as an OpenVEX 0.2.0 document: one statement for each fielded version.

use std::collections::BTreeMap;

use domain::{
    case::Case,
    decision::{Decision, DecisionState, VexStatus},
};
use jiff::{Timestamp, Unit};
use serde_json::{Map, Value, json};

/// The context of OpenVEX 0.2.0.
pub const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";

/// What a document is made of.
#[derive(Clone, Debug)]
pub struct VexDocument<'a> {
    /// The manufacturer.
    pub author: &'a str,
    /// The case; its id is the document's.
    pub case: &'a Case,
    /// Counts up with every change of the case's signed decisions, from 1.
    pub version: i64,
    /// The statements, in the order they are to stand.
    pub statements: Vec<VexStatement<'a>>,
}

/// One decision, with what names its product.
#[derive(Clone, Debug)]
pub struct VexStatement<'a> {
    /// The decision.
    pub decision: &'a Decision,
    /// A signature stands on exactly this version of it.
    pub signature_valid: bool,
    /// When that version was made.
    pub signed_at: Timestamp,
    /// Short name of the product.
    pub slug: &'a str,
    /// Software version.
    pub release: &'a str,
    /// UDI-DI of the product.
    pub udi_di: Option<&'a str>,
    /// Components of the release that matched when it was signed.
    pub components: Vec<VexComponent>,
}

/// A component inside the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct VexComponent {
    /// Canonical package URL.
    pub purl: Option<String>,
    /// CPE 2.3 formatted string.
    pub cpe: Option<String>,
    /// Name as written.
    pub name: String,
    /// Version as written.
    pub version: Option<String>,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VexError {
    /// OpenVEX asks for at least one statement.
    #[error("{0} has no signed decision, and nothing unsigned is published: sign one first")]
    Empty(String),
    /// A decision is not signed, or was changed since.
    #[error(
        "the decision for {0} bears no valid signature, and nothing unsigned is published: sign it or leave it out"
    )]
    Unsigned(String),
    /// The decision lacks what VEX requires; a gate was passed by.
    #[error("the decision for {0} lacks {1}: decide it again")]
    Incomplete(String, &'static str),
}

/// Renders the document: UTF-8 JSON, two spaces of indent, keys in order, a line feed at the end.
///
/// # Errors
/// Nothing signed, something unsigned, or a decision that lacks what VEX requires.
pub fn render(document: &VexDocument<'_>) -> Result<String, VexError> {
    let first = document.statements.iter().map(|statement| statement.signed_at).min();
    let last = document.statements.iter().map(|statement| statement.signed_at).max();
    let (Some(first), Some(last)) = (first, last) else {
        return Err(VexError::Empty(document.case.label()));
    };
    let statements = document.statements.iter().map(statement).collect::<Result<Vec<_>, _>>()?;
    let value = object([
        ("@context", json!(CONTEXT)),
        ("@id", json!(format!("urn:uuid:{}", document.case.id))),
        ("author", json!(document.author)),
        ("role", json!("Document Creator")),
        ("timestamp", json!(moment(first))),
        ("last_updated", json!(moment(last))),
        ("version", json!(document.version)),
        ("tooling", json!(concat!("aftercare/", env!("CARGO_PKG_VERSION")))),
        ("statements", Value::Array(statements)),
    ]);
    Ok(format!("{value:#}\n"))
}

fn statement(statement: &VexStatement<'_>) -> Result<Value, VexError> {
    let decision = statement.decision;
    let release = || format!("{}@{}", statement.slug, statement.release);
    if decision.state != DecisionState::Signed || !statement.signature_valid {
        return Err(VexError::Unsigned(release()));
    }
    let signed_at = moment(statement.signed_at);
    let mut members = vec![
        ("@id", json!(format!("urn:uuid:{}", decision.id))),
        ("products", json!([product(statement)])),
        ("status", json!(decision.status.as_str())),
        ("timestamp", json!(signed_at)),
        ("vulnerability", vulnerability(&decision.names)),
    ];
    match decision.status {
        VexStatus::NotAffected => {
            if decision.justification.is_none() && decision.impact_statement.is_none() {
                return Err(VexError::Incomplete(release(), "a justification or an impact statement"));
            }
            if let Some(justification) = decision.justification {
                members.push(("justification", json!(justification.as_str())));
            }
            if let Some(impact) = &decision.impact_statement {
                members.push(("impact_statement", json!(impact)));
            }
        }
        VexStatus::Affected => {
            let action = decision.action_statement.as_ref();
            let action = action.ok_or_else(|| VexError::Incomplete(release(), "an action statement"))?;
            members.push(("action_statement", json!(action)));
            members.push(("action_statement_timestamp", json!(signed_at)));
        }
        VexStatus::Fixed | VexStatus::UnderInvestigation => {}
    }
    Ok(object(members))
}

/// `pkg:generic/slug@version`, with the UDI-DI as a qualifier: OpenVEX has no identifier for devices.
fn product(statement: &VexStatement<'_>) -> Value {
    let mut id = purl(statement.slug, Some(statement.release));
    if let Some(udi_di) = statement.udi_di {
        id.push_str(&format!("?udi_di={}", encoded(udi_di)));
    }
    let mut components = statement.components.clone();
    components.sort();
    components.dedup();
    let mut members = vec![("@id", json!(id)), ("identifiers", object([("purl", json!(id))]))];
    if !components.is_empty() {
        members.push(("subcomponents", components.iter().map(subcomponent).collect()));
    }
    object(members)
}

fn subcomponent(component: &VexComponent) -> Value {
    let cpe = component.cpe.as_ref();
    let mut identifiers = Vec::new();
    if let Some(purl) = &component.purl {
        identifiers.push(("purl", json!(purl)));
    }
    if let Some(cpe) = cpe {
        identifiers.push(("cpe23", json!(cpe)));
    }
    let mut members = Vec::new();
    match &component.purl {
        Some(purl) => members.push(("@id", json!(purl))),
        // Only what has no identifier of its own gets one made of its name.
        None if cpe.is_none() => {
            members.push(("@id", json!(purl(&component.name, component.version.as_deref()))));
        }
        None => {}
    }
    if !identifiers.is_empty() {
        members.push(("identifiers", object(identifiers)));
    }
    object(members)
}

/// The name a decision shows, the lowest CVE, and the others as aliases.
fn vulnerability(names: &str) -> Value {
    let all: Vec<&str> = names.split(' ').filter(|name| !name.is_empty()).collect();
    let cve = |name: &&&str| {
        let (year, number) = name.strip_prefix("CVE-")?.split_once('-')?;
        Some((year.parse::<u32>().ok()?, number.parse::<u64>().ok()?))
    };
    let shown = all.iter().filter(|name| cve(name).is_some()).min_by_key(cve).or_else(|| all.iter().min());
    let shown = shown.copied().unwrap_or_default();
    let aliases: Vec<&str> = all.iter().copied().filter(|name| *name != shown).collect();
    let mut members = vec![("name", json!(shown))];
    if !aliases.is_empty() {
        members.push(("aliases", json!(aliases)));
    }
    object(members)
}

fn purl(name: &str, version: Option<&str>) -> String {
    let version = version.map(|version| format!("@{}", encoded(version))).unwrap_or_default();
    format!("pkg:generic/{}{version}", encoded(name))
}

/// Percent-encoding of a package URL's parts.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// RFC 3339 UTC to the second, never later than the moment itself.
fn moment(timestamp: Timestamp) -> String {
    let options = jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Trunc);
    timestamp.round(options).unwrap_or(timestamp).to_string()
}

/// An object whose keys stand in byte order, whatever the features of the JSON library.
fn object<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let sorted: BTreeMap<&str, Value> = members.into_iter().collect();
    Value::Object(sorted.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

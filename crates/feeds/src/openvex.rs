//! OpenVEX documents of suppliers.
//!
//! One record a document. Its own id is not enough to name it, as hubs give one id to the documents of several products:
//! the first product is added. Not here: how statements are made of what is said (`vex`).

use component::purl::Purl;
use matcher::record::Source;
use serde::Deserialize;

use crate::text::{List, Text, one_line};
use crate::unit::{self, Unit, time};
use crate::vex::{Said, Sayings, Word};

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(default, borrow, rename = "@id")]
    id: Text<'a>,
    #[serde(default, borrow)]
    author: Text<'a>,
    #[serde(default, borrow)]
    timestamp: Text<'a>,
    #[serde(default, borrow)]
    last_updated: Text<'a>,
    #[serde(default, borrow)]
    statements: List<Statement<'a>>,
}

#[derive(Deserialize)]
struct Statement<'a> {
    #[serde(default, borrow)]
    vulnerability: Option<Named<'a>>,
    #[serde(default, borrow)]
    products: List<Named<'a>>,
    #[serde(default, borrow)]
    status: Text<'a>,
    #[serde(default, borrow)]
    justification: Text<'a>,
    #[serde(default, borrow)]
    impact_statement: Text<'a>,
    #[serde(default, borrow)]
    action_statement: Text<'a>,
}

/// A vulnerability or a product: a name alone, as version 0.0.1 wrote it, or an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Named<'a> {
    #[serde(borrow)]
    Object(Object<'a>),
    #[serde(borrow)]
    Name(Text<'a>),
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(default, borrow, rename = "@id")]
    id: Text<'a>,
    #[serde(default, borrow)]
    name: Text<'a>,
    #[serde(default, borrow)]
    aliases: List<Text<'a>>,
    #[serde(default, borrow)]
    identifiers: Option<Identifiers<'a>>,
    #[serde(default, borrow)]
    subcomponents: List<Named<'a>>,
}

#[derive(Deserialize)]
struct Identifiers<'a> {
    #[serde(default, borrow)]
    purl: Text<'a>,
}

/// Reads one document.
pub fn parse_one(raw: &[u8], source: &Source) -> Unit {
    unit::parse(raw, |text, issues| {
        let document: Document<'_> = serde_json::from_str(text).map_err(unit::malformed)?;
        let id = document.id.some().ok_or_else(|| unit::no_id("/@id"))?;
        let first = document.statements.iter().find_map(|statement| statement.products.first());
        let id = match first.and_then(Named::purl) {
            Some(product) => format!("{id}#{}", Purl { version: None, ..product }),
            None => id.to_owned(),
        };
        let mut sayings = Sayings::new(source, id);
        let author = one_line(document.author.get());
        for (at, statement) in document.statements.iter().enumerate() {
            read(statement, &format!("/statements/{at}"), &author, &mut sayings);
        }
        let mut record = sayings.finish(issues);
        record.published = time(document.timestamp.get(), "/timestamp", issues);
        let updated = time(document.last_updated.get(), "/last_updated", issues);
        record.modified = updated.max(record.published.clone());
        record.summary = format!("OpenVEX of {author}");
        Ok(record)
    })
}

/// The author, for the name of the source.
pub(crate) fn author(raw: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Brief<'a> {
        #[serde(default, borrow)]
        author: Text<'a>,
    }
    let brief: Brief<'_> = serde_json::from_slice(raw).ok()?;
    let author = one_line(brief.author.get());
    (!author.is_empty()).then_some(author)
}

fn read(statement: &Statement<'_>, pointer: &str, author: &str, sayings: &mut Sayings) {
    let word = match statement.status.get() {
        "not_affected" => Word::NotAffected,
        "fixed" => Word::Fixed,
        "affected" => Word::Affected,
        _ => Word::Open,
    };
    let Some(flaw) = statement.vulnerability.as_ref().and_then(Named::flaw) else {
        return sayings.unnamed(pointer.to_owned());
    };
    let why = [&statement.justification, &statement.impact_statement];
    let why: Vec<&str> = why.into_iter().filter_map(Text::some).collect();
    let why = one_line(&why.join(": "));
    let reason = format!("{} ({author})", if why.is_empty() { "its author says so" } else { &why });
    let remedy = one_line(statement.action_statement.get());
    for (at, product) in statement.products.iter().enumerate() {
        let at = format!("{pointer}/products/{at}");
        let Some(purl) = product.purl() else {
            sayings.unnamed(at);
            continue;
        };
        let say = |purl: &Purl, product: Option<&Purl>, pointer: String, sayings: &mut Sayings| {
            let (flaw, reason, remedy) = (flaw, reason.as_str(), remedy.as_str());
            sayings.say(Said { flaw, word, reason, remedy, purl, product, pointer });
        };
        let parts = product.subcomponents();
        if parts.is_empty() {
            say(&purl, None, at, sayings);
            continue;
        }
        for (index, part) in parts.iter().enumerate() {
            let at = format!("{at}/subcomponents/{index}");
            match part.purl() {
                Some(part) => say(&part, Some(&purl), at, sayings),
                None => sayings.unnamed(at),
            }
        }
    }
}

impl Named<'_> {
    /// The CVE among the names of a vulnerability, if it is one; else its name.
    fn flaw(&self) -> Option<&str> {
        let (name, aliases) = match self {
            Self::Name(name) => (name.some()?, &[][..]),
            Self::Object(object) => (object.name.some().or(object.id.some())?, &object.aliases[..]),
        };
        let mut cves = aliases.iter().map(Text::get).filter(|alias| alias.starts_with("CVE-"));
        match (name.starts_with("CVE-"), cves.next(), cves.next()) {
            (false, Some(only), None) => Some(only),
            _ => Some(name),
        }
    }

    fn purl(&self) -> Option<Purl> {
        let text = match self {
            Self::Name(name) => name.some(),
            Self::Object(object) => object
                .identifiers
                .as_ref()
                .and_then(|identifiers| identifiers.purl.some())
                .or(object.id.some()),
        };
        Purl::parse(text?).ok()
    }

    fn subcomponents(&self) -> &[Named<'_>] {
        match self {
            Self::Name(_) => &[],
            Self::Object(object) => &object.subcomponents,
        }
    }
}

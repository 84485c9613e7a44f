//! A figure that leads to its rows, a named link, and the sentence with which a page answers its question.

use askama::Template;

use super::filters;

/// How many rows, and where they are listed. Use it for every figure that counts rows of the record.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/count.html")]
pub struct Count {
    pub n: u64,
    pub href: String,
}

#[derive(Debug, Clone, Template)]
#[template(source = r#"<a href="{{ href }}">{{ label }}</a>"#, ext = "html")]
pub struct Link {
    pub label: String,
    pub href: String,
}

/// The answer sentence at the top of a page, made from live figures.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/headline.html")]
pub struct Headline {
    spans: Vec<Span>,
}

#[derive(Debug, Clone)]
enum Span {
    Text(String),
    Strong(String),
    Link { text: String, href: String, patient: bool },
}

impl askama::filters::HtmlSafe for Count {}
impl askama::filters::HtmlSafe for Link {}
impl askama::filters::HtmlSafe for Headline {}

impl Count {
    pub fn new(n: u64, href: impl Into<String>) -> Self {
        Self { n, href: href.into() }
    }
}

impl Link {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

impl Headline {
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.spans.push(Span::Text(text.into()));
        self
    }

    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.spans.push(Span::Strong(text.into()));
        self
    }

    pub fn link(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.spans.push(Span::Link { text: text.into(), href: href.into(), patient: false });
        self
    }

    /// The one link in wine: it leads to what may reach a patient.
    pub fn patient_link(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.spans.push(Span::Link { text: text.into(), href: href.into(), patient: true });
        self
    }
}

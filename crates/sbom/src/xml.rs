//! The XML parser's side: elements with resolved names under limits. Document types are skipped, entities are never
//! expanded, and what an element means is each format's matter.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::error::ReadError;
use crate::issue::IssueCode;
use crate::walk::Walk;

/// Deepest nesting of a tree that is built, as for JSON.
pub(crate) const MAX_DEPTH: usize = 128;
/// Attributes of one element that are read.
const MAX_ATTRIBUTES: usize = 256;

/// An element's opening: its local name, its namespace and its attributes.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    pub(crate) name: String,
    pub(crate) namespace: String,
    /// Namespace (empty for none), local name and value.
    pub(crate) attributes: Vec<(String, String, String)>,
}

impl Opening {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(_, local, _)| local == name).map(|(_, _, value)| value.as_str())
    }
}

/// What comes next in the document.
pub(crate) enum Token {
    Open(Opening),
    Text(String),
    Close,
    End,
}

/// An element with everything in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) opening: Opening,
    pub(crate) children: Vec<Element>,
    /// The text directly inside, pieces joined.
    pub(crate) text: String,
}

impl Element {
    pub(crate) fn name(&self) -> &str {
        &self.opening.name
    }
}

/// Reads one document token by token.
pub(crate) struct Reader<'a> {
    text: &'a str,
    inner: NsReader<&'a [u8]>,
    depth: usize,
    max_depth: usize,
    /// An empty element was opened and its closing is still to be told.
    closing: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, max_depth: usize) -> Self {
        Reader { text, inner: NsReader::from_str(text), depth: 0, max_depth, closing: false }
    }

    pub(crate) fn next(&mut self, walk: &mut Walk) -> Result<Token, ReadError> {
        if self.closing {
            self.closing = false;
            self.depth -= 1;
            return Ok(Token::Close);
        }
        loop {
            let event = match self.inner.read_event() {
                Ok(event) => event,
                Err(error) => return Err(self.broken(error.to_string())),
            };
            match event {
                Event::Start(start) => return self.open(&start, walk),
                Event::Empty(start) => {
                    self.closing = true;
                    return self.open(&start, walk);
                }
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(Token::Close);
                }
                Event::Text(text) => return Ok(Token::Text(text.xml10_content().into_owned())),
                Event::CData(text) => return Ok(Token::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content().into_owned();
                    return Ok(Token::Text(self.character(&name, walk)));
                }
                Event::DocType(_) => walk.report(IssueCode::DocumentType, || {
                    "the document type declaration is skipped; entities that it declares are not expanded"
                        .to_owned()
                }),
                Event::Eof if self.depth > 0 => {
                    return Err(self.broken("the document ends too early".to_owned()));
                }
                Event::Eof => return Ok(Token::End),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// The opening of the outermost element.
    pub(crate) fn root(&mut self, walk: &mut Walk) -> Result<Opening, ReadError> {
        loop {
            match self.next(walk)? {
                Token::Open(opening) => return Ok(opening),
                Token::End => return Err(self.broken("there is no element".to_owned())),
                Token::Text(_) | Token::Close => {}
            }
        }
    }

    /// The next child of the element whose opening was read last; none when it closes.
    pub(crate) fn child(&mut self, walk: &mut Walk) -> Result<Option<Opening>, ReadError> {
        loop {
            match self.next(walk)? {
                Token::Open(opening) => return Ok(Some(opening)),
                Token::Close | Token::End => return Ok(None),
                Token::Text(_) => {}
            }
        }
    }

    /// Everything in an element whose opening was just read. Recursion is bounded by the depth limit.
    pub(crate) fn element(&mut self, opening: Opening, walk: &mut Walk) -> Result<Element, ReadError> {
        let mut element = Element { opening, ..Element::default() };
        loop {
            match self.next(walk)? {
                Token::Open(opening) => element.children.push(self.element(opening, walk)?),
                Token::Text(text) => element.text.push_str(&text),
                Token::Close | Token::End => return Ok(element),
            }
        }
    }

    /// Skips everything in an element whose opening was just read.
    pub(crate) fn skip(&mut self, walk: &mut Walk) -> Result<(), ReadError> {
        let depth = self.depth;
        while self.depth >= depth {
            if let Token::End = self.next(walk)? {
                break;
            }
        }
        Ok(())
    }

    /// The refusal for something wrong at the present place.
    pub(crate) fn broken(&self, what: String) -> ReadError {
        let (line, column) = self.place();
        ReadError::Xml { line, column, what }
    }

    fn place(&self) -> (usize, usize) {
        let at = usize::try_from(self.inner.buffer_position()).unwrap_or(usize::MAX).min(self.text.len());
        let before = &self.text.as_bytes()[..at];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = at - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1) + 1;
        (line, column)
    }

    fn open(&mut self, start: &BytesStart<'_>, walk: &mut Walk) -> Result<Token, ReadError> {
        self.depth += 1;
        if self.depth > self.max_depth {
            let (line, column) = self.place();
            return Err(ReadError::TooDeep { limit: self.max_depth, line, column });
        }
        let (namespace, name) = self.inner.resolver().resolve_element(start.name());
        let mut opening = Opening {
            name: name.as_ref().to_owned(),
            namespace: namespace_of(&namespace),
            ..Opening::default()
        };
        for (count, attribute) in start.attributes().with_checks(false).enumerate() {
            if count >= MAX_ATTRIBUTES {
                walk.report(IssueCode::NotKept, || {
                    format!("attributes of one element beyond the first {MAX_ATTRIBUTES} are left out")
                });
                break;
            }
            let attribute = attribute.map_err(|error| self.broken(error.to_string()))?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let (namespace, local) = self.inner.resolver().resolve_attribute(attribute.key);
            let value = self.unescaped(&attribute.value, walk);
            opening.attributes.push((namespace_of(&namespace), local.as_ref().to_owned(), value));
        }
        Ok(Token::Open(opening))
    }

    fn unescaped(&self, value: &str, walk: &mut Walk) -> String {
        let mut unescaped = String::with_capacity(value.len());
        let mut rest = value;
        while let Some(at) = rest.find('&') {
            unescaped.push_str(&rest[..at]);
            let reference = &rest[at + 1..];
            match reference.find(';') {
                Some(end) => {
                    unescaped.push_str(&self.character(&reference[..end], walk));
                    rest = &reference[end + 1..];
                }
                // No end in all that is left: no later one can have any, and none is looked for again.
                None => {
                    unescaped.push_str(&rest[at..]);
                    return unescaped;
                }
            }
        }
        unescaped.push_str(rest);
        unescaped
    }

    /// What a reference stands for: one of the five names, a character by number, or U+FFFD with an issue.
    fn character(&self, name: &str, walk: &mut Walk) -> String {
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        });
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32),
        };
        let character = character.unwrap_or_else(|| {
            walk.report(IssueCode::EntityUnknown, || {
                format!("the reference to {} is not expanded and stands as U+FFFD", crate::walk::quoted(name))
            });
            char::REPLACEMENT_CHARACTER
        });
        character.to_string()
    }
}

fn namespace_of(resolved: &ResolveResult<'_>) -> String {
    match resolved {
        ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
    }
}

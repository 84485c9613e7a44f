//! The YAML parser's side: values in the shape of JSON under limits on depth and on what aliases repeat.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};
use serde_json::{Map, Value};

use crate::error::ReadError;

const MAX_DEPTH: usize = 64;
/// Bytes that anchors may hold and aliases may repeat in one document, all together.
const MAX_REPEATED: usize = 64 << 20;
/// What a value costs besides its text.
const VALUE_BYTES: usize = 64;

/// Reads one document event by event.
pub(crate) struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, (Value, usize)>,
    repeated: usize,
    line: usize,
    column: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let parser = Parser::new_from_str(text);
        Reader { parser, anchors: HashMap::new(), repeated: 0, line: 1, column: 1 }
    }

    /// The next event that is part of the document's content.
    pub(crate) fn next(&mut self) -> Result<Event<'a>, ReadError> {
        loop {
            match self.parser.next_event() {
                Some(Ok((Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _))) => {}
                Some(Ok((event, span))) => {
                    (self.line, self.column) = (span.start.line(), span.start.col() + 1);
                    return Ok(event);
                }
                Some(Err(error)) => return Err(broken(&error)),
                None => return Ok(Event::StreamEnd),
            }
        }
    }

    /// The value that begins with `event`. Recursion is bounded by the depth limit.
    pub(crate) fn value(&mut self, event: Event<'a>, depth: usize) -> Result<Value, ReadError> {
        self.sized(event, depth).map(|(value, _)| value)
    }

    /// The refusal for something that stands where it does not belong.
    pub(crate) fn misplaced(&self, what: &str) -> ReadError {
        ReadError::Yaml { line: self.line, column: self.column, what: what.to_owned() }
    }

    fn sized(&mut self, event: Event<'a>, depth: usize) -> Result<(Value, usize), ReadError> {
        if depth > MAX_DEPTH {
            return Err(ReadError::TooDeep { limit: MAX_DEPTH, line: self.line, column: self.column });
        }
        let mut bytes = VALUE_BYTES;
        let (value, anchor) = match event {
            // Only a plain scalar can be null; everything else is a text, so that 1.10 stays 1.10.
            Event::Scalar(text, ScalarStyle::Plain, anchor, _)
                if matches!(&*text, "" | "~" | "null" | "Null") =>
            {
                (Value::Null, anchor)
            }
            Event::Scalar(text, _, anchor, _) => {
                bytes += text.len();
                (Value::String(text.into_owned()), anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let mut list = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => {
                            let (value, size) = self.sized(event, depth + 1)?;
                            bytes += size;
                            list.push(value);
                        }
                    }
                }
                (Value::Array(list), anchor)
            }
            Event::MappingStart(anchor, _) => {
                let mut members = Map::new();
                loop {
                    let key = match self.next()? {
                        Event::MappingEnd => break,
                        Event::Scalar(key, ..) => key.into_owned(),
                        _ => return Err(self.misplaced("a key that is not a text")),
                    };
                    let event = self.next()?;
                    let (value, size) = self.sized(event, depth + 1)?;
                    bytes += size + key.len();
                    members.insert(key, value);
                }
                (Value::Object(members), anchor)
            }
            Event::Alias(anchor) => {
                let Some((value, size)) = self.anchors.get(&anchor) else {
                    return Err(self.misplaced("an alias of something that is not complete yet"));
                };
                let (value, size) = (value.clone(), *size);
                self.repeat(size)?;
                return Ok((value, size));
            }
            _ => return Err(self.misplaced("the document ends too early")),
        };
        if anchor > 0 {
            self.repeat(bytes)?;
            self.anchors.insert(anchor, (value.clone(), bytes));
        }
        Ok((value, bytes))
    }

    fn repeat(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.repeated += bytes;
        if self.repeated > MAX_REPEATED {
            return Err(ReadError::Expansion { what: "YAML anchors and aliases", limit: MAX_REPEATED });
        }
        Ok(())
    }
}

fn broken(error: &ScanError) -> ReadError {
    let marker = error.marker();
    ReadError::Yaml { line: marker.line(), column: marker.col() + 1, what: error.info().to_owned() }
}

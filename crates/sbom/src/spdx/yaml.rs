//! SPDX 2 YAML: the JSON form in another spelling, its lists taken in entry by entry.

use saphyr_parser::Event;

use super::intake::{Intake, LISTS};
use crate::error::ReadError;
use crate::inventory::{Format, Inventory};
use crate::walk::Walk;
use crate::yaml::Reader;

/// Reads an SPDX 2 YAML document.
pub(crate) fn read_yaml(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut reader = Reader::new(text);
    let Event::MappingStart(..) = reader.next()? else {
        return Err(ReadError::Unknown { found: "text of another kind" });
    };
    let mut intake = Intake::default();
    loop {
        let key = match reader.next()? {
            Event::MappingEnd => break,
            Event::Scalar(key, ..) => key,
            _ => return Err(reader.misplaced("a key that is not a text")),
        };
        let event = reader.next()?;
        let list = LISTS.contains(&&*key);
        match event {
            Event::SequenceStart(0, _) if list => loop {
                match reader.next()? {
                    Event::SequenceEnd => break,
                    event => {
                        let value = reader.value(event, 2)?;
                        intake.entry(&key, value, walk)?;
                    }
                }
            },
            event => {
                let value = reader.value(event, 1)?;
                match value {
                    serde_json::Value::Array(entries) if list => {
                        for entry in entries {
                            intake.entry(&key, entry, walk)?;
                        }
                    }
                    serde_json::Value::Null => {}
                    value => intake.member(&key, value, walk),
                }
            }
        }
    }
    intake.close(Format::SpdxYaml, walk)
}

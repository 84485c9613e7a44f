//! Opens one input and streams what is in it to a sink.

use std::ops::ControlFlow;

use matcher::record::Source;

use crate::input::Input;
use crate::report::{FileReport, Item};

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The source of every record, whatever its content and place say.
    pub source: Option<Source>,
}

/// Reads `input` and gives what is in it to `sink`, in the order of the file, until it breaks.
pub fn read(
    input: &Input,
    _options: &Options,
    _sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> FileReport {
    FileReport::new(input.path.clone())
}

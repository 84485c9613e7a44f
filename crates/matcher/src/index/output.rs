//! Sections on their way out, one after another, without the whole being held.

use std::io::{self, Write};

use super::layout::{MAGIC, SECTIONS, Section, TRAILER, VERSION};

/// Bytes that are collected before the sink gets them.
const BUFFER: usize = 1 << 16;

/// A sink, and where each section went. The first error is kept and ends the writing; the caller learns it at the end.
pub(super) struct Output<'s> {
    sink: &'s mut dyn Write,
    buffer: Vec<u8>,
    /// Bytes given out or collected.
    length: u64,
    error: Option<io::Error>,
    table: [(u64, u64); SECTIONS],
    open: Option<usize>,
}

impl<'s> Output<'s> {
    pub(super) fn new(sink: &'s mut dyn Write) -> Self {
        let mut output = Self {
            sink,
            buffer: Vec::with_capacity(BUFFER + 1024),
            length: 0,
            error: None,
            table: [(0, 0); SECTIONS],
            open: None,
        };
        output.bytes(MAGIC);
        output.row(&[VERSION, SECTIONS as u32]);
        output
    }

    /// Ends the section before and begins another, aligned to eight bytes.
    pub(super) fn section(&mut self, section: Section) {
        self.close();
        let padding = self.length.next_multiple_of(8) - self.length;
        self.bytes(&[0; 8][..padding as usize]);
        self.table[section as usize].0 = self.length;
        self.open = Some(section as usize);
    }

    /// Appends bytes as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER {
            self.flush();
        }
    }

    /// Appends words.
    pub(super) fn row(&mut self, words: &[u32]) {
        self.length += words.len() as u64 * 4;
        for word in words {
            self.buffer.extend_from_slice(&word.to_le_bytes());
        }
        if self.buffer.len() >= BUFFER {
            self.flush();
        }
    }

    /// Ends the last section and writes the table.
    ///
    /// # Errors
    /// The first that the sink gave.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.close();
        let padding = self.length.next_multiple_of(8) - self.length;
        self.bytes(&[0; 8][..padding as usize]);
        let total = self.length + TRAILER as u64;
        for (offset, length) in self.table {
            self.bytes(&offset.to_le_bytes());
            self.bytes(&length.to_le_bytes());
        }
        self.bytes(&total.to_le_bytes());
        self.flush();
        match self.error {
            Some(error) => Err(error),
            None => self.sink.flush(),
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.table[open].1 = self.length - self.table[open].0;
        }
    }

    fn flush(&mut self) {
        if self.error.is_none() {
            self.error = self.sink.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }
}

//! What a command found out, on standard output: a text or a JSON document.

use crate::report::Reporter;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::io::{self, ErrorKind, Write};

/// Writes a text.
pub(super) fn write_text(reporter: &dyn Reporter, text: &str) -> Result<()> {
    judge(reporter.result(text.trim_end().as_bytes()))
}

/// Writes a JSON document, piece by piece.
pub(super) fn write_json(reporter: &dyn Reporter, value: &impl Serialize) -> Result<()> {
    let mut write = |out: &mut dyn Write| Ok(serde_json::to_writer_pretty(out, value)?);
    judge(reporter.document(&mut write))
}

/// Who stops reading, as `head` does, has seen enough.
fn judge(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("the result could not be written to standard output"),
    }
}

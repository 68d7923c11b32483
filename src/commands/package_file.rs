//! Reading a `.deb` that the user names, and writing what was found out to standard output.

use crate::deb::read::{Package, read};
use crate::failure::{Failure, OrFailure as _};
use crate::report::Reporter;
use crate::sys::input;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Reads the package that is at `path`, or on standard input when that is `-`.
pub(super) fn read_package(path: &Path) -> Result<Package> {
    let file = input::open(path).or_failure(|| {
        Failure::build(format!("`{}` cannot be opened", path.display()))
            .hint("name a .deb file, or `-` for standard input")
    })?;
    read(file).with_context(|| format!("`{}` cannot be read", path.display()))
}

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

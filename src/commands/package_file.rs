//! Reading a `.deb` that the user names, and writing what was found out to standard output.

use crate::deb::read::{Package, read};
use crate::failure::{Failure, OrFailure as _};
use crate::report::Reporter;
use crate::sys::input;
use anyhow::{Context as _, Result};
use std::io::ErrorKind;
use std::path::Path;

/// Reads the package that is at `path`, or on standard input when that is `-`.
pub(super) fn read_package(path: &Path) -> Result<Package> {
    let file = input::open(path).or_failure(|| {
        Failure::build(format!("`{}` cannot be opened", path.display()))
            .hint("name a .deb file, or `-` for standard input")
    })?;
    read(file).with_context(|| format!("`{}` cannot be read", path.display()))
}

/// Writes a text or a JSON document. Who stops reading, as `head` does, has seen enough.
pub(super) fn write_result(reporter: &dyn Reporter, text: &str) -> Result<()> {
    match reporter.result(text.trim_end().as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("the result could not be written to standard output"),
    }
}

//! Reading a `.deb` that the user names.

use crate::deb::read::{Package, read};
use crate::failure::{Failure, OrFailure as _};
use crate::sys::input;
use anyhow::{Context as _, Result};
use std::path::Path;

/// Reads the package that is at `path`, or on standard input when that is `-`.
pub(super) fn read_package(path: &Path) -> Result<Package> {
    let file = input::open(path).or_failure(|| {
        Failure::build(format!("`{}` cannot be opened", path.display()))
            .hint("name a .deb file, or `-` for standard input")
    })?;
    read(file).with_context(|| format!("`{}` cannot be read", path.display()))
}

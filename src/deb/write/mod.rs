//! Writes a package: checks, data, control, the outer archive, a look at the result, and only then its name.
//!
//! The data member is compressed into a file without a name beside the output, because the outer archive wants its size
//! first and the control part its hashes. The result is read back before it is renamed (DESIGN 1.4).
//!
//! # Limits
//!
//! The disk holds the compressed data twice for a moment, unless the file system shares blocks between files.

mod ar_members;
mod control_member;
mod data_member;
mod installed_size;
mod verify;

use super::tree::Tree;
use super::{Archive, Compression, check};
use crate::sys::fs::File;
use crate::sys::output::{self, Output};
use anyhow::{Context as _, Result, ensure};
use data_member::Digests;
use std::io::{Seek as _, SeekFrom};
use std::path::Path;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The size of the package in bytes.
    pub size: u64,
    /// Its SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// `Installed-Size`.
    pub installed_size_kib: u64,
    /// How many files and links are in it.
    pub files: usize,
}

/// Writes `archive` to `output`, compressing on `threads` threads; their number does not change a byte.
///
/// `output` is replaced when all is well, and not touched otherwise. What killed writers left beside it is removed.
pub fn write(
    archive: &Archive,
    compression: Compression,
    threads: usize,
    output: &Path,
) -> Result<Written> {
    let tree = check::checked_tree(archive)?;
    let mut package =
        Output::create(output).with_context(|| format!("making `{}` failed", output.display()))?;
    let (data, digests) = compress(archive, &tree, compression, threads, package.directory())?;
    let data_size = data.metadata()?.len();
    let installed_size_kib = installed_size::estimate_kib(&tree);
    let control = control_member::render(archive, &digests, installed_size_kib)?;
    ar_members::write_members(
        package.file(),
        archive.time,
        &control,
        data.file(),
        data_size,
    )?;
    package.file().seek(SeekFrom::Start(0))?;
    let read = verify::read_back(package.file())
        .context("the package is not what it should be when it is read back")?;
    let files = tree.files.len() + tree.links.len();
    ensure!(
        read.files == files,
        "the package has {} files when it is read back, not {files}",
        read.files
    );
    for path in &archive.conffiles {
        ensure!(
            read.conffiles.get(path.as_bytes()) == digests.get(path),
            "`/{path}` is not what it was when it is read back"
        );
    }
    package
        .finish()
        .with_context(|| format!("naming `{}` failed", output.display()))?;
    Ok(Written {
        size: read.size,
        sha256: read.sha256,
        installed_size_kib,
        files,
    })
}

/// Returns the compressed data in a file without a name, at its start, and what is in it.
fn compress<'a>(
    archive: &Archive,
    tree: &Tree<'a>,
    compression: Compression,
    threads: usize,
    directory: &Path,
) -> Result<(File, Digests<'a>)> {
    let spool = output::nameless_file_in(directory).context("making a temporary file failed")?;
    let encoder = compression.encoder(spool, threads)?;
    let (encoder, digests) = data_member::write_data(tree, archive.time, encoder)?;
    let mut spool = encoder
        .finish()
        .context("writing the compressed data failed")?;
    spool.seek(SeekFrom::Start(0))?;
    Ok((spool, digests))
}

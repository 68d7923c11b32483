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
mod md5_lanes;
mod tap;
mod verify;

use super::tree::Tree;
use super::{Archive, Compression, check, compression, hexadecimal};
use crate::failure::Failure;
use crate::sys::fs::File;
use crate::sys::output::Output;
use crate::sys::spool::{self, Follower, Spool};
use anyhow::{Context as _, Result, anyhow};
use compression::Segmenter;
use data_member::Digests;
use std::error::Error;
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::path::Path;
use std::thread;
use tap::{Passed, Tap};
use verify::{DataRead, Meant};

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
///
/// # Errors
/// When the archive is not one that dpkg could install, when a file of it cannot be read or is not what it was, when the disk
/// is full, and when what was written is not what is read back.
pub fn write(
    archive: &Archive,
    compression: Compression,
    threads: usize,
    output: &Path,
) -> Result<Written> {
    write_package(archive, compression, threads, output).map_err(|error| {
        let is_full = |cause: &(dyn Error + 'static)| {
            let cause = cause.downcast_ref::<io::Error>();
            cause.is_some_and(|error| error.kind() == io::ErrorKind::StorageFull)
        };
        if !error.chain().any(is_full) {
            return error;
        }
        Failure::build(format!("the disk is too full for `{}`", output.display()))
            .hint("for a moment the compressed data is there twice: make room, or name another place for the package")
            .caused_by(error)
            .into()
    })
}

fn write_package(
    archive: &Archive,
    compression: Compression,
    threads: usize,
    output: &Path,
) -> Result<Written> {
    let tree = check::checked_tree(archive)?;
    let package =
        Output::create(output).with_context(|| format!("making `{}` failed", output.display()))?;
    let method = compression.method();
    let data = compress(archive, &tree, compression, threads, package.directory())?;
    let installed_size_kib = installed_size::estimate_kib(&tree);
    let control = control_member::render(archive, &data.digests, installed_size_kib);
    let packed_control = control_member::pack(&control, archive.time)?;
    let ends = package.spool().context("opening the package failed")?;
    let ((), _, read) = write_and_read(
        ends,
        |spool| {
            let file = BufReader::with_capacity(COPY_BYTES, data.file);
            ar_members::write_members(
                spool,
                method,
                archive.time,
                &packed_control,
                file,
                data.size,
            )
        },
        |follower| verify::read_package(method, follower),
    )?;
    let meant = Meant {
        plain: data.plain,
        packed: data.packed,
        files: data.digests.len(),
        links: tree.links.len(),
        control: &control,
    };
    verify::agree(&meant, &data.read, &read).context(NOT_AS_WRITTEN)?;
    package
        .finish()
        .with_context(|| format!("naming `{}` failed", output.display()))?;
    Ok(Written {
        size: read.size,
        sha256: hexadecimal(&read.sha256),
        installed_size_kib,
        files: data.digests.len() + tree.links.len(),
    })
}

const NOT_AS_WRITTEN: &str = "the package is not what it should be when it is read back";

/// How much of the data is copied at a time.
const COPY_BYTES: usize = 1 << 20;

/// The data archive, written and read back.
struct Data<'a> {
    /// At its start.
    file: File,
    size: u64,
    plain: Passed,
    packed: Passed,
    digests: Digests<'a>,
    read: DataRead,
}

/// Compresses the data into a file without a name, which is read back at the same time.
fn compress<'a>(
    archive: &Archive,
    tree: &Tree<'a>,
    compression: Compression,
    threads: usize,
    directory: &Path,
) -> Result<Data<'a>> {
    let ends = spool::spool_in(directory).context("making a temporary file failed")?;
    let ((plain, digests, packed), spool, read) = write_and_read(
        ends,
        |spool| {
            let mut tap = Tap::new(spool);
            let produce =
                |segmenter: &mut Segmenter| data_member::write_data(tree, archive.time, segmenter);
            let (plain, digests) = compression::compress(compression, threads, &mut tap, produce)?;
            Ok((plain, digests, tap.passed()))
        },
        |follower| verify::read_data(compression.method(), follower),
    )?;
    let (mut file, size) = spool.finish();
    file.seek(SeekFrom::Start(0))?;
    Ok(Data {
        file,
        size,
        plain,
        packed,
        digests,
        read,
    })
}

/// Reads a file back on another thread while this one writes it.
fn write_and_read<W, R: Send>(
    (mut spool, follower): (Spool, Follower),
    write: impl FnOnce(&mut Spool) -> Result<W>,
    read: impl FnOnce(Follower) -> Result<R> + Send,
) -> Result<(W, Spool, R)> {
    thread::scope(|scope| {
        let reader = thread::Builder::new()
            .spawn_scoped(scope, || read(follower))
            .context("no thread can be started to read back what is written")?;
        let written = write(&mut spool);
        spool.end();
        let read = reader
            .join()
            .map_err(|_| anyhow!("the thread that reads back stopped"))?;
        // What was not written to its end cannot be read either.
        Ok((written?, spool, read.context(NOT_AS_WRITTEN)?))
    })
}

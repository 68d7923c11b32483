//! `data.tar`: the skeleton of directories, the files of each layer, then the links (DESIGN 2, Layers).
//!
//! Each file is read once: its MD5 is taken while it goes into the archive, or for a small one behind that, together with
//! others.

use super::md5_lanes;
use super::tap::{Passed, Tap};
use crate::deb::compression::Segmenter;
use crate::deb::tar_writer::TarWriter;
use crate::deb::tree::{File, Tree};
use crate::deb::{ArchivePath, Content, Timestamp};
use crate::sys::fs;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// The MD5 of every regular file.
pub(super) type Digests<'a> = BTreeMap<&'a ArchivePath, md5::Digest>;

/// Writes the archive and returns what the files in it hash to.
pub(super) fn write_data<'a>(
    tree: &Tree<'a>,
    time: Timestamp,
    segmenter: &mut Segmenter,
) -> Result<(Passed, Digests<'a>)> {
    let mut tar = TarWriter::new(Tap::new(segmenter));
    let mut hashing = Hashing::default();
    let unwritten = || "writing the data archive failed";
    tar.root(time).with_context(unwritten)?;
    for (path, mode) in &tree.directories {
        tar.directory(path, *mode, time).with_context(unwritten)?;
    }
    tar.writer().inner().end_layer().with_context(unwritten)?;
    for layer in &tree.layers {
        for file in layer {
            write_file(&mut tar, file, &mut hashing)?;
        }
        tar.writer().inner().end_layer().with_context(unwritten)?;
    }
    for link in &tree.links {
        tar.link(link.path, link.target, link.mtime)
            .with_context(unwritten)?;
    }
    let tap = tar.finish().with_context(unwritten)?;
    Ok((tap.passed(), hashing.finish()))
}

/// A file of at most so many bytes is hashed with others: four lanes full of such files fill a batch.
const SMALL_BYTES: u64 = 256 << 10;

/// How many bytes of small files wait to be hashed.
const BATCH_BYTES: usize = 1 << 20;

/// What hashes the files.
#[derive(Default)]
struct Hashing<'a> {
    digests: Digests<'a>,
    waiting: Vec<(&'a ArchivePath, Vec<u8>)>,
    waiting_bytes: usize,
}

impl<'a> Hashing<'a> {
    /// Takes a small file.
    fn add(&mut self, path: &'a ArchivePath, bytes: Vec<u8>) {
        self.waiting_bytes += bytes.len();
        self.waiting.push((path, bytes));
        if self.waiting_bytes >= BATCH_BYTES {
            self.hash_waiting();
        }
    }

    fn hash_waiting(&mut self) {
        let files = self.waiting.iter().map(|(_, bytes)| bytes.as_slice());
        let digests = md5_lanes::digests(&files.collect::<Vec<_>>());
        let paths = self.waiting.drain(..).map(|(path, _)| path);
        self.digests.extend(paths.zip(digests));
        self.waiting_bytes = 0;
    }

    fn finish(mut self) -> Digests<'a> {
        self.hash_waiting();
        self.digests
    }
}

/// Writes one file and has it hashed.
fn write_file<'a, W: Write>(
    tar: &mut TarWriter<W>,
    file: &File<'a>,
    hashing: &mut Hashing<'a>,
) -> Result<()> {
    let size = file.content.size();
    let failed = || format!("packing `/{}` failed", file.path);
    let mut source = open(file.content)?;
    let mut write = |content: &mut dyn Read| {
        let written = tar.file(file.path, file.mode, file.mtime, size, content);
        written.with_context(failed)
    };
    let written = if size > SMALL_BYTES {
        let mut reader = Digesting {
            source,
            md5: md5::Context::new(),
        };
        let written = write(&mut reader)?;
        hashing.digests.insert(file.path, reader.md5.finalize());
        written
    } else {
        // A byte more shows that it has grown.
        let mut bytes = Vec::with_capacity(usize::try_from(size)? + 1);
        let mut limited = source.as_mut().take(size + 1);
        limited.read_to_end(&mut bytes).with_context(failed)?;
        let written = write(&mut bytes.as_slice())?;
        hashing.add(file.path, bytes);
        written
    };
    if written != size {
        bail!(
            "`{}` changed while it was packed: it had {size} bytes before",
            origin(file.content, file.path)
        );
    }
    Ok(())
}

fn open(content: &Content) -> Result<Box<dyn Read + '_>> {
    Ok(match content {
        Content::Bytes(bytes) => Box::new(bytes.as_slice()),
        Content::OnDisk { path, .. } => Box::new(fs::open_regular(path)?),
    })
}

fn origin(content: &Content, path: &ArchivePath) -> String {
    match content {
        Content::Bytes(_) => format!("/{path}"),
        Content::OnDisk { path, .. } => path.display().to_string(),
    }
}

/// A reader that hashes what passes.
struct Digesting<'a> {
    source: Box<dyn Read + 'a>,
    md5: md5::Context,
}

impl Read for Digesting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.md5.consume(&buffer[..read]);
        Ok(read)
    }
}

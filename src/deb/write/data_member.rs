//! `data.tar`: the skeleton of directories, the files of each layer, then the links (DESIGN 2, Layers).
//!
//! Each file is read once: its MD5 is taken while it goes into the archive.

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
    let mut digests = Digests::new();
    let unwritten = || "writing the data archive failed";
    tar.root(time).with_context(unwritten)?;
    for (path, mode) in &tree.directories {
        tar.directory(path, *mode, time).with_context(unwritten)?;
    }
    tar.writer().inner().end_layer().with_context(unwritten)?;
    for layer in &tree.layers {
        for file in layer {
            digests.insert(file.path, write_file(&mut tar, file)?);
        }
        tar.writer().inner().end_layer().with_context(unwritten)?;
    }
    for link in &tree.links {
        tar.link(link.path, link.target, link.mtime)
            .with_context(unwritten)?;
    }
    let tap = tar.finish().with_context(unwritten)?;
    Ok((tap.passed(), digests))
}

/// Writes one file and returns its MD5.
fn write_file<W: Write>(tar: &mut TarWriter<W>, file: &File<'_>) -> Result<md5::Digest> {
    let size = file.content.size();
    let mut reader = Digesting::open(file.content)?;
    let written = tar
        .file(file.path, file.mode, file.mtime, size, &mut reader)
        .with_context(|| format!("packing `/{}` failed", file.path))?;
    if written != size {
        bail!(
            "`{}` changed while it was packed: it had {size} bytes before",
            origin(file.content, file.path)
        );
    }
    Ok(reader.md5.finalize())
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

impl<'a> Digesting<'a> {
    fn open(content: &'a Content) -> Result<Self> {
        let source: Box<dyn Read + 'a> = match content {
            Content::Bytes(bytes) => Box::new(bytes.as_slice()),
            Content::OnDisk { path, .. } => Box::new(fs::open_regular(path)?),
        };
        Ok(Digesting {
            source,
            md5: md5::Context::new(),
        })
    }
}

impl Read for Digesting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.md5.consume(&buffer[..read]);
        Ok(read)
    }
}

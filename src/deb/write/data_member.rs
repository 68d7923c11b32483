//! `data.tar`: the skeleton of directories, the files of each layer, then the links (DESIGN 2, Layers).
//!
//! Each file is read once: its MD5 is taken while it goes into the archive.

use crate::deb::tar::TarWriter;
use crate::deb::tree::Tree;
use crate::deb::{ArchivePath, Content, Timestamp};
use crate::sys::fs;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// The MD5 of every regular file.
pub(super) type Digests<'a> = BTreeMap<&'a ArchivePath, md5::Digest>;

/// Writes the archive and returns what the files in it hash to.
pub(super) fn write_data<'a, W: Write>(
    tree: &Tree<'a>,
    time: Timestamp,
    writer: W,
) -> Result<(W, Digests<'a>)> {
    let mut tar = TarWriter::new(writer);
    let mut digests = Digests::new();
    let unwritten = || "writing the data archive failed";
    tar.root(time).with_context(unwritten)?;
    for (path, mode) in &tree.directories {
        tar.directory(path, *mode, time).with_context(unwritten)?;
    }
    for file in &tree.files {
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
        digests.insert(file.path, reader.md5.finalize());
    }
    for link in &tree.links {
        tar.link(link.path, link.target, link.mtime)
            .with_context(unwritten)?;
    }
    Ok((tar.finish().with_context(unwritten)?, digests))
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
            Content::OnDisk { path, .. } => Box::new(fs::File::open(path)?),
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

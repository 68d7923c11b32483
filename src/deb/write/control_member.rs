//! `control.tar.gz`: `control`, `md5sums`, `conffiles`, `triggers`, `templates` and the maintainer scripts (deb(5)).
//!
//! gzip, also beside a zstd data member: repository indexers read this member only, and not all of them know zstd.
//! `md5sums` has no conffiles, because dpkg keeps their hashes itself, and paths as they are, without the escapes of
//! md5sum(1) (deb-md5sums(5)).

use super::data_member::Digests;
use crate::deb::tar_writer::TarWriter;
use crate::deb::{Archive, ArchivePath, Invalid, Mode, Timestamp, conffiles, triggers};
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The files of the member by name.
pub(super) type ControlFiles = BTreeMap<&'static str, (Mode, Vec<u8>)>;

/// Renders every file.
pub(super) fn render(
    archive: &Archive,
    digests: &Digests<'_>,
    installed_size_kib: u64,
) -> ControlFiles {
    let control = archive.control.render(installed_size_kib).into_bytes();
    let mut files = BTreeMap::from([
        ("control", (Mode::FILE, control)),
        ("md5sums", (Mode::FILE, render_md5sums(archive, digests))),
    ]);
    if !archive.conffiles.is_empty() {
        files.insert(
            "conffiles",
            (Mode::FILE, conffiles::render(&archive.conffiles)),
        );
    }
    if !archive.triggers.is_empty() {
        files.insert(
            "triggers",
            (Mode::FILE, triggers::render(&archive.triggers)),
        );
    }
    if let Some(templates) = &archive.templates {
        files.insert("templates", (Mode::FILE, templates.clone().into_bytes()));
    }
    for (name, script) in &archive.scripts {
        files.insert(name.as_str(), (Mode::EXECUTABLE, script.clone()));
    }
    files
}

/// Packs the files into the compressed member.
pub(super) fn pack(files: &ControlFiles, time: Timestamp) -> Result<Vec<u8>> {
    let packed = || -> Result<Vec<u8>> {
        let gzip = flate2::GzBuilder::new()
            .mtime(0)
            .write(Vec::new(), flate2::Compression::best());
        let mut tar = TarWriter::new(gzip);
        tar.root(time)?;
        for (name, (mode, bytes)) in files {
            let path = name.parse::<ArchivePath>().map_err(|why: Invalid| why)?;
            let size = bytes.len() as u64;
            tar.file(&path, *mode, time, size, &mut bytes.as_slice())?;
        }
        Ok(tar.finish()?.finish()?)
    };
    packed().context("writing the control archive failed")
}

fn render_md5sums(archive: &Archive, digests: &Digests<'_>) -> Vec<u8> {
    let conffiles = archive.conffiles.iter().collect::<BTreeSet<_>>();
    let mut text = Vec::new();
    for (path, digest) in digests {
        if !conffiles.contains(path) {
            text.extend_from_slice(format!("{digest:x}  ").as_bytes());
            text.extend_from_slice(path.as_bytes());
            text.push(b'\n');
        }
    }
    text
}

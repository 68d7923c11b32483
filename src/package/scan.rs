//! Reads every file of the package once, before anything is written: for leaks, and for what libraries it needs.
//!
//! Members of zip archives (wheels, eggs, zipapps) and gzip files are looked into. An archive inside an archive, and
//! other compressed formats, are not.

use super::leak::{Forbidden, ForbiddenPaths};
use crate::deb::{ArchivePath, Content, Entry, Layer};
use crate::depends::ElfFile;
use crate::failure::Failure;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::io::{Cursor, Read as _};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A path of the builder in the package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leak {
    /// The file, with the member after ` → ` when it is in an archive, and the place in it.
    pub place: String,
    /// The path that is named.
    pub path: String,
}

/// What was seen on the way.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Paths of the builder.
    pub leaks: Vec<Leak>,
    /// Compiled programs and libraries.
    pub elf: Vec<ElfFile>,
    /// Executable files with a `#!` line.
    pub scripts: Vec<Script>,
}

/// An executable file that names its interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// Where it is in the package.
    pub path: ArchivePath,
    /// Its first line after `#!`, without the line break.
    pub line: Vec<u8>,
}

impl Scanned {
    /// Looks for leaks in bytes that are not in a layer.
    pub(super) fn look_at(&mut self, bytes: &[u8], forbidden: &Forbidden, place: &str) {
        note(self, forbidden, bytes, place);
    }
}

/// Reads all entries of all layers, on `threads` threads.
pub(super) fn scan(
    layers: &[Layer],
    forbidden: &ForbiddenPaths,
    threads: usize,
) -> Result<Scanned> {
    let entries: Vec<(&Forbidden, &ArchivePath, &Entry)> = layers
        .iter()
        .flat_map(|layer| {
            let forbidden = if super::is_from_index(layer) {
                &forbidden.everywhere
            } else {
                &forbidden.in_app
            };
            layer
                .entries
                .iter()
                .map(move |(path, entry)| (forbidden, path, entry))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut scanned = Scanned::default();
        while let Some((forbidden, path, entry)) = entries.get(next.fetch_add(1, Ordering::Relaxed))
        {
            scan_entry(path, entry, forbidden, &mut scanned)?;
        }
        Ok(scanned)
    };
    let parts: Vec<Result<Scanned>> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .map(|handle| {
                handle
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    let mut scanned = Scanned::default();
    for part in parts {
        let part = part?;
        scanned.leaks.extend(part.leaks);
        scanned.elf.extend(part.elf);
        scanned.scripts.extend(part.scripts);
    }
    scanned.leaks.sort();
    scanned.elf.sort_by(|a, b| a.path.cmp(&b.path));
    scanned.scripts.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(scanned)
}

/// Turns leaks into the failure that stops the build.
pub(super) fn refuse_leaks(leaks: &[Leak]) -> Result<()> {
    let Some(first) = leaks.first() else {
        return Ok(());
    };
    let places = if leaks.len() == 1 {
        "1 place".to_owned()
    } else {
        format!("{} places", leaks.len())
    };
    Err(Failure::build(format!("`{}` of the build machine is still named in {places} of the package", first.path))
        .details(leaks.iter().take(20).map(|leak| format!("{}: {}", leak.place, leak.path)))
        .hint("the file would point into nothing on the host: find what wrote it, or leave that distribution out")
        .into())
}

fn scan_entry(
    path: &ArchivePath,
    entry: &Entry,
    forbidden: &Forbidden,
    scanned: &mut Scanned,
) -> Result<()> {
    let (content, mode) = match entry {
        Entry::Link { target } => {
            note(
                scanned,
                forbidden,
                target,
                &format!("the target of the link {path}"),
            );
            return Ok(());
        }
        Entry::File { content, mode } => (content, mode),
    };
    note(
        scanned,
        forbidden,
        path.as_bytes(),
        &format!("the name of {path}"),
    );
    let on_disk;
    let bytes = match content {
        Content::Bytes(bytes) => bytes,
        Content::OnDisk { path, .. } => {
            on_disk = fs::read(path)?;
            &on_disk
        }
    };
    note(scanned, forbidden, bytes, &path.to_string());
    if let Some(text) = bytes.strip_prefix(b"#!")
        && mode.bits() & 0o111 != 0
    {
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
        scanned.scripts.push(Script {
            path: path.clone(),
            line: line.to_vec(),
        });
    }
    if let Some(file) = ElfFile::read(path, bytes) {
        scanned.elf.push(file);
    } else if bytes.starts_with(b"\x1f\x8b") {
        let mut plain = Vec::new();
        // A file that only starts like gzip has been searched as it is.
        if flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut plain)
            .is_ok()
        {
            note(scanned, forbidden, &plain, &format!("{path} → its content"));
        }
    } else if is_zip(path, bytes) {
        scan_zip(path, bytes, forbidden, scanned)?;
    }
    Ok(())
}

fn is_zip(path: &ArchivePath, bytes: &[u8]) -> bool {
    // A zipapp starts with a `#!` line, and its archive follows (PEP 441).
    bytes.starts_with(b"PK\x03\x04")
        || (bytes.starts_with(b"#!") && path.as_bytes().ends_with(b".pyz"))
}

fn scan_zip(
    path: &ArchivePath,
    bytes: &[u8],
    forbidden: &Forbidden,
    scanned: &mut Scanned,
) -> Result<()> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        // Test data of zip readers is broken on purpose; it has been searched as it is.
        return Ok(());
    };
    for index in 0..archive.len() {
        let mut plain = Vec::new();
        let mut member = match archive.by_index(index) {
            Ok(member) => member,
            Err(error) => {
                return Err(anyhow::Error::new(error).context(format!(
                    "member {index} of the archive `{path}` cannot be read, so it cannot be searched for leaks"
                )));
            }
        };
        let name = member
            .name()
            .map_or_else(|_| format!("member {index}"), |name| name.to_string());
        let place = format!("{path} → {name}");
        note(
            scanned,
            forbidden,
            name.as_bytes(),
            &format!("the name of {place}"),
        );
        member
            .read_to_end(&mut plain)
            .with_context(|| format!("reading `{place}` failed"))?;
        note(scanned, forbidden, &plain, &place);
    }
    Ok(())
}

fn note(scanned: &mut Scanned, forbidden: &Forbidden, bytes: &[u8], place: &str) {
    if let Some((path, offset)) = forbidden.find(bytes) {
        let line = bytes[..offset].split(|byte| *byte == b'\n').count();
        let place = if bytes.contains(&0) {
            format!("{place} (binary, byte {offset})")
        } else {
            format!("{place}:{line}")
        };
        scanned.leaks.push(Leak {
            place,
            path: path.to_owned(),
        });
    }
}

//! Reads every file of the package once, before anything is written: for leaks, and for what libraries it needs.
//!
//! Members of zip archives (wheels, eggs, zipapps) and gzip files are looked into, also of those inside others. Other
//! compressed formats are not.

use super::leak::{Forbidden, ForbiddenPaths};
use super::lintian::wants_to_run;
use crate::deb::{ArchivePath, Content, Entry, Layer};
use crate::depends::ElfFile;
use crate::sys::fs;
use crate::venv::relocate::bytecode::{self, BadBytecode};
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A path of the builder in the package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leak {
    /// The file, with the member after ` → ` when it is in an archive, and the place in it.
    pub place: String,
    /// The path that is named.
    pub path: String,
    /// The file of the package.
    pub file: Option<ArchivePath>,
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
    /// Files with a `#!` line that are not executable, where lintian wants them to be.
    pub imported_scripts: Vec<ArchivePath>,
    /// Executable files that are neither compiled nor name their interpreter.
    pub odd_programs: Vec<ArchivePath>,
    /// SHA-256 and size of what the distributions own.
    pub digests: BTreeMap<ArchivePath, ([u8; 32], u64)>,
    /// The RECORD files.
    pub records: BTreeMap<ArchivePath, Vec<u8>>,
    /// Compiled modules that would not be used as they are.
    pub bytecode: Vec<(ArchivePath, BadBytecode)>,
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
        Place {
            scanned: self,
            forbidden,
            file: None,
        }
        .note(bytes, place);
    }
}

/// Returns what is in a file of a layer.
pub(super) fn read(content: &Content) -> Result<Vec<u8>> {
    Ok(match content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::OnDisk { path, .. } => fs::read(path)?,
    })
}

/// Reads all entries of all layers, on `threads` threads.
pub(super) fn scan(
    layers: &[Layer],
    forbidden: &ForbiddenPaths,
    threads: usize,
) -> Result<Scanned> {
    let entries: Vec<(&Forbidden, Owner, &ArchivePath, &Entry)> = layers
        .iter()
        .flat_map(|layer| {
            let forbidden = if super::layers::is_from_index(layer) {
                &forbidden.everywhere
            } else {
                &forbidden.in_app
            };
            let owner = if layer.name == super::layers::CONFIGURATION {
                Owner::Recipe
            } else {
                Owner::Distribution
            };
            let entries = layer.entries.iter();
            entries.map(move |(path, entry)| (forbidden, owner, path, entry))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut scanned = Scanned::default();
        while let Some((forbidden, owner, path, entry)) =
            entries.get(next.fetch_add(1, Ordering::Relaxed))
        {
            scan_entry(path, entry, *owner, forbidden, &mut scanned)?;
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
        scanned.imported_scripts.extend(part.imported_scripts);
        scanned.odd_programs.extend(part.odd_programs);
        scanned.digests.extend(part.digests);
        scanned.records.extend(part.records);
        scanned.bytecode.extend(part.bytecode);
    }
    scanned.leaks.sort();
    scanned.elf.sort_by(|a, b| a.path.cmp(&b.path));
    scanned.scripts.sort_by(|a, b| a.path.cmp(&b.path));
    scanned.bytecode.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(scanned)
}

/// Who brings a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// An installed distribution, or the virtualenv.
    Distribution,
    /// The recipe, or we.
    Recipe,
}

/// Archives in archives are followed this deep: further down, nobody would unpack them by accident.
const DEEPEST: usize = 4;

fn scan_entry(
    path: &ArchivePath,
    entry: &Entry,
    owner: Owner,
    forbidden: &Forbidden,
    scanned: &mut Scanned,
) -> Result<()> {
    let mut place = Place {
        scanned,
        forbidden,
        file: Some(path),
    };
    let (content, mode) = match entry {
        Entry::Link { target } => {
            place.note(target, &format!("the target of the link {path}"));
            return Ok(());
        }
        Entry::File { content, mode } => (content, mode),
    };
    place.note(path.as_bytes(), &format!("the name of {path}"));
    let on_disk;
    let bytes = match content {
        Content::Bytes(bytes) => bytes,
        Content::OnDisk { path, .. } => {
            on_disk = fs::read(path)?;
            &on_disk
        }
    };
    place.look(
        bytes,
        &path.to_string(),
        path.as_bytes().ends_with(b".pyz"),
        0,
    )?;
    let is_executable = mode.bits() & 0o111 != 0;
    if let Some(text) = bytes.strip_prefix(b"#!") {
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
        if is_executable {
            scanned.scripts.push(Script {
                path: path.clone(),
                line: line.to_vec(),
            });
        } else if wants_to_run(path.as_bytes(), line.trim_ascii()) {
            scanned.imported_scripts.push(path.clone());
        }
    } else if is_executable && !bytes.starts_with(b"\x7fELF") {
        let is_foreign = [&b".exe"[..], b".jar"].map(|end| path.as_bytes().ends_with(end));
        if is_foreign == [false; 2] {
            scanned.odd_programs.push(path.clone());
        }
    }
    if let Some(file) = ElfFile::read(path, bytes) {
        scanned.elf.push(file);
    }
    if owner == Owner::Distribution {
        let seen = (Sha256::digest(bytes).into(), bytes.len() as u64);
        scanned.digests.insert(path.clone(), seen);
        if is_record(path) {
            scanned.records.insert(path.clone(), bytes.clone());
        }
        if let Some(source) = bytecode::source_of(path.as_bytes()) {
            let source = [b"/", source.as_slice()].concat();
            if let Err(bad) = bytecode::check(bytes, &source) {
                scanned.bytecode.push((path.clone(), bad));
            }
        }
    }
    Ok(())
}

/// Returns whether a file is the RECORD of what is installed: one further down describes what another distribution has copied into itself,
/// such as those in `setuptools/_vendor`, and lists files that were left behind.
pub(super) fn is_record(path: &ArchivePath) -> bool {
    let mut parts = path.as_bytes().rsplit(|byte| *byte == b'/');
    let mut next = || parts.next().unwrap_or_default();
    next() == b"RECORD"
        && next().ends_with(b".dist-info")
        && next() == b"site-packages"
        && next().starts_with(b"python")
        && next() == b"lib"
}

/// Looks into one file of the package.
struct Place<'a> {
    scanned: &'a mut Scanned,
    forbidden: &'a Forbidden,
    file: Option<&'a ArchivePath>,
}

impl Place<'_> {
    /// Looks at bytes, and into them when they are an archive.
    fn look(&mut self, bytes: &[u8], place: &str, is_zipapp: bool, depth: usize) -> Result<()> {
        self.note(bytes, place);
        if depth == DEEPEST {
            return Ok(());
        }
        // A zipapp starts with a `#!` line, and its archive follows (PEP 441).
        let is_zip = bytes.starts_with(b"PK\x03\x04") || (is_zipapp && bytes.starts_with(b"#!"));
        if bytes.starts_with(b"\x1f\x8b") {
            let mut plain = Vec::new();
            // A file that only starts like gzip has been searched as it is.
            if flate2::read::MultiGzDecoder::new(bytes)
                .read_to_end(&mut plain)
                .is_ok()
            {
                self.look(&plain, &format!("{place} → its content"), false, depth + 1)?;
            }
        } else if is_zip {
            self.look_into_zip(bytes, place, depth)?;
        }
        Ok(())
    }

    fn look_into_zip(&mut self, bytes: &[u8], place: &str, depth: usize) -> Result<()> {
        let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
            // Test data of zip readers is broken on purpose; it has been searched as it is.
            return Ok(());
        };
        for index in 0..archive.len() {
            let mut plain = Vec::new();
            let mut member = archive.by_index(index).with_context(|| {
                format!("member {index} of the archive `{place}` cannot be read, so it cannot be searched for leaks")
            })?;
            let name = member
                .name()
                .map_or_else(|_| format!("member {index}"), |name| name.to_string());
            let place = format!("{place} → {name}");
            self.note(name.as_bytes(), &format!("the name of {place}"));
            member
                .read_to_end(&mut plain)
                .with_context(|| format!("reading `{place}` failed"))?;
            self.look(
                &plain,
                &place,
                name.as_bytes().ends_with(b".pyz"),
                depth + 1,
            )?;
        }
        Ok(())
    }

    /// Notes the first path of the builder in bytes.
    fn note(&mut self, bytes: &[u8], place: &str) {
        let Some((path, offset)) = self.forbidden.find(bytes) else {
            return;
        };
        let line = bytes[..offset].split(|byte| *byte == b'\n').count();
        let place = if bytes.contains(&0) {
            format!("{place} (binary, byte {offset})")
        } else {
            format!("{place}:{line}")
        };
        self.scanned.leaks.push(Leak {
            place,
            path: path.to_owned(),
            file: self.file.cloned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_installed_is_described_by_its_record() {
        let is = |path: &str| is_record(&path.parse().expect("a path"));
        let site = "opt/demo/lib/python3.11/site-packages";
        assert!(is(&format!("{site}/a-1.dist-info/RECORD")));
        for other in [
            "setuptools/_vendor/wheel-0.46.3.dist-info/RECORD",
            "a-1.dist-info/METADATA",
            "a-1.dist-info/x/RECORD",
            "a/site-packages/b-1.dist-info/RECORD",
        ] {
            assert!(!is(&format!("{site}/{other}")), "{other}");
        }
    }
}

//! The proof that a package is what it says, before it is written: what is wrong is collected, and said at once.
//!
//! | rule | about |
//! |---|---|
//! | no path of the builder | contents, names, link targets, members of archives |
//! | every `#!` line in `PREFIX/bin` works | the interpreter is there, can be executed, and is not `bin/python3` |
//! | every link below the prefix leads to something of the package, or to the interpreter | |
//! | RECORD is complete and true | each row, and each file of a distribution |
//! | bytecode is used as it is | unchecked hashes, the final path in it, its source beside it |
//! | modes | no set-id, nothing that anyone may write |

use super::layers::CONFIGURATION;
use super::leak::Allowed;
use super::programs;
use super::scan::{Leak, Scanned};
use crate::deb::{ArchivePath, Entry, Layer};
use crate::failure::Failure;
use crate::recipe::Prefix;
use crate::venv::relocate::{bytecode, record};
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Of many, more would only scroll by.
const MOST_SHOWN: usize = 40;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    /// The line that says it.
    line: String,
    /// What to do.
    hint: &'static str,
}

/// Checks a package.
///
/// # Errors
/// When anything is wrong: all of it is named.
pub(super) fn prove(
    layers: &[Layer],
    scanned: &Scanned,
    prefix: &Prefix,
    allowed: &Allowed<'_>,
) -> Result<()> {
    let leaks: Vec<&Leak> = scanned
        .leaks
        .iter()
        .filter(|leak| !allowed.allows(leak.file.as_ref()))
        .collect();
    let mut faults = Vec::new();
    let package = Package::new(layers, prefix);
    let lines = programs::check_interpreters(prefix, &scanned.scripts, layers);
    faults.extend(lines.into_iter().map(|line| Fault {
        line,
        hint: "make it a console script of the project, or start the script with `#!/usr/bin/env python3`",
    }));
    package.check_links(&mut faults);
    package.check_modes(&mut faults);
    package.check_records(scanned, &mut faults)?;
    package.check_bytecode(scanned, &mut faults);
    refusal(&leaks, faults)
}

const LEAK_HINT: &str = "the file would point into nothing on the host: find what wrote it, or leave that distribution out";

fn refusal(leaks: &[&Leak], mut faults: Vec<Fault>) -> Result<()> {
    faults.sort();
    let leak_line = |leak: &&Leak| format!("{}: {}", leak.place, leak.path);
    let failure = match (leaks, faults.as_slice()) {
        ([], []) => return Ok(()),
        ([], [only]) => return Err(Failure::build(&only.line).hint(only.hint).into()),
        ([first, ..], []) => {
            let places = if leaks.len() == 1 {
                "1 place".to_owned()
            } else {
                format!("{} places", leaks.len())
            };
            Failure::build(format!(
                "`{}` of the build machine is still named in {places} of the package",
                first.path
            ))
            .details(leaks.iter().take(MOST_SHOWN).map(leak_line))
        }
        (leaks, faults) => {
            let leaks = leaks.iter().map(|leak| {
                format!(
                    "`{}` of the build machine is named in {}",
                    leak.path, leak.place
                )
            });
            let lines = leaks.chain(faults.iter().map(|fault| fault.line.clone()));
            let lines: Vec<_> = lines.collect();
            Failure::build(format!("{} things in the package are wrong", lines.len()))
                .details(lines.into_iter().take(MOST_SHOWN))
        }
    };
    let mut hints: BTreeSet<&str> = faults.iter().map(|fault| fault.hint).collect();
    if !leaks.is_empty() {
        hints.insert(LEAK_HINT);
    }
    Err(hints.into_iter().fold(failure, Failure::hint).into())
}

/// The package by its paths.
struct Package<'a> {
    entries: BTreeMap<&'a ArchivePath, (&'a Layer, &'a Entry)>,
    /// Every folder above a file.
    folders: BTreeSet<&'a [u8]>,
    /// The prefix without its first `/`, with one at its end.
    prefix: Vec<u8>,
}

impl<'a> Package<'a> {
    fn new(layers: &'a [Layer], prefix: &Prefix) -> Self {
        let entries: BTreeMap<_, _> = layers
            .iter()
            .flat_map(|layer| {
                let entries = layer.entries.iter();
                entries.map(move |(path, entry)| (path, (layer, entry)))
            })
            .collect();
        let mut folders = BTreeSet::new();
        for path in entries.keys() {
            let bytes = path.as_bytes();
            let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
            folders.extend(slashes.map(|(at, _)| &bytes[..at]));
        }
        Package {
            entries,
            folders,
            prefix: format!("{}/", prefix.inside()).into_bytes(),
        }
    }

    /// Returns what is below the prefix.
    fn inside(&self) -> impl Iterator<Item = (&ArchivePath, &Layer, &Entry)> {
        let inside = self
            .entries
            .iter()
            .filter(|(path, _)| path.as_bytes().starts_with(&self.prefix));
        inside.map(|(path, (layer, entry))| (*path, *layer, *entry))
    }

    fn has(&self, path: &[u8]) -> bool {
        self.folders.contains(path)
            || ArchivePath::new(path).is_ok_and(|path| self.entries.contains_key(&path))
    }

    fn check_links(&self, faults: &mut Vec<Fault>) {
        for (path, layer, entry) in self.inside() {
            let Entry::Link { target } = entry else {
                continue;
            };
            let interpreter = path.as_bytes() == [&self.prefix[..], b"bin/python"].concat();
            // What the recipe links to is its author's choice.
            if interpreter || layer.name == CONFIGURATION {
                continue;
            }
            let resolved = resolve(path.as_bytes(), target);
            if !resolved.is_some_and(|resolved| self.has(&resolved)) {
                faults.push(Fault {
                    line: format!(
                        "the link `/{path}` leads to `{}`, which is not in the package",
                        String::from_utf8_lossy(target)
                    ),
                    hint: "ship what it leads to, or leave the link out",
                });
            }
        }
    }

    fn check_modes(&self, faults: &mut Vec<Fault>) {
        for (path, layer, entry) in self.inside() {
            if let Entry::File { mode, .. } = entry
                && mode.bits() & 0o7022 != 0
                && layer.name != CONFIGURATION
            {
                faults.push(Fault {
                    line: format!("`/{path}` has the mode {:04o}", mode.bits()),
                    hint: "a file of a distribution is 0644 or 0755: this is a fault of deb-build-app",
                });
            }
        }
    }

    fn check_records(&self, scanned: &Scanned, faults: &mut Vec<Fault>) -> Result<()> {
        const HINT: &str =
            "RECORD is written by deb-build-app: please report this as a fault of it";
        let mut listed = BTreeSet::new();
        for (path, bytes) in &scanned.records {
            let rows = record::parse(bytes).with_context(|| format!("reading `/{path}` failed"))?;
            let folder = parent(parent(path.as_bytes()));
            for row in rows {
                let file =
                    join(folder, row.path.as_bytes()).and_then(|file| ArchivePath::new(file).ok());
                let found = file.as_ref().and_then(|file| self.entries.get(file));
                let wrong = match (&file, found) {
                    (None, _) | (_, None) => Some("which is not there"),
                    (Some(file), Some(_)) if !row.hash.is_empty() => {
                        let seen = scanned.digests.get(file);
                        let is_true = seen.is_some_and(|(digest, size)| {
                            record::Row::with_digest("", digest, *size)
                                == record::Row {
                                    path: String::new(),
                                    ..row.clone()
                                }
                        });
                        (!is_true).then_some("which holds something else")
                    }
                    _ => None,
                };
                if let Some(wrong) = wrong {
                    let line = format!("`/{path}` lists `{}`, {wrong}", row.path);
                    faults.push(Fault { line, hint: HINT });
                }
                listed.extend(file);
            }
        }
        let frame = |path: &ArchivePath| {
            let inside = &path.as_bytes()[self.prefix.len()..];
            inside == b"pyvenv.cfg"
                || inside.starts_with(b"bin/activate")
                || inside == b"bin/Activate.ps1"
        };
        for (path, layer, entry) in self.inside() {
            let is_link = matches!(entry, Entry::Link { .. });
            let legacy = memchr::memmem::find(path.as_bytes(), b".egg-info/").is_some();
            if is_link
                || layer.name == CONFIGURATION
                || frame(path)
                || legacy
                || listed.contains(path)
            {
                continue;
            }
            // What an old `setup.py install` has written has a list of its own.
            if !layer
                .entries
                .keys()
                .any(|path| scanned.records.contains_key(path))
            {
                continue;
            }
            let line = format!("`/{path}` is in no RECORD");
            faults.push(Fault { line, hint: HINT });
        }
        Ok(())
    }

    fn check_bytecode(&self, scanned: &Scanned, faults: &mut Vec<Fault>) {
        const HINT: &str =
            "compiled modules are made by deb-build-app: a hook must not compile them";
        for (path, bad) in &scanned.bytecode {
            let line = format!("`/{path}` is bytecode that Python would not use as it is: {bad}");
            faults.push(Fault { line, hint: HINT });
        }
        for (path, _, _) in self.inside() {
            if let Some(source) = bytecode::source_of(path.as_bytes())
                && !self.has(&source)
            {
                let line = format!("`/{path}` is bytecode of a module that is not there");
                faults.push(Fault { line, hint: HINT });
            }
        }
    }
}

fn parent(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte == b'/');
    &path[..end.unwrap_or_default()]
}

/// Returns where a link leads, as a path of the package; nothing when it climbs above `/`.
fn resolve(link: &[u8], target: &[u8]) -> Option<Vec<u8>> {
    match target.strip_prefix(b"/") {
        Some(absolute) => join(b"", absolute),
        None => join(parent(link), target),
    }
}

/// Puts a path behind a folder without asking the disk; nothing when it climbs above `/`.
pub(super) fn join(folder: &[u8], path: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let all = folder
        .split(|byte| *byte == b'/')
        .chain(path.split(|byte| *byte == b'/'));
    for part in all {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/'))
}

//! `md5sums` as `dpkg --verify` reads it, and whether it says what is in the package (deb-md5sums(5)).
//!
//! A line that dpkg cannot read ends the verification; one that names a conffile is not needed, because dpkg keeps the
//! hashes of those itself.

use super::paths::{Paths, place};
use crate::deb::read::{Findings, Kind, Package, Rule, relative, shown};
use std::collections::{BTreeMap, BTreeSet};

const LINE: Rule = Rule::error(
    "md5sums-line",
    "write 32 lower-case digits, two spaces, the path without `/` in front, and a line feed",
);
const DIFFERS: Rule = Rule::error(
    "md5sums-differ",
    "make the hashes of the files that are packed, after the last change to them",
);
const LISTED: Rule = Rule::warning(
    "md5sums-list",
    "list every regular file once, and no conffiles, as dh_md5sums does",
);
const MISSING: Rule = Rule::warning(
    "no-md5sums",
    "add the control file `md5sums`, so that `dpkg --verify` knows what was packed",
);

const PLACE: &str = "`md5sums`";

/// Parses a line; the path is as it stands.
fn parse(line: &[u8]) -> Option<([u8; 16], &[u8])> {
    let (digits, path) = line.split_at_checked(32)?;
    let path = path.strip_prefix(b"  ").filter(|path| !path.is_empty())?;
    let mut digest = [0; 16];
    for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some((digest, path))
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// dpkg can read every line.
pub(super) fn lines(package: &Package, _: &Paths<'_>, findings: &mut Findings) {
    for (at, line) in package.control_lines("md5sums").iter().enumerate() {
        match parse(line) {
            None => {
                let problem = format!("its line {} is `{}`", at + 1, shown(line));
                findings.add(&LINE, PLACE, problem);
            }
            Some((_, path)) if path.starts_with(b"/") || path.starts_with(b"./") => {
                let problem = format!("its line {} names `{}`", at + 1, shown(path));
                findings.add(&LISTED, PLACE, problem);
            }
            Some(_) => {}
        }
    }
    let content = package.control_file("md5sums").unwrap_or_default();
    if !content.is_empty() && !content.ends_with(b"\n") {
        findings.add(&LINE, PLACE, "its last line does not end in a line feed");
    }
}

/// Every file is listed once, with its own hash.
pub(super) fn agreement(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    if package.control_file("md5sums").is_none() {
        return;
    }
    let mut listed = BTreeSet::new();
    for (digest, path) in package
        .control_lines("md5sums")
        .into_iter()
        .filter_map(parse)
    {
        let path = relative(path);
        if !listed.insert(path) {
            findings.add(&LISTED, &place(path), "`md5sums` lists it twice");
            continue;
        }
        let found = paths.entry(path).map(|entry| match entry.kind {
            Kind::HardLink => paths
                .entry(relative(&entry.target))
                .and_then(|file| file.md5),
            _ => entry.md5,
        });
        match found {
            None => findings.add(
                &DIFFERS,
                &place(path),
                "`md5sums` lists it, and the package does not have it",
            ),
            Some(None) => findings.add(
                &DIFFERS,
                &place(path),
                "`md5sums` lists it, and it is no regular file",
            ),
            Some(Some(found)) if found != digest => {
                findings.add(
                    &DIFFERS,
                    &place(path),
                    "its content is not what `md5sums` says",
                );
            }
            Some(Some(_)) if paths.is_conffile(path) => {
                findings.add(
                    &LISTED,
                    &place(path),
                    "`md5sums` lists it, and it is a conffile",
                );
            }
            Some(Some(_)) => {}
        }
    }
    let files: BTreeMap<_, _> = package
        .entries
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::File | Kind::HardLink))
        .map(|entry| (entry.path(), entry))
        .collect();
    for path in files.keys() {
        if !listed.contains(path) && !paths.is_conffile(path) {
            findings.add(&LISTED, &place(path), "`md5sums` does not list it");
        }
    }
}

/// There is one, when there are files.
pub(super) fn missing(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    let counts = |entry: &&crate::deb::read::Entry| {
        entry.kind == Kind::File && !paths.is_conffile(entry.path())
    };
    if package.control_file("md5sums").is_none() && package.entries.iter().any(|e| counts(&e)) {
        findings.add(&MISSING, "the control member", "it has no `md5sums`");
    }
}

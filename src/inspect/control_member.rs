//! What differs in the control member besides fields and texts: modes, owners, files that have no text to show, and
//! `md5sums` where the files themselves do not explain it.

use super::difference::SetChange;
use super::files::{self, FileChange, Way};
use super::spelled::spelled;
use crate::deb::read::{Entry, Package, relative};
use std::collections::{BTreeMap, BTreeSet};

/// Returns whether a control file is compared as a text; the others are compared by what they mean.
pub(super) fn is_text(name: &[u8]) -> bool {
    !matches!(
        name,
        b"conffiles" | b"control" | b"md5sums" | b"triggers" | b""
    )
}

/// Returns what differs in the headers of control files, and which of those without a text only one package has.
pub(super) fn compare(old: &Package, new: &Package) -> Vec<FileChange> {
    let mut changes = files::compare_entries(&by_name(old), &by_name(new), |name| match name {
        b"" => "./".to_owned(),
        name => spelled(name),
    });
    changes.retain_mut(|change| {
        // What a file holds is compared elsewhere.
        change.ways.retain(|way| *way != Way::Content);
        let in_both = change.old.is_some() && change.new.is_some();
        !change.ways.is_empty()
            || (!in_both && !is_text(change.path.trim_start_matches("./").as_bytes()))
    });
    changes
}

fn by_name(package: &Package) -> BTreeMap<&[u8], &Entry> {
    let files = package.control_files.iter();
    files.map(|file| (file.entry.path(), &file.entry)).collect()
}

/// Compares the lines of `md5sums`, but for those of the files that differ anyway.
pub(super) fn compare_md5sums(old: &Package, new: &Package, files: &[FileChange]) -> SetChange {
    let explained = files.iter().filter(|change| {
        let in_both = change.old.is_some() && change.new.is_some();
        let is_content = |way: &Way| matches!(way, Way::Content | Way::Kind | Way::Target);
        !in_both || change.ways.iter().any(is_content)
    });
    let explained: BTreeSet<&str> = explained.map(|change| change.path.as_str()).collect();
    let lines = |package| -> BTreeSet<String> {
        let lines = Package::control_lines(package, "md5sums").into_iter();
        let lines = lines.filter(|line| {
            let mut halves = line.splitn(2, |b| *b == b' ');
            let path = halves.nth(1).unwrap_or_default().trim_ascii_start();
            !explained.contains(format!("/{}", spelled(relative(path))).as_str())
        });
        lines.map(spelled).collect()
    };
    SetChange::between(&lines(old), &lines(new))
}

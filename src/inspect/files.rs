//! What differs at each path.

use super::spelled::spelled;
use crate::deb::read::{Entry, Kind, Package};
use serde::Serialize;
use std::collections::BTreeMap;

/// In which way an entry differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// It is something else: a file instead of a link.
    Kind,
    /// A file has other bytes.
    Content,
    /// It has other permission bits.
    Mode,
    /// It belongs to somebody else.
    Owner,
    /// A link points elsewhere, or a device has other numbers.
    Target,
}

impl Way {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Kind => "kind",
            Way::Content => "content",
            Way::Mode => "mode",
            Way::Owner => "owner",
            Way::Target => "target",
        }
    }
}

/// A path that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// The path, with `/` in front.
    pub path: String,
    /// What it is in the old package, and how large; nothing when it was added.
    pub old: Option<Side>,
    /// What it is in the new package; nothing when it was removed.
    pub new: Option<Side>,
    /// In which ways it differs, when both have it.
    pub ways: Vec<Way>,
}

/// An entry in one of the packages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// What it is.
    pub kind: &'static str,
    /// Its size in bytes.
    pub size: u64,
    /// Its permission bits, in octal digits.
    pub mode: String,
    /// Its owner and group, by name where there is one.
    pub owner: String,
    /// Where a link points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

impl FileChange {
    /// Returns by how many bytes it grew.
    pub fn growth(&self) -> i128 {
        let size = |side: &Option<Side>| side.as_ref().map_or(0, |side| i128::from(side.size));
        size(&self.new) - size(&self.old)
    }
}

impl Side {
    fn of(entry: &Entry) -> Self {
        let is_link = matches!(entry.kind, Kind::Symlink | Kind::HardLink);
        Side {
            kind: entry.kind.as_str(),
            size: entry.size,
            mode: format!("{:04o}", entry.mode),
            owner: owner(entry),
            target: is_link.then(|| spelled(&entry.target)),
        }
    }
}

/// Returns the owner and the group, by name where there is one.
pub(super) fn owner(entry: &Entry) -> String {
    let name = |name: &[u8], id: u64| {
        if name.is_empty() {
            id.to_string()
        } else {
            spelled(name)
        }
    };
    format!(
        "{}/{}",
        name(&entry.user, entry.uid),
        name(&entry.group, entry.gid)
    )
}

/// Returns the entries by path; the last of several wins, as it does with dpkg.
pub(super) fn by_path(package: &Package) -> BTreeMap<&[u8], &Entry> {
    let entries = package.entries.iter();
    entries.map(|entry| (entry.path(), entry)).collect()
}

/// Returns what differs, by path. Times do not count: a rebuild changes them.
pub(super) fn compare(old: &Package, new: &Package) -> Vec<FileChange> {
    let spell = |path: &[u8]| format!("/{}", spelled(path));
    compare_entries(&by_path(old), &by_path(new), spell)
}

/// Compares entries by their names, which `spell` shows.
pub(super) fn compare_entries(
    old: &BTreeMap<&[u8], &Entry>,
    new: &BTreeMap<&[u8], &Entry>,
    spell: impl Fn(&[u8]) -> String,
) -> Vec<FileChange> {
    let mut changes = Vec::new();
    let change = |path: &[u8], old: Option<&Entry>, new: Option<&Entry>, ways| FileChange {
        path: spell(path),
        old: old.map(Side::of),
        new: new.map(Side::of),
        ways,
    };
    for (path, before) in old {
        match new.get(path) {
            None => changes.push(change(path, Some(before), None, Vec::new())),
            Some(after) => {
                let ways = ways(before, after);
                if !ways.is_empty() {
                    changes.push(change(path, Some(before), Some(after), ways));
                }
            }
        }
    }
    for (path, after) in new {
        if !old.contains_key(path) {
            changes.push(change(path, None, Some(after), Vec::new()));
        }
    }
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes
}

fn ways(old: &Entry, new: &Entry) -> Vec<Way> {
    let mut ways = Vec::new();
    if old.kind != new.kind {
        ways.push(Way::Kind);
    } else if (old.md5, old.size) != (new.md5, new.size) {
        ways.push(Way::Content);
    }
    if old.kind == new.kind && (&old.target, old.device) != (&new.target, new.device) {
        ways.push(Way::Target);
    }
    // The mode of a link says nothing.
    let is_link = old.kind == Kind::Symlink || new.kind == Kind::Symlink;
    if old.mode != new.mode && !is_link {
        ways.push(Way::Mode);
    }
    if owner(old) != owner(new) {
        ways.push(Way::Owner);
    }
    ways
}

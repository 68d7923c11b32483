//! How two packages differ: fields, relations, scripts, conffiles, triggers, files, sizes and Python distributions.

use super::control_member;
use super::distributions::{self, DistributionChange};
use super::files::{self, FileChange};
use super::relations::{self, RelationChange};
use super::spelled::spelled;
use super::texts::{self, TextChange};
use super::{JSON_FORMAT, Totals};
use crate::deb::read::{Kind, Package};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Everything that differs between two packages.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The version of this JSON.
    pub format: u32,
    /// Whether nothing differs but times, compression, and the order of entries and of lines in lists.
    pub equal: bool,
    /// The old package.
    pub old: Identity,
    /// The new package.
    pub new: Identity,
    /// Control fields other than relations.
    pub fields: Vec<FieldChange>,
    /// Relation fields, element by element.
    pub relations: Vec<RelationChange>,
    /// Scripts and other texts of the control member.
    pub scripts: Vec<TextChange>,
    /// Lines of `conffiles`.
    pub conffiles: SetChange,
    /// Lines of `triggers`.
    pub triggers: SetChange,
    /// Control files with another mode or owner, and lists that only one package has.
    pub control_files: Vec<FileChange>,
    /// Lines of `md5sums`, but for those of files that differ.
    pub md5sums: SetChange,
    /// Python distributions.
    pub distributions: Vec<DistributionChange>,
    /// Files, directories and links.
    pub files: Vec<FileChange>,
    /// Sizes, in bytes.
    pub sizes: SizeChange,
    /// Directories that became links, and links that became directories: dpkg leaves them as they were.
    pub warnings: Vec<TypeChange>,
}

/// Which package it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Its architecture.
    pub architecture: String,
}

/// A field that differs; a missing one is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its name.
    pub name: String,
    /// Its old value.
    pub old: Option<String>,
    /// Its new value.
    pub new: Option<String>,
}

/// Lines that only one of the packages has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SetChange {
    /// What only the old package has.
    pub removed: Vec<String>,
    /// What only the new package has.
    pub added: Vec<String>,
}

/// Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SizeChange {
    /// Of the old `.deb`.
    pub old_package: u64,
    /// Of the new `.deb`.
    pub new_package: u64,
    /// Of all files in the old package.
    pub old_files: u64,
    /// Of all files in the new package.
    pub new_files: u64,
}

/// A directory and a link that take each other's place, which dpkg never does (Policy 6.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeChange {
    /// The path.
    pub path: String,
    /// What happens.
    pub problem: String,
    /// What to do about it.
    pub cure: String,
}

impl SetChange {
    /// Compares two sets of lines.
    pub(super) fn between(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Self {
        SetChange {
            removed: old.difference(new).cloned().collect(),
            added: new.difference(old).cloned().collect(),
        }
    }
}

impl Difference {
    /// Compares two packages.
    pub fn between(old: &Package, new: &Package) -> Self {
        let (fields, relations) = compare_fields(old, new);
        let files = files::compare(old, new);
        let mut difference = Difference {
            format: JSON_FORMAT,
            equal: false,
            old: Identity::of(old),
            new: Identity::of(new),
            fields,
            relations,
            scripts: compare_texts(old, new),
            conffiles: compare_lines(old, new, "conffiles"),
            triggers: compare_lines(old, new, "triggers"),
            control_files: control_member::compare(old, new),
            md5sums: control_member::compare_md5sums(old, new, &files),
            distributions: distributions::compare(old, new),
            files,
            sizes: SizeChange {
                old_package: old.size,
                new_package: new.size,
                old_files: Totals::of(old).bytes,
                new_files: Totals::of(new).bytes,
            },
            warnings: type_changes(old, new),
        };
        difference.equal = difference.fields.is_empty()
            && difference.relations.is_empty()
            && difference.scripts.is_empty()
            && difference.conffiles == SetChange::default()
            && difference.triggers == SetChange::default()
            && difference.control_files.is_empty()
            && difference.md5sums == SetChange::default()
            && difference.files.is_empty();
        difference
    }
}

impl Identity {
    /// Returns what the fields say.
    pub(super) fn of(package: &Package) -> Self {
        let field = |name: &str| package.field(name).unwrap_or_default().to_owned();
        Identity {
            package: field("Package"),
            version: field("Version"),
            architecture: field("Architecture"),
        }
    }
}

fn compare_fields(old: &Package, new: &Package) -> (Vec<FieldChange>, Vec<RelationChange>) {
    let by_name = |package: &Package| -> HashMap<String, String> {
        let fields = package.fields.iter();
        let fields = fields.map(|field| (field.name.to_ascii_lowercase(), field.value.clone()));
        fields.collect()
    };
    let (old_fields, new_fields) = (by_name(old), by_name(new));
    let (mut fields, mut changes) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for field in new.fields.iter().chain(&old.fields) {
        let (name, key) = (&field.name, field.name.to_ascii_lowercase());
        let (before, after) = (old_fields.get(&key), new_fields.get(&key));
        if !seen.insert(key) {
            continue;
        }
        if relations::FIELDS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
        {
            let text = |value: Option<&String>| value.cloned().unwrap_or_default();
            let (before, after) = (text(before), text(after));
            changes.extend(relations::compare(name, &before, &after));
        } else if before != after {
            fields.push(FieldChange {
                name: name.clone(),
                old: before.cloned(),
                new: after.cloned(),
            });
        }
    }
    (fields, changes)
}

/// Returns the control files by name; the last of several wins, as it does when they are unpacked.
fn control_texts(package: &Package) -> BTreeMap<&[u8], &[u8]> {
    let files = package.control_files.iter();
    let files = files.map(|file| (file.entry.path(), file.content.as_slice()));
    files.collect()
}

/// Compares all control files that are not compared otherwise.
fn compare_texts(old: &Package, new: &Package) -> Vec<TextChange> {
    let (old, new) = (control_texts(old), control_texts(new));
    let names: BTreeSet<&[u8]> = old.keys().chain(new.keys()).copied().collect();
    let names = names
        .into_iter()
        .filter(|name| control_member::is_text(name));
    let changes = names
        .filter_map(|name| texts::compare(name, old.get(name).copied(), new.get(name).copied()));
    changes.collect()
}

fn compare_lines(old: &Package, new: &Package, name: &str) -> SetChange {
    let lines = |package: &Package| {
        let lines = package
            .control_lines(name)
            .into_iter()
            .map(<[u8]>::trim_ascii_end);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#"));
        lines.map(spelled).collect::<BTreeSet<_>>()
    };
    SetChange::between(&lines(old), &lines(new))
}

fn type_changes(old: &Package, new: &Package) -> Vec<TypeChange> {
    let before = files::by_path(old);
    let (version, name) = (
        old.field("Version").unwrap_or_default(),
        new.field("Package").unwrap_or_default(),
    );
    let changes = files::by_path(new).into_iter().filter_map(|(path, entry)| {
        let old_entry = before.get(path)?;
        let path = format!("/{}", spelled(path));
        let (problem, words) = match (old_entry.kind, entry.kind) {
            (Kind::Directory, Kind::Symlink) => (
                "it was a directory and is a link now: dpkg keeps the directory",
                format!("dir_to_symlink {path} {}", spelled(&entry.target)),
            ),
            (Kind::Symlink, Kind::Directory) => (
                "it was a link and is a directory now: dpkg keeps the link and unpacks through it",
                format!("symlink_to_dir {path} {}", spelled(&old_entry.target)),
            ),
            _ => return None,
        };
        Some(TypeChange {
            path,
            problem: problem.to_owned(),
            cure: format!(
                "call `dpkg-maintscript-helper {words} {version}~ {name} -- \"$@\"` in preinst, postinst and postrm"
            ),
        })
    });
    changes.collect()
}

//! Paths of the package in a description, as users write them: with their first `/`.

use crate::deb::{ArchivePath, Mode};
use crate::recipe::code::Code;
use crate::recipe::table::{Located, Table};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// Reads `[modes]`: paths, each with the bits it is to have.
pub(super) fn read_modes(document: &Table<'_>) -> BTreeMap<ArchivePath, Mode> {
    let mut modes = BTreeMap::new();
    for entry in document.entries("modes") {
        let path = document.check_entry::<AbsolutePath>("modes", &entry, &entry.name);
        let mode = entry
            .as_string()
            .and_then(|text| document.check_entry::<Mode>("modes", &entry, &text));
        if let (Some(AbsolutePath(path)), Some(mode)) = (path, mode) {
            modes.insert(path, mode);
        }
    }
    modes
}

/// Reads a list of absolute paths, each named once.
pub(super) fn read_paths(table: &Table<'_>, key: &'static str) -> Vec<ArchivePath> {
    let mut seen = Vec::new();
    for text in table.strings(key) {
        let Some(AbsolutePath(path)) = table.check(key, &text) else {
            continue;
        };
        if seen.contains(&path) {
            refuse_twice(table, &text);
        } else {
            seen.push(path);
        }
    }
    seen
}

fn refuse_twice(table: &Table<'_>, text: &Located<String>) {
    table.problem(
        Code::Conflict,
        text.span.clone(),
        format!("`{}` is listed twice", text.value),
        "",
        "list it once".to_owned(),
    );
}

/// A path as users write it, with its first `/`.
struct AbsolutePath(ArchivePath);

impl FromStr for AbsolutePath {
    type Err = NotAbsolute;

    fn from_str(text: &str) -> Result<Self, NotAbsolute> {
        ArchivePath::from_absolute(text)
            .map(AbsolutePath)
            .map_err(|why| NotAbsolute(format!("the path {why}")))
    }
}

/// Why a text is no path of a package.
struct NotAbsolute(String);

impl Display for NotAbsolute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

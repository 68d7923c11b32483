//! `[scripts]`: files of sh that become part of the maintainer scripts (Policy §6).

use super::source_path::RecipePath;
use super::table::Table;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A point of the maintainer scripts at which a file of the recipe is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookPoint {
    /// Before users, directories and secrets are made.
    BeforeConfigure,
    /// Before the services are started.
    BeforeStart,
    /// After the services were started.
    AfterStart,
    /// Before the services are stopped.
    BeforeStop,
    /// After the services were stopped.
    AfterStop,
    /// When the package is purged.
    Purge,
}

/// The keys of all points.
const POINTS: &[(&str, HookPoint)] = &[
    ("before-configure", HookPoint::BeforeConfigure),
    ("before-start", HookPoint::BeforeStart),
    ("after-start", HookPoint::AfterStart),
    ("before-stop", HookPoint::BeforeStop),
    ("after-stop", HookPoint::AfterStop),
    ("purge", HookPoint::Purge),
];

impl HookPoint {
    /// Returns the key of the recipe.
    pub fn as_str(self) -> &'static str {
        POINTS
            .iter()
            .find(|(_, point)| *point == self)
            .map_or("", |(key, _)| key)
    }
}

/// Reads the table: the file of each point.
pub(super) fn read(document: &Table<'_>, folder: &Path) -> BTreeMap<HookPoint, PathBuf> {
    let table = document.table_or_empty("scripts");
    POINTS
        .iter()
        .filter_map(|(key, point)| {
            let file: RecipePath = table.parsed(key)?;
            Some((*point, file.below(folder)))
        })
        .collect()
}

//! Where distributions come from: `index-url`, `extra-index-url`, `find-links` and `offline` of `[venv]`.

use crate::recipe::address::{WebAddress, is_web_address};
use crate::recipe::source_path::RecipePath;
use crate::recipe::table::Table;
use std::path::{Path, PathBuf};

/// Where distributions come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexes {
    /// The index; that of the build machine when the recipe does not say.
    pub index: Option<WebAddress>,
    /// More indexes.
    pub extra: Vec<WebAddress>,
    /// Folders and pages with wheels.
    pub find_links: Vec<WheelPlace>,
    /// Whether no index is asked.
    pub offline: bool,
}

/// A place with wheels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WheelPlace {
    /// A folder of the build machine.
    Folder(PathBuf),
    /// A page that links to them.
    Page(WebAddress),
}

/// Reads the keys.
pub(super) fn read(table: &Table<'_>, folder: &Path) -> Indexes {
    let index = table.parsed("index-url");
    let extra = table.parsed_list("extra-index-url");
    let find_links = table
        .strings("find-links")
        .iter()
        .filter_map(|text| {
            if is_web_address(&text.value) {
                table.check("find-links", text).map(WheelPlace::Page)
            } else {
                let path: RecipePath = table.check("find-links", text)?;
                Some(WheelPlace::Folder(path.below(folder)))
            }
        })
        .collect();
    let offline = table.boolean("offline").unwrap_or(false);
    if offline && table.strings("find-links").is_empty() {
        table.conflict(
            table.place_of("offline").unwrap_or(table.span()),
            "`venv.offline` needs `find-links`",
            "nothing could be installed",
            "name the folder that has the wheels, such as `find-links = [\"wheels\"]`",
        );
    }
    for key in ["index-url", "extra-index-url"] {
        if let Some(span) = table.place_of(key).filter(|_| offline) {
            table.conflict(
                span,
                format!("`venv.{key}` and `offline` exclude each other"),
                "",
                "remove one of the two",
            );
        }
    }
    Indexes {
        index,
        extra,
        find_links,
        offline,
    }
}

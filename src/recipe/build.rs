//! `[build]`: what is needed and done on the build machine.

use super::table::Table;
use crate::deb::PackageName;

/// `[build]`.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// Debian packages that must be on the build machine.
    pub apt: Vec<PackageName>,
}

pub(super) fn read(document: &Table<'_>) -> Build {
    let Some(table) = document.table("build") else {
        return Build::default();
    };
    let apt = table.parsed_list("apt");
    Build { apt }
}

//! `[build]`: what is needed and done on the build machine.

use super::environment::{self, Variables};
use super::shell_text::{self, ShellText};
use super::substitutions::Substitutions;
use super::table::Table;
use crate::deb::PackageName;

/// `[build]`.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// Debian packages that must be on the build machine.
    pub apt: Vec<PackageName>,
    /// Lines of sh in the source, before the virtualenv is made.
    pub before: Vec<ShellText>,
    /// Lines of sh in the source, when the virtualenv is there.
    pub after: Vec<ShellText>,
    /// Variables for both, and for the building of wheels.
    pub env: Variables,
    /// Whether the installer runs under eatmydata.
    pub eatmydata: EatMyData,
}

/// When the installer runs under eatmydata(1), which leaves out waiting for the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EatMyData {
    /// Where it is installed.
    #[default]
    Auto,
    /// Always: it is a package that the build needs.
    Always,
    /// Never.
    Never,
}

/// Reads the table.
pub(super) fn read(document: &Table<'_>, substitutions: &Substitutions) -> Build {
    let table = document.table_or_empty("build");
    Build {
        apt: table.parsed_list("apt"),
        before: shell_text::read_list(&table, "before", substitutions),
        after: shell_text::read_list(&table, "after", substitutions),
        env: environment::read(&table, "env", substitutions),
        eatmydata: table
            .choice(
                "eatmydata",
                &[
                    ("auto", EatMyData::Auto),
                    ("always", EatMyData::Always),
                    ("never", EatMyData::Never),
                ],
            )
            .unwrap_or_default(),
    }
}

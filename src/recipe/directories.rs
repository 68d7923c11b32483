//! `[directories]`: what is made on the host, each with its owner and mode.

use super::accounts::{Accounts, GroupName, UserName};
use super::cure;
use super::entry::NamedEntry;
use super::host_path::HostPath;
use super::names::FileMode;
use super::substitutions::Substitutions;
use super::table::Table;
use super::user::{NO_HOME, ServiceUser};
use crate::recipe::code::Code;
use std::collections::BTreeSet;

/// An entry of `[directories]`: made on the host, with this owner and mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Where it is.
    pub path: HostPath,
    /// Whose it is; root's when there is no service user.
    pub owner: Option<UserName>,
    /// The group, that of the service user when the recipe does not say; without one it is the owner's own.
    pub group: Option<GroupName>,
    /// Its permission bits.
    pub mode: FileMode,
    /// Whether purge removes it with all that is in it.
    pub purge: bool,
}

pub(super) fn read(
    document: &Table<'_>,
    user: Option<&ServiceUser>,
    others: &[ServiceUser],
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Vec<Directory> {
    let owner = user.map(|user| user.name.clone());
    let mut directories = Vec::new();
    let mut seen = BTreeSet::new();
    // A user that is there already may have a home that it cannot write to: its services get one of the package.
    let is_first = |other: &ServiceUser| user.is_some_and(|user| user.name == other.name);
    for entry in document.entries("directories") {
        let Some(table) = document.entry_table("directories", &entry) else {
            continue;
        };
        let path = checked_path(document, "directories", &entry, substitutions, &mut seen)
            .filter(|path| may_be_made(document, path, &entry, substitutions));
        let own = accounts
            .user(&table, "owner")
            .map(|user| user.value)
            .or_else(|| owner.clone());
        let group = accounts
            .group(&table, "group")
            .map(|group| group.value)
            .or_else(|| user.and_then(ServiceUser::own_group));
        let mode = table.parsed("mode").unwrap_or(FileMode::PRIVATE_FOLDER);
        let purge = table.boolean("purge").unwrap_or(false);
        let mut known = user.into_iter().chain(others);
        let foreign = own
            .as_ref()
            .filter(|own| !own.is_root() && !known.any(|user| user.name == **own));
        if let (Some(owner), Some(span), true) = (foreign, table.place_of("purge"), purge) {
            table.conflict(
                span,
                format!("what is in `{}` is that of `{owner}`", entry.name.value),
                "a purge of this package would take the data of another one",
                "remove `purge`, or give the folder to a user of the app",
            );
        }
        if let Some(path) = path {
            directories.push(Directory {
                path,
                owner: own,
                group,
                mode,
                purge,
            });
        }
    }
    // A home is a directory like the others, unless the recipe says more about it.
    for user in user.into_iter().chain(others) {
        let told = directories
            .iter()
            .any(|directory| directory.path == user.home);
        if !told && user.home.as_str() != NO_HOME && (!user.existing || is_first(user)) {
            directories.push(Directory {
                path: user.home.clone(),
                group: user.own_group(),
                owner: Some(user.name.clone()),
                mode: user.home_mode,
                purge: false,
            });
        }
    }
    directories
}

fn may_be_made(
    document: &Table<'_>,
    path: &HostPath,
    entry: &NamedEntry<'_>,
    substitutions: &Substitutions,
) -> bool {
    let Err(error) = path.check_directory(&substitutions.prefix) else {
        return true;
    };
    document.refuse_entry(
        "directories",
        entry,
        entry.name.span.clone(),
        &error.to_string(),
        cure::of("directories.*", path.as_str()),
    );
    false
}

/// Refuses a directory with another owner below one that a user owns: it would have to be made with root's rights where
/// that user can put links.
pub(super) fn check_nested(document: &Table<'_>, directories: &[Directory]) {
    for entry in document.entries("directories") {
        let Some(inner) = directories
            .iter()
            .find(|directory| directory.path.as_str() == entry.name.value)
        else {
            continue;
        };
        let outer = directories
            .iter()
            .find(|outer| outer.owner.is_some() && inner.path.is_below(&outer.path));
        if let Some(outer) = outer
            && (outer.owner != inner.owner || outer.group != inner.group)
        {
            document.problem(
                Code::Conflict,
                entry.name.span,
                format!(
                    "`{}` cannot have another owner or group than `{}`",
                    inner.path, outer.path
                ),
                "it is below a directory that the user can change",
                "give it the same `owner` and `group`, or another place".to_owned(),
            );
        }
    }
}

/// Reads the key of an entry as a path of the host, which may stand only once.
pub(super) fn checked_path(
    document: &Table<'_>,
    key: &'static str,
    entry: &NamedEntry<'_>,
    substitutions: &Substitutions,
    seen: &mut BTreeSet<HostPath>,
) -> Option<HostPath> {
    let mut name = entry.name.clone();
    substitutions.apply(&mut name);
    let path: HostPath = document.check_entry(key, entry, &name)?;
    if !seen.insert(path.clone()) {
        document.problem(
            Code::Conflict,
            name.span,
            format!("`{path}` stands here twice"),
            "",
            "keep one of the two".to_owned(),
        );
        return None;
    }
    Some(path)
}

//! `[user]`, `[directories]` and `[env]`: what the host gets besides the virtualenv and files.

use super::Substitutions;
use super::cure;
use super::entry::NamedEntry;
use super::host_path::HostPath;
use super::names::{FileMode, GroupName, UserName, VariableName, VariableValue};
use super::table::{Located, Table};
use std::collections::BTreeSet;

/// `[user]`: the system user that the services run as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUser {
    /// Its name, and its group's.
    pub name: UserName,
    /// Its home; made and owned by it, unless it is [`NO_HOME`].
    pub home: HostPath,
    /// Its login shell.
    pub shell: HostPath,
    /// Groups of the host that it joins when they are there.
    pub groups: Vec<GroupName>,
}

/// The home of a user that has none (Policy §9.2.3).
pub const NO_HOME: &str = "/nonexistent";

/// An entry of `[directories]`: made on the host, with this owner and mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Where it is.
    pub path: HostPath,
    /// Whose it is; root's when there is no service user.
    pub owner: Option<UserName>,
    /// The group; root when there is no service user.
    pub group: Option<GroupName>,
    /// Its permission bits.
    pub mode: FileMode,
    /// Whether purge removes it with all that is in it.
    pub purge: bool,
}

pub(super) fn read_user(
    document: &Table<'_>,
    name: &Located<String>,
    needed: bool,
) -> Option<ServiceUser> {
    let table = document.table("user");
    if table.is_none() && !needed {
        return None;
    }
    let mut user = None;
    let mut home = None;
    let mut shell = None;
    let mut groups = Vec::new();
    if let Some(table) = &table {
        user = table.string("name");
        home = table.string("home");
        shell = table.string("shell");
        groups = table.parsed_list("groups");
    }
    // What the recipe does not say follows from the package's name, and may not fit.
    let following = |value: String| Located {
        value,
        span: name.span.clone(),
    };
    let user = user.unwrap_or_else(|| following(name.value.clone()));
    let home = home.unwrap_or_else(|| following(format!("/var/lib/{}", name.value)));
    let shell = shell.unwrap_or_else(|| following("/usr/sbin/nologin".to_owned()));
    let user = document.check("user.name", &user);
    let home: Option<HostPath> = document.check("user.home", &home);
    let shell = document.check("user.shell", &shell);
    Some(ServiceUser {
        name: user?,
        home: home?,
        shell: shell?,
        groups,
    })
}

pub(super) fn read_directories(
    document: &Table<'_>,
    user: Option<&ServiceUser>,
    substitutions: &Substitutions,
) -> Vec<Directory> {
    let owner = user.map(|user| user.name.clone());
    let mut directories = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in document.entries("directories") {
        let Some(table) = document.entry_table("directories", &entry) else {
            continue;
        };
        let path = checked_path(document, "directories", &entry, substitutions, &mut seen)
            .filter(|path| may_be_made(document, path, &entry, substitutions));
        let own = table.parsed("owner").or_else(|| owner.clone());
        let group = table.parsed("group").or_else(|| group_of(owner.as_ref()));
        let mode = table.parsed("mode").unwrap_or(FileMode::PRIVATE_FOLDER);
        let purge = table.boolean("purge").unwrap_or(false);
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
    // The home is a directory like the others, unless the recipe says more about it.
    if let Some(user) = user
        && user.home.as_str() != NO_HOME
        && !directories
            .iter()
            .any(|directory| directory.path == user.home)
    {
        directories.push(Directory {
            path: user.home.clone(),
            group: group_of(owner.as_ref()),
            owner,
            mode: FileMode::PRIVATE_FOLDER,
            purge: false,
        });
    }
    directories
}

/// A user that this package makes has a group of the same name.
fn group_of(user: Option<&UserName>) -> Option<GroupName> {
    user.and_then(|user| user.as_str().parse().ok())
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
    document.problem(
        "recipe::invalid-value",
        entry.name.span.clone(),
        format!("`directories.{path}` is not valid"),
        &error.to_string(),
        cure::of(&format!("directories.{path}"), path.as_str()),
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
                "recipe::conflict",
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
    let path: HostPath = document.check(&format!("{key}.{}", entry.name.value), &name)?;
    if !seen.insert(path.clone()) {
        document.problem(
            "recipe::conflict",
            name.span,
            format!("`{path}` stands here twice"),
            "",
            String::new(),
        );
        return None;
    }
    Some(path)
}

pub(super) fn read_env(
    document: &Table<'_>,
    substitutions: &Substitutions,
) -> Vec<(VariableName, VariableValue)> {
    document
        .entries("env")
        .iter()
        .filter_map(|entry| {
            let name = document.check(&format!("env.{}", entry.name.value), &entry.name)?;
            let mut value = entry.as_string()?;
            substitutions.apply(&mut value);
            Some((
                name,
                document.check(&format!("env.{}", entry.name.value), &value)?,
            ))
        })
        .collect()
}

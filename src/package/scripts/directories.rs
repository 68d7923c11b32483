//! Directories of the host and owners of files; what of them a purge takes (DESIGN 1.5).

use super::{Call, call};
use crate::recipe::{Directory, FileOrigin, GroupName, HostPath, Recipe, UserName};

/// Returns the calls that make the directories, the outer ones first.
pub(super) fn make(recipe: &Recipe) -> Vec<Call> {
    let mut directories: Vec<_> = recipe.directories.iter().collect();
    directories.sort_by_key(|directory| &directory.path);
    directories
        .iter()
        .map(|directory| {
            let mode = format!("{:04o}", directory.mode.bits());
            match outer_owner(recipe, &directory.path) {
                Some(owner) => call(
                    "make_inner_directory",
                    &[directory.path.as_str(), owner.as_str(), &mode],
                ),
                None => call(
                    "make_directory",
                    &[
                        directory.path.as_str(),
                        directory.owner.as_ref().map_or("root", UserName::as_str),
                        group(directory),
                        &mode,
                    ],
                ),
            }
        })
        .collect()
}

/// Returns the group; nothing where it is that of a user whose group is not known here.
fn group(directory: &Directory) -> &str {
    match (&directory.group, &directory.owner) {
        (Some(group), _) => group.as_str(),
        (None, Some(_)) => "",
        (None, None) => "root",
    }
}

/// Returns who owns a directory of the recipe that a path is below, and can put links there.
fn outer_owner<'a>(recipe: &'a Recipe, path: &HostPath) -> Option<&'a UserName> {
    recipe
        .directories
        .iter()
        .filter(|outer| path.is_below(&outer.path))
        .filter_map(|outer| outer.owner.as_ref())
        .find(|owner| !owner.is_root())
}

/// Gives files to those who own them by the recipe: in the archive all are root's, because a user may not be there when it is
/// unpacked.
pub(super) fn own_files<'a>(
    recipe: &Recipe,
    files: impl Iterator<Item = &'a HostPath>,
) -> Vec<Call> {
    let owned: Vec<_> = recipe
        .files
        .iter()
        .filter(|file| file.owner.is_some() || file.group.is_some() || file.reader.is_some())
        .collect();
    let mut calls = Vec::new();
    for path in files {
        let shipped = owned.iter().find(|file| match file.origin {
            FileOrigin::RecipeFolder(_) => path.is_below(&file.path),
            _ => *path == file.path,
        });
        if let Some(file) = shipped {
            let owner = file.owner.as_ref().map_or("root", UserName::as_str);
            let group = file.group.as_ref().map_or("root", GroupName::as_str);
            calls.push(match &file.reader {
                Some(reader) => call("own_file", &[path.as_str(), owner, "", reader.as_str()]),
                None => call("own_file", &[path.as_str(), owner, group]),
            });
        }
    }
    calls
}

/// Returns the calls that purge makes: the package's own folders with all that is in them, and those that the recipe says. Other
/// directories go when they are empty, if the package made them: those are noted on the host.
pub(super) fn purge(recipe: &Recipe) -> Vec<Call> {
    let own: Vec<String> = ["/var/log", "/var/lib", "/var/cache", "/run"]
        .iter()
        .map(|folder| format!("{folder}/{}", recipe.package.name))
        .collect();
    let is_own = |path: &str| {
        own.iter()
            .any(|own| path == own || path.starts_with(&format!("{own}/")))
    };
    let mut calls: Vec<_> = own
        .iter()
        .map(|path| call("remove_tree", &[path]))
        .collect();
    let whole = recipe.directories.iter().filter(|it| it.purge);
    for directory in whole.filter(|it| !is_own(it.path.as_str())) {
        let path = directory.path.as_str();
        calls.push(match outer_owner(recipe, &directory.path) {
            Some(owner) => call("remove_inner_tree", &[path, owner.as_str()]),
            None => call("remove_tree", &[path]),
        });
    }
    calls
}

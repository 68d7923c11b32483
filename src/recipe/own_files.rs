//! Files that deb-build-app writes itself, and places that a recipe fills twice.

use super::Recipe;
use super::table::Table;

/// Refuses files of `[files]` that are written already, and those that are directories.
pub(super) fn check(document: &Table<'_>, recipe: &Recipe) {
    check_private(document, recipe);
    let own = own_files(recipe);
    for entry in document.entries("files") {
        let Some(file) = recipe
            .files
            .iter()
            .find(|file| file.path.as_str() == entry.name.value)
        else {
            continue;
        };
        if own.contains(&entry.name.value) {
            document.conflict(
                entry.name.span,
                format!("`{}` is written by deb-build-app itself", entry.name.value),
                "",
                "what belongs in there is said by `[env]`, `[service]` and `[package]`",
            );
        } else if recipe
            .directories
            .iter()
            .any(|directory| directory.path == file.path)
        {
            document.conflict(
                entry.name.span,
                format!("`{}` is a directory too", file.path),
                "",
                "name the file in it, or remove it from `[directories]`",
            );
        }
    }
}

/// Refuses what root would have to write where a user can put links: secrets and answers, and files with an owner.
fn check_private(document: &Table<'_>, recipe: &Recipe) {
    let name = recipe.package.name.as_str();
    let folder = format!("/etc/{name}");
    let owned: Vec<_> = recipe
        .directories
        .iter()
        .filter(|directory| {
            let owner = directory.owner.as_ref();
            owner.is_some_and(|owner| !owner.is_root())
        })
        .collect();
    let is_private = !recipe.secrets.is_empty() || !recipe.questions.is_empty();
    for entry in document.entries("directories") {
        let path = entry.name.value.replace("@name@", name);
        let is_owned = owned
            .iter()
            .any(|directory| directory.path.as_str() == path);
        if is_private && path == folder && is_owned {
            document.conflict(
                entry.name.span,
                format!("`{folder}` must be root's"),
                "secrets and answers are written there, and who owns a folder can put links in it",
                "add `owner = \"root\"`",
            );
        }
    }
    for entry in document.entries("files") {
        let path = entry.name.value.replace("@name@", name);
        let given_away = recipe.files.iter().find(|file| {
            file.path.as_str() == path && (file.owner.is_some() || file.group.is_some())
        });
        let outer = given_away.and_then(|file| {
            owned
                .iter()
                .find(|directory| file.path.is_below(&directory.path))
        });
        if let Some(outer) = outer {
            document.conflict(
                entry.name.span,
                format!("`{path}` can have no owner or group of its own"),
                "it is below a directory that a user can change, and could put a link there",
                format!(
                    "ship it outside of `{}`, or remove `owner` and `group`",
                    outer.path
                ),
            );
        }
    }
}

fn own_files(recipe: &Recipe) -> Vec<String> {
    let name = recipe.package.name.as_str();
    let mut own = vec![
        format!("/etc/default/{name}"),
        format!("/usr/share/doc/{name}/changelog.Debian.gz"),
        format!("/usr/share/doc/{name}/copyright"),
        format!("/usr/share/lintian/overrides/{name}"),
    ];
    for service in &recipe.services {
        let units = service.unit_names(name);
        own.extend(
            units
                .iter()
                .map(|unit| format!("/usr/lib/systemd/system/{unit}")),
        );
        if !service.env.is_empty() {
            own.push(format!("/etc/default/{}", service.stem(name)));
        }
    }
    let commands = recipe.commands.iter();
    own.extend(commands.map(|command| format!("/usr/bin/{}", command.name)));
    if !recipe.secrets.is_empty() {
        own.push(format!("/etc/{name}/secrets.env"));
    }
    if !recipe.questions.is_empty() {
        own.push(format!("/etc/{name}/answers.env"));
    }
    if !recipe.logrotate.is_empty() {
        own.push(format!("/etc/logrotate.d/{name}"));
    }
    if !recipe.sites.is_empty() {
        own.push(format!("/etc/nginx/sites-available/{name}"));
    }
    own
}

//! Files that deb-build-app writes itself, and places that a recipe fills twice.

use super::Recipe;
use super::table::Table;

/// Refuses files of `[files]` that are written already, and those that are directories.
pub(super) fn check(document: &Table<'_>, recipe: &Recipe) {
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
            own.push(format!("/etc/default/{name}-{}", service.name));
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

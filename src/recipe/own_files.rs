//! Files that deb-build-app writes itself, and places that a recipe fills twice.

use super::host_path::HostPath;
use super::table::Table;
use super::{PassengerServer, Recipe, STARTUP_FILE};

/// Refuses files of `[files]` that are written already, and those that are directories.
pub(super) fn check(document: &Table<'_>, recipe: &Recipe) {
    check_private(document, recipe);
    check_below(document, recipe);
    let own = own_files(recipe);
    for entry in document.entries("files") {
        let Some(file) = recipe
            .files
            .iter()
            .find(|file| file.path.as_str() == written(recipe, &entry.name.value))
        else {
            continue;
        };
        if let Some(part) = part_of_virtualenv(recipe, &file.path) {
            document.conflict(
                entry.name.span,
                format!("`{}` belongs to the virtualenv", file.path),
                &format!("`{part}` in the prefix is filled by what is installed"),
                "choose another folder in it, such as `@prefix@/share`; programs of the app for everybody belong in `[commands]`",
            );
        } else if own.iter().any(|own| own == file.path.as_str()) {
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

/// Refuses what is to be below a file, which cannot be a folder too.
fn check_below(document: &Table<'_>, recipe: &Recipe) {
    let single: Vec<_> = recipe
        .files
        .iter()
        .filter(|file| !file.origin.is_folder())
        .collect();
    for key in ["files", "directories"] {
        for entry in document.entries(key) {
            let path = written(recipe, &entry.name.value);
            let outer = single
                .iter()
                .find(|file| is_below(&path, file.path.as_str()));
            if let Some(outer) = outer {
                document.conflict(
                    entry.name.span,
                    format!("`{path}` is below `{}`, which is a file", outer.path),
                    "",
                    "give one of the two another place; a folder of files has a `/` at the end of its source",
                );
            }
        }
    }
    let prefix = recipe.venv.prefix.to_string();
    let own = own_files(recipe);
    for entry in document.entries("files") {
        let path = written(recipe, &entry.name.value);
        let is_single = single.iter().any(|file| file.path.as_str() == path);
        let covered = own.iter().find(|own| is_below(own, &path));
        let covered = covered.or_else(|| {
            let holds_prefix = path == prefix || is_below(&prefix, &path);
            holds_prefix.then_some(&prefix)
        });
        if is_single && path == format!("/etc/{}", recipe.package.name) {
            document.conflict(
                entry.name.span,
                format!("`{path}` is a folder, and cannot be a file"),
                "it is where the package has its configuration",
                "name a file in it",
            );
        } else if let (Some(own), true) = (covered, is_single) {
            document.conflict(
                entry.name.span,
                format!("`{path}` is a folder, and cannot be a file"),
                &format!("deb-build-app puts `{own}` there"),
                "name a file in it",
            );
        }
    }
}

fn is_below(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.starts_with('/'))
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
        let path = written(recipe, &entry.name.value);
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
        let path = written(recipe, &entry.name.value);
        let given_away = recipe.files.iter().find(|file| {
            file.path.as_str() == path && (file.owner.is_some() || file.group.is_some())
        });
        let Some(file) = given_away else {
            continue;
        };
        let outer = owned
            .iter()
            .find(|directory| file.path.is_below(&directory.path));
        // Files of a folder may come to lie in a directory that is below it.
        let inner = owned
            .iter()
            .find(|directory| file.origin.is_folder() && directory.path.is_below(&file.path));
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
        } else if let Some(inner) = inner {
            document.conflict(
                entry.name.span,
                format!("`{path}` can have no owner or group of its own"),
                "below it is a directory that a user can change, and could put a link there",
                format!(
                    "give `{}` another place or `owner = \"root\"`, or remove `owner` and `group`",
                    inner.path
                ),
            );
        }
    }
}

/// Returns the path that an entry names.
fn written(recipe: &Recipe, text: &str) -> String {
    text.replace("@prefix@", &recipe.venv.prefix.to_string())
        .replace("@name@", recipe.package.name.as_str())
}

/// What a virtualenv has in its folder (venv(3)), and what deb-build-app adds.
const VIRTUALENV: &[&str] = &["bin", "lib", "lib64", "libexec", "pyvenv.cfg"];

/// Returns the part of the virtualenv that a path is, or is in.
fn part_of_virtualenv(recipe: &Recipe, path: &HostPath) -> Option<&'static str> {
    let inside = path
        .as_str()
        .strip_prefix(recipe.venv.prefix.to_string().as_str())?
        .strip_prefix('/')?;
    let first = inside.split('/').next()?;
    VIRTUALENV.iter().copied().find(|part| *part == first)
}

impl Recipe {
    /// Returns whether the package makes this file on the host, so that none can be shipped there.
    pub fn is_made_on_host(&self, path: &HostPath) -> bool {
        let name = path
            .as_str()
            .strip_prefix("/etc/")
            .and_then(|rest| rest.strip_prefix(self.package.name.as_str()));
        match name {
            Some("/secrets.env") => !self.secrets.is_empty(),
            Some("/answers.env") => !self.questions.is_empty(),
            _ => false,
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
    if let Some(passenger) = &recipe.passenger {
        own.push(format!("{}/{STARTUP_FILE}", passenger.root));
        if passenger.server == PassengerServer::Apache2 {
            own.push(format!("/etc/apache2/sites-available/{name}.conf"));
        }
    }
    if !recipe.sites.is_empty() {
        own.extend(
            recipe
                .site_files()
                .map(|file| format!("/etc/nginx/sites-available/{file}")),
        );
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn what_a_package_makes_on_the_host_is_known_and_only_where_it_does() {
        let recipe = Recipe::parse(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n\
             [venv]\npackages = [\"six\"]\n[secrets]\nKEY = {}\n",
            "recipe.toml",
            Path::new("/r"),
        )
        .expect("it is valid");
        for (path, is_made) in [
            ("/etc/demo/secrets.env", true),
            ("/etc/demo/answers.env", false),
            ("/etc/demo/conf.d/secrets.env", false),
            ("/etc/demo2/secrets.env", false),
        ] {
            let path: HostPath = path.parse().expect("a path");
            assert_eq!(recipe.is_made_on_host(&path), is_made, "{path}");
        }
    }
}

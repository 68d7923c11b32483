//! What the virtualenv is to hold: the app's own requirements, and what it needs besides and does not list.

use super::address::{has_password, without_passwords};
use super::app::App;
use super::distributions;
use super::locked;
use super::requirement;
use crate::recipe::{Requirement, SourcePath};
use std::collections::BTreeSet;

/// What goes into `[venv]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Packages {
    /// The requirements file.
    pub(super) file: Option<String>,
    /// The file of constraints.
    pub(super) constraints: Option<String>,
    /// Requirements, each with where it comes from.
    pub(super) added: Vec<(String, String)>,
    /// What needs a human.
    pub(super) todos: Vec<String>,
    /// The normal names of all that is required.
    names: BTreeSet<String>,
    /// The file in which everything has a hash, so that nothing can be added here.
    closed_by: Option<String>,
}

/// Decides what is installed before the services ask for more.
pub(super) fn decide(app: &App<'_>) -> Packages {
    let required = &app.requirements;
    let mut packages = Packages {
        constraints: required.constraints.clone().filter(|file| is_path(file)),
        names: app.names(),
        ..Packages::default()
    };
    if let Some(lock) = app.lock {
        // A lock names all of it, and excludes the others.
        packages.constraints = None;
        packages.closed_by = Some(lock.to_owned());
        packages.names.extend(locked::names(app.folder.text(lock)));
    } else {
        packages.take_listed(app);
    }
    packages.doubt(app);
    if let Some(django) = &app.django {
        match &django.version {
            Some((version, place)) if !packages.names.contains("django") => {
                packages.put(
                    "django",
                    format!("django=={version}"),
                    format!("the version of {place}"),
                );
            }
            _ => {
                packages.need("django", "the app is Django's");
            }
        }
    }
    if let Some(web) = &app.web
        && let Some(name) = web.distribution
    {
        packages.need(name, &format!("{} is made with it", web.place));
    }
    if let Some(celery) = &app.celery {
        packages.need("celery", &format!("{} is made with it", celery.place));
        if celery.broker == Some("redis-server")
            && !packages.names.contains("redis")
            && !brings_redis(app)
        {
            packages.todos.push(format!(
                "{} has a broker of Redis, and `redis` is not among the requirements: write `celery[redis]`",
                celery.place
            ));
        }
    }
    packages
}

fn is_path(text: &str) -> bool {
    text.parse::<SourcePath>().is_ok()
}

impl Packages {
    /// Takes the requirements file, or what it and the metadata list where the file cannot be named itself.
    fn take_listed(&mut self, app: &App<'_>) {
        let required = &app.requirements;
        self.todos.extend(required.todos.iter().cloned());
        if required.editable.is_empty() {
            self.file = required.file.clone().filter(|file| is_path(file));
            self.closed_by = self.file.clone().filter(|_| required.has_hashes);
        } else if let Some(file) = &required.file {
            self.todos.push(format!(
                "{} asks for an editable install, which cannot be packaged: remove it, and name {file} in `requirements` instead of these `packages`",
                required.editable.join(", ")
            ));
            for (place, option) in &required.options {
                self.todos.push(format!(
                    "`{option}` of {place} is not part of these `packages`: without it pip may find other files"
                ));
            }
            self.take(&required.lines, file);
        }
        if !app.is_installed && required.file.is_none() {
            self.take(&app.metadata.dependencies, &app.metadata.file);
        }
    }

    /// Takes requirements of the app into the recipe.
    fn take(&mut self, requirements: &[String], file: &str) {
        for requirement in requirements {
            let requirement = requirement.trim();
            if let Some(why) = requirement::problem(requirement) {
                // What a requirements file has of that kind is said with its line.
                let todo = format!("`{}` of {file} {why}", without_passwords(requirement));
                if ["pyproject.toml", "setup.cfg", "setup.py"].contains(&file) {
                    self.todos.push(todo);
                }
                if has_password(requirement) || requirement.parse::<Requirement>().is_err() {
                    continue;
                }
            }
            if requirement.parse::<Requirement>().is_ok() {
                self.added.push((requirement.to_owned(), file.to_owned()));
            } else if !requirement.is_empty() {
                self.todos.push(format!(
                    "`{requirement}` of {file} cannot stand in a recipe: name the distribution in `packages`"
                ));
            }
        }
    }

    /// Makes sure that a distribution is installed.
    ///
    /// Returns whether it is: not when the requirements have hashes, or no version of it is known.
    pub(super) fn need(&mut self, name: &str, why: &str) -> bool {
        if self.names.contains(name) {
            return true;
        }
        match distributions::requirement(name) {
            Some(requirement) => self.put(name, requirement, why.to_owned()),
            None => false,
        }
    }

    /// Returns whether a distribution is among the requirements.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn put(&mut self, name: &str, requirement: String, why: String) -> bool {
        if let Some(file) = &self.closed_by {
            let todo = match locked::how_to_add(file, name) {
                Some(command) => {
                    format!("{name} is not in {file}: add it with `{command}` ({why})")
                }
                None => format!(
                    "{name} is not in {file}, which has hashes, so that nothing can be added here: add `{requirement}` with its hash there ({why})"
                ),
            };
            if !self.todos.contains(&todo) {
                self.todos.push(todo);
            }
            return false;
        }
        self.names.insert(name.to_owned());
        self.added.push((requirement, why));
        true
    }

    /// Says where it is left open which versions are installed.
    fn doubt(&mut self, app: &App<'_>) {
        let metadata = &app.metadata;
        let file = &metadata.file;
        if app.lock.is_some() {
            return;
        }
        if app.requirements.file.is_some() {
            if let Some((place, requirement)) = app.requirements.unpinned.first() {
                let more = match app.requirements.unpinned.len() {
                    1 => String::new(),
                    number => format!(", and {} more", number - 1),
                };
                self.todos.push(format!(
                    "`{requirement}` ({place}) is not pinned{more}: two builds may install different versions"
                ));
            }
        } else if let Some(requirement) = metadata
            .dependencies
            .iter()
            .find(|requirement| !requirement::is_exact(requirement))
        {
            self.todos.push(format!(
                "`{requirement}` ({file}) is not pinned: two builds may install different versions"
            ));
        } else if !app.is_installed && metadata.dependencies.is_empty() {
            let instead = ["Pipfile.lock", "Pipfile", "environment.yml"]
                .iter()
                .find(|file| app.folder.has(file));
            self.todos.push(match instead {
                Some(file) => format!(
                    "{file} is not read: export a requirements.txt from it, and name it in `requirements`"
                ),
                None => "there is no requirements file: name in `packages` whatever else the app imports".to_owned(),
            });
        }
    }
}

/// Returns whether Celery is required with its extra for Redis.
fn brings_redis(app: &App<'_>) -> bool {
    let written = app
        .requirements
        .lines
        .iter()
        .chain(&app.metadata.dependencies);
    written
        .map(|requirement| requirement.replace(' ', "").to_lowercase())
        .any(|requirement| requirement.starts_with("celery[") && requirement.contains("redis"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::app::recognise;
    use crate::init::folder::testing::folder;

    fn decided(files: &[(&str, &str)]) -> Packages {
        decide(&recognise(&folder("demo", files)))
    }

    #[test]
    fn what_is_missing_is_added_with_a_version() {
        let mut packages =
            decided(&[("app.py", "from flask import Flask\napp = Flask(__name__)\n")]);
        assert!(packages.need("gunicorn", "serves it") && packages.need("flask", "again"));
        assert!(!packages.need("rq", "no version is known"));
        assert_eq!(
            packages.added,
            [
                ("flask==3.1.3".into(), "app.py:2 is made with it".into()),
                ("gunicorn==27.0.1".into(), "serves it".into())
            ]
        );
        assert_eq!(
            packages.todos,
            ["there is no requirements file: name in `packages` whatever else the app imports"]
        );
    }

    #[test]
    fn nothing_is_added_where_everything_has_a_hash() {
        let mut packages = decided(&[("requirements.txt", "flask==3.1.3 --hash=sha256:00\n")]);
        assert!(!packages.need("gunicorn", "serves it"));
        assert!(packages.added.is_empty());
        assert_eq!(
            packages.todos,
            [
                "gunicorn is not in requirements.txt, which has hashes, so that nothing can be added here: add `gunicorn==27.0.1` with its hash there (serves it)"
            ]
        );
    }

    #[test]
    fn a_lock_names_everything_and_says_how_to_add_to_it() {
        let lock = "version = 1\n[[package]]\nname = \"Flask\"\nversion = \"3\"\n";
        let files = [
            ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
            ("requirements.txt", "flask\n"),
            ("uv.lock", lock),
        ];
        let mut packages = decided(&files);
        assert!(packages.need("flask", "it is in the lock"));
        assert!(!packages.need("gunicorn", "serves it"));
        assert_eq!((packages.file, packages.added), (None, Vec::new()));
        assert_eq!(
            packages.todos,
            ["gunicorn is not in uv.lock: add it with `uv add gunicorn` (serves it)"]
        );
    }

    #[test]
    fn a_file_with_an_editable_install_is_copied_without_it() {
        let packages = decided(&[("requirements.txt", "-e .\nflask==3.1.3\n./local\n")]);
        assert_eq!(packages.file, None);
        assert_eq!(
            packages.added,
            [("flask==3.1.3".into(), "requirements.txt".into())]
        );
        assert_eq!(packages.todos.len(), 2, "{:?}", packages.todos);
    }
}

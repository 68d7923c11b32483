//! The text of the recipe: one function for each table, each with what needs a human there.

mod waiting;

use super::app::App;
use super::identity::Identity;
use super::packages::Packages;
use super::services::{APP, Services, below_app};
use super::supported::is_later;
use super::toml_text::{Section, comment, list, one_line, quote};
use crate::recipe::SourcePath;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// How a comment begins that introduces a key for later.
const LATER: &str = "Not supported by this version:";

/// Everything that was decided.
pub(super) struct Parts<'a> {
    pub(super) app: &'a App<'a>,
    pub(super) identity: &'a Identity,
    pub(super) packages: &'a Packages,
    pub(super) services: &'a Services,
    /// Whether the source is shipped as it is.
    pub(super) ships_source: bool,
}

/// The recipe, and what needs a human in the order of the recipe.
pub(super) fn render(parts: &Parts<'_>) -> (String, Vec<String>) {
    let mut todos = Vec::new();
    let mut sections = vec![
        package(parts, &mut todos),
        source(parts, &mut todos),
        build(parts),
        venv(parts, &mut todos),
        files(parts),
        env(parts, &mut todos),
    ];
    let root = parts.ships_source.then(|| parts.app.root());
    if let Some(first) = about_services(parts, &mut todos) {
        sections.push(first);
    }
    sections.extend(parts.services.sections(root));
    todos.extend(parts.services.waiting());
    sections.extend(
        [
            waiting::secrets(parts),
            waiting::task(parts),
            waiting::nginx(parts),
        ]
        .into_iter()
        .flatten(),
    );
    let mut text = comment(
        "",
        &format!(
            "Recipe for `{}`, written by `deb-build-app init`.",
            parts.identity.name
        ),
    );
    text.push_str(&comment(
        "",
        "`TODO` is what needs you. A key right behind a `#` is for a later version: take the `#` away then.",
    ));
    for section in sections {
        text.push_str(&section.render());
    }
    (text, todos)
}

fn todo(section: &mut Section, todos: &mut Vec<String>, text: &str) {
    section.todo(text);
    todos.push(one_line(text));
}

fn package(parts: &Parts<'_>, todos: &mut Vec<String>) -> Section {
    let identity = parts.identity;
    let mut section = Section::new("[package]");
    for text in &identity.todos {
        todo(&mut section, todos, text);
    }
    section.set_from("name", &identity.name, &identity.name_from);
    section.set_from("version", &identity.version, &identity.version_from);
    section.set_from(
        "maintainer",
        &identity.maintainer,
        &identity.maintainer_from,
    );
    section.set_text("summary", &identity.summary);
    if parts.services.has_web {
        section.set_text("section", "web");
    }
    if let Some(homepage) = &identity.homepage {
        section.set_text("homepage", homepage);
    }
    if let Some(license) = &identity.license {
        section.set_text("license", license);
    }
    if let Some(broker) = parts
        .app
        .celery
        .as_ref()
        .and_then(|celery| celery.broker)
        .filter(|broker| *broker != parts.identity.name)
    {
        section.set("recommends", &list(&[broker]));
    }
    section
}

fn source(parts: &Parts<'_>, todos: &mut Vec<String>) -> Section {
    let folder = parts.app.folder;
    let mut section = Section::new("[source]");
    let Some(checkout) = &folder.git.checkout else {
        todo(
            &mut section,
            todos,
            "the folder is in no git repository, and what is packaged is a commit: `git init`, `git add -A` and `git commit` make one",
        );
        section.set_text("git", &relative(&folder.recipe_folder, &folder.path));
        return section;
    };
    match &checkout.committed {
        None => todo(
            &mut section,
            todos,
            "nothing is committed yet, and what is packaged is a commit: `git add -A` and `git commit`",
        ),
        Some(committed) => {
            let missing: Vec<_> = wanted(parts)
                .into_iter()
                .filter(|file| !committed.contains(*file))
                .collect();
            if !missing.is_empty() {
                todo(
                    &mut section,
                    todos,
                    &format!(
                        "`{}` is not committed: only what is committed is packaged",
                        missing.join("`, `")
                    ),
                );
            }
        }
    }
    if let Some(remote) = &checkout.remote {
        section.comment(&format!("A clone of {remote}."));
    }
    section.set_text("git", &relative(&folder.recipe_folder, &checkout.root));
    if let Some(inside) = folder
        .path
        .strip_prefix(&checkout.root)
        .ok()
        .and_then(Path::to_str)
        .filter(|inside| !inside.is_empty())
    {
        if inside.parse::<SourcePath>().is_ok() {
            section.set_text("subdirectory", inside);
        } else {
            let text = format!("`{inside}` cannot be named in `subdirectory`: rename the folder");
            todo(&mut section, todos, &text);
        }
    }
    section
}

/// Returns the files that the recipe cannot do without.
fn wanted<'a>(parts: &'a Parts<'_>) -> Vec<&'a str> {
    let app = parts.app;
    let mut files: Vec<&str> = Vec::new();
    files.extend(parts.packages.file.as_deref());
    files.extend(parts.packages.constraints.as_deref());
    if app.is_installed {
        files.push(&app.metadata.file);
    }
    files.extend(app.django.as_ref().map(|django| django.manage.as_str()));
    files.extend(
        app.web
            .as_ref()
            .and_then(|web| Some(web.place.rsplit_once(':')?.0)),
    );
    files
}

/// Returns a path that leads from a folder to another, never one that git would take for an address.
fn relative(from: &Path, to: &Path) -> String {
    let mut rest = to.components().peekable();
    let mut up = from.components().peekable();
    while let (Some(a), Some(b)) = (up.peek(), rest.peek())
        && a == b
    {
        up.next();
        rest.next();
    }
    let path: PathBuf = up.map(|_| Component::ParentDir).chain(rest).collect();
    match path.to_string_lossy().as_ref() {
        "" => ".".to_owned(),
        text if text.starts_with("..") => text.to_owned(),
        text => format!("./{text}"),
    }
}

fn build(parts: &Parts<'_>) -> Section {
    let mut section = Section::new("[build]");
    let names = parts.app.names();
    let (compiled, apt) = super::distributions::compiled(&names);
    if !compiled.is_empty() {
        section.comment(&format!("{} is compiled.", compiled.join(", ")));
        section.set("apt", &list(&apt));
    }
    if let Some(django) = &parts.app.django {
        let command = format!(
            "@prefix@/bin/python {} collectstatic --noinput",
            django.manage
        );
        let value = list(&[command]);
        if is_later("build.after") {
            section.comment(&format!(
                "{LATER} static files are collected while the package is built."
            ));
            section.wait("after", &value);
        } else if django.has_static_root {
            section.set("after", &value);
        } else {
            section.comment("Static files are collected once STATIC_ROOT says where to.");
            section.wait("after", &value);
        }
    }
    if let Some(tool) = &parts.app.metadata.version_tool
        && parts.app.is_installed
    {
        let variable = match tool.as_str() {
            "setuptools_scm" | "setuptools-scm" | "hatch-vcs" => "SETUPTOOLS_SCM_PRETEND_VERSION",
            "poetry-dynamic-versioning" => "POETRY_DYNAMIC_VERSIONING_BYPASS",
            _ => return section,
        };
        let value = format!("{{ {variable} = {} }}", quote(&parts.identity.version));
        section.comment(&format!(
            "{tool} is told the version, which it would ask git for."
        ));
        section.set("env", &value);
    }
    section
}

fn venv(parts: &Parts<'_>, todos: &mut Vec<String>) -> Section {
    let app = parts.app;
    let packages = parts.packages;
    let mut section = Section::new("[venv]");
    for text in &packages.todos {
        todo(&mut section, todos, text);
    }
    if app.is_installed
        && let Some(tool) = &app.metadata.version_tool
    {
        todo(
            &mut section,
            todos,
            &format!(
                "{tool} asks git for the version, and the export of a build has no git: give it a version to fall back to"
            ),
        );
    }
    if let Some(python) = &app.metadata.python {
        section.comment(&format!("{} asks for Python {python}.", app.metadata.file));
    }
    if let Some(prefix) = &parts.identity.prefix {
        section.comment("The source is where the app would be, below /opt.");
        section.set_text("prefix", prefix);
    }
    if app.is_installed {
        section.comment(&format!(
            "The project itself is installed, as {} says.",
            app.metadata.file
        ));
        section.set("project", "true");
    } else {
        section.set("project", "false");
    }
    if let Some(extra) = ["production", "prod", "server", "deploy"]
        .iter()
        .find(|extra| {
            app.is_installed
                && app.lock != Some("pylock.toml")
                && app.metadata.extras.iter().any(|own| own == *extra)
        })
    {
        section.set("extras", &list(&[extra]));
    }
    if let Some(file) = &packages.file {
        section.set("requirements", &list(&[file]));
    }
    if let Some(file) = &packages.constraints {
        section.set("constraints", &list(&[file]));
    }
    if !packages.added.is_empty() {
        let mut value = String::from("[\n");
        for (requirement, why) in &packages.added {
            let _ = writeln!(value, "    {},  # {}", quote(requirement), one_line(why));
        }
        value.push(']');
        section.set("packages", &value);
    }
    if let Some(lock) = app.lock {
        section.set_text("lock", lock);
    }
    section
}

fn files(parts: &Parts<'_>) -> Section {
    let mut section = Section::new("[files]");
    if parts.ships_source {
        section.comment(if parts.app.is_installed {
            "The services use files of the source: all that is committed is shipped."
        } else {
            "The source is not a project that pip could install: all that is committed is shipped."
        });
        section.set(APP, "{ from-source = \"./\" }");
    }
    section
}

fn env(parts: &Parts<'_>, todos: &mut Vec<String>) -> Section {
    let mut section = Section::new("[env]");
    let mut set_path = parts.ships_source;
    let path = below_app(parts.app.root());
    if let Some(dotenv) = &parts.app.dotenv {
        if !dotenv.plain.is_empty() {
            let text = format!(
                "the values are those of {}: make them right for a server",
                dotenv.file
            );
            todo(&mut section, todos, &text);
        }
        let secret: Vec<_> = dotenv.secret.iter().map(String::as_str).collect();
        if !secret.is_empty() {
            todo(
                &mut section,
                todos,
                &format!(
                    "{} of {} is secret: set it on the host, and not here, where everybody reads it",
                    secret.join(", "),
                    dotenv.file
                ),
            );
        }
        for (name, value) in &dotenv.plain {
            set_path &= name != "PYTHONPATH";
            section.set_text(name, &value.replace("@prefix@", "").replace("@name@", ""));
        }
    }
    for (name, place) in &parts.app.variables {
        let is_said = parts.app.dotenv.iter().any(|dotenv| {
            dotenv.secret.contains(name) || dotenv.plain.iter().any(|(known, _)| known == name)
        });
        let django = parts.app.django.as_ref();
        let is_secret = django.and_then(|django| django.secret_variable.as_ref()) == Some(name);
        if !is_said && !is_secret {
            let text = format!("{place} reads the variable {name}, and stops where it is not set");
            todo(&mut section, todos, &text);
        }
    }
    if set_path {
        section.set_text("PYTHONPATH", &path);
    }
    section
}

/// What there is to say of the services as a whole, and of Django's settings.
fn about_services(parts: &Parts<'_>, todos: &mut Vec<String>) -> Option<Section> {
    let django = parts.app.django.iter().flat_map(|django| &django.todos);
    let texts: Vec<_> = django.chain(&parts.services.todos).collect();
    let mut section = Section::new("");
    for text in &texts {
        todo(&mut section, todos, text);
    }
    (!texts.is_empty()).then_some(section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_the_recipe_to_the_repository() {
        for (from, to, path) in [
            ("/a/b", "/a/b", "."),
            ("/a/b/recipes", "/a/b", ".."),
            ("/a", "/a/b", "./b"),
            ("/a/x", "/a/host:y", "../host:y"),
            ("/a", "/a/host:y", "./host:y"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), path);
        }
    }
}

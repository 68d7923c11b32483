//! The text of the recipe: one function for each table, each with what needs a human there.

mod environment;
mod host_settings;
mod passenger;
mod site;
mod source;
mod static_files;
mod waiting;

use super::app::App;
use super::identity::Identity;
use super::packages::Packages;
use super::python_range;
use super::services::{APP, Services};
use super::toml_text::{Section, comment, list, one_line, quote};
use host_settings::HostSettings;
use std::fmt::Write as _;

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
        source::section(parts, &mut todos),
        build(parts),
        venv(parts, &mut todos),
        files(parts),
        environment::section(parts, &mut todos),
    ];
    let root = parts.ships_source.then(|| parts.app.root());
    if let Some(first) = about_services(parts, &mut todos) {
        sections.push(first);
    }
    sections.extend(parts.services.sections(root));
    todos.extend(parts.services.waiting());
    sections.extend(
        [
            passenger::section(parts),
            waiting::secrets(parts),
            waiting::task(parts),
            waiting::commands(parts),
            site::section(parts),
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
        "`TODO` is what needs you. A key right behind a `#` waits for you: take the `#` away when it fits.",
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
    if identity.is_version_of_git {
        let from = one_line(&format!(
            "{} now, by {}",
            identity.version, identity.version_from
        ));
        section.set("version", &format!("{{ from = \"git\" }}  # {from}"));
    } else {
        section.set_from("version", &identity.version, &identity.version_from);
    }
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
    if parts.app.celery.is_some() {
        section.comment("Celery asks the host for time zones, UTC among them.");
        section.set("depends", &list(&["tzdata"]));
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

fn build(parts: &Parts<'_>) -> Section {
    let mut section = Section::new("[build]");
    let names = parts.app.names();
    let (compiled, apt) = super::distributions::compiled(&names);
    if !compiled.is_empty() {
        section.comment(&format!("{} is compiled.", compiled.join(", ")));
        section.set("apt", &list(&apt));
    }
    let mut env = Vec::new();
    if let Some(django) = &parts.app.django {
        env = static_files::add(parts, django, &mut section);
    }
    if let Some(tool) = &parts.app.metadata.version_tool
        && parts.app.is_installed
    {
        let variable = match tool.as_str() {
            "setuptools_scm" | "setuptools-scm" | "hatch-vcs" => "SETUPTOOLS_SCM_PRETEND_VERSION",
            "poetry-dynamic-versioning" => "POETRY_DYNAMIC_VERSIONING_BYPASS",
            _ => "",
        };
        if !variable.is_empty() {
            section.comment(&format!(
                "{tool} is told the version, which it would ask git for."
            ));
            env.push((variable.to_owned(), parts.identity.version.clone()));
        }
    }
    if !env.is_empty() {
        let pairs = env.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name} = {}", quote(value)))
            .collect();
        section.set("env", &format!("{{ {} }}", pairs.join(", ")));
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
        let file = &app.metadata.file;
        match &app.folder.release {
            Some((release, own)) if !python_range::allows(python, own) => todo(
                &mut section,
                todos,
                &format!(
                    "{file} asks for Python {python}, and {release} has {own}: build for a release that has it, or ask for less"
                ),
            ),
            _ => section.comment(&format!("{file} asks for Python {python}.")),
        }
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
    let indexes = &app.indexes;
    for text in &indexes.todos {
        todo(&mut section, todos, text);
    }
    if let Some((address, place)) = &indexes.index {
        section.set_from("index-url", address, place);
    }
    if !indexes.extra.is_empty() {
        let mut value = String::from("[\n");
        for (address, place) in &indexes.extra {
            let _ = writeln!(value, "    {},  # {}", quote(address), one_line(place));
        }
        value.push(']');
        section.set("extra-index-url", &value);
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
    if let Some(file) = HostSettings::of(parts) {
        section.comment(
            "Settings of the host, on top of those of the app; administrators may add to them.",
        );
        section.set(&file.path(), &file.value());
    }
    section
}

/// What there is to say of the services as a whole, and of Django's settings.
fn about_services(parts: &Parts<'_>, todos: &mut Vec<String>) -> Option<Section> {
    let django = parts.app.django.iter();
    let mended = HostSettings::of(parts).is_some();
    let mendable = django.clone().flat_map(|django| &django.mendable);
    let flask = parts.app.flask.iter().flat_map(|flask| &flask.todos);
    let instance = parts.app.flask.as_ref().and_then(|flask| {
        let place = flask.instance.as_ref()?;
        Some(format!(
            "{place} uses the instance folder of Flask, which would be among the code, where the service cannot write: make it `Flask(…, instance_path=\"/var/lib/{}\")`",
            parts.identity.name
        ))
    });
    let texts: Vec<_> = mendable
        .filter(|_| !mended)
        .chain(django.flat_map(|django| &django.todos))
        .chain(flask)
        .chain(&instance)
        .chain(&parts.services.todos)
        .collect();
    let mut section = Section::new("");
    for text in &texts {
        todo(&mut section, todos, text);
    }
    (!texts.is_empty()).then_some(section)
}

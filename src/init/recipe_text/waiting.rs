//! Tables that wait for a later version, or for a change in the app: secrets and tasks.

use super::host_settings::HostSettings;
use super::{LATER, Parts};
use crate::init::services::{APP, below_app};
use crate::init::supported::is_later;
use crate::init::toml_text::Section;

pub(super) fn secrets(parts: &Parts<'_>) -> Option<Section> {
    let app = parts.app;
    let of_django = app
        .django
        .as_ref()
        .and_then(|django| django.secret_variable.clone());
    let of_flask = app.flask.iter().flat_map(|flask| &flask.secret_variables);
    let of_dotenv = app.dotenv.iter().flat_map(|dotenv| &dotenv.secret);
    let mut names: Vec<_> = of_dotenv
        .filter(|name| name.contains("SECRET_KEY"))
        .cloned()
        .chain(of_flask.cloned())
        .chain(of_django)
        .collect();
    names.sort();
    names.dedup();
    let host_settings = HostSettings::of(parts).is_some()
        && app
            .django
            .as_ref()
            .is_some_and(|django| django.secret_in_code);
    let is_read = !names.is_empty() || host_settings;
    if (names.is_empty() || host_settings)
        && app.django.is_some()
        && !names.iter().any(|name| name == "SECRET_KEY")
    {
        names.push("SECRET_KEY".to_owned());
    }
    if names.is_empty() {
        return None;
    }
    let mut section = Section::new("[secrets]");
    if is_later("secrets") {
        section.comment(&format!("{LATER} made once on the host, and kept."));
    } else if !is_read {
        section.comment("For settings that read it from the environment.");
    }
    for name in &names {
        section.set(name, "{ length = 50 }");
    }
    Some(if is_later("secrets") || !is_read {
        section.waiting()
    } else {
        section
    })
}

pub(super) fn task(parts: &Parts<'_>) -> Option<Section> {
    let django = parts.app.django.as_ref();
    let (name, why, command) = match (&parts.services.release, django) {
        (Some((command, line)), _) => ("release", format!("Procfile:{line}"), command.clone()),
        (None, Some(django)) if parts.ships_source => (
            "migrate",
            "the database is brought up to date".to_owned(),
            format!(
                "@prefix@/bin/python {APP}/{} migrate --noinput",
                django.manage
            ),
        ),
        (None, Some(django)) => (
            "migrate",
            "the database is brought up to date".to_owned(),
            format!(
                "@prefix@/bin/django-admin migrate --noinput --settings {}",
                django.settings
            ),
        ),
        (None, None) => return None,
    };
    let mut section = Section::new("[[task]]");
    let is_blocked =
        django.is_some_and(|django| django.database_in_code) && HostSettings::of(parts).is_none();
    if is_later("task") {
        section.comment(&format!(
            "{LATER} after each installation and upgrade, {why}."
        ));
    } else if is_blocked {
        section.comment(&format!(
            "After each installation and upgrade, {why}, once that has a place to be in."
        ));
    } else {
        section.comment(&format!("After each installation and upgrade, {why}."));
    }
    section.set_text("name", name);
    section.set_text("command", &command);
    if parts.ships_source {
        section.set_text("directory", &below_app(parts.app.root()));
    }
    Some(if is_later("task") || is_blocked {
        section.waiting()
    } else {
        section
    })
}

//! Tables that may have to wait for a change in the app: secrets, tasks and commands.

use super::Parts;
use super::host_settings::HostSettings;
use crate::init::django::Django;
use crate::init::services::{APP, below_app};
use crate::init::toml_text::{Section, quote};

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
    if !is_read {
        section.comment("For settings that read it from the environment.");
    }
    for name in &names {
        section.set(name, "{ length = 50 }");
    }
    Some(if is_read { section } else { section.waiting() })
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
    let is_blocked = django.is_some_and(|django| is_blocked(parts, django));
    if is_blocked {
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
    Some(if is_blocked {
        section.waiting()
    } else {
        section
    })
}

/// Django's own commands, as the service user: nobody else finds the database and the settings of the host.
pub(super) fn commands(parts: &Parts<'_>) -> Option<Section> {
    let django = parts.app.django.as_ref()?;
    let has_user = parts.services.has_web || !is_blocked(parts, django);
    if !parts.ships_source || !has_user {
        return None;
    }
    let mut section = Section::new("[commands]");
    let name = format!("{}-manage", parts.identity.name);
    section.comment(&format!(
        "Such as `{name} createsuperuser`, as the service user with the settings of the host."
    ));
    section.set(
        &name,
        &format!(
            "{{ command = {}, as-service = true }}",
            quote(&format!("@prefix@/bin/python {APP}/{}", django.manage))
        ),
    );
    Some(section)
}

/// Returns whether the database has no place on the host yet.
fn is_blocked(parts: &Parts<'_>, django: &Django) -> bool {
    django.database_in_code && HostSettings::of(parts).is_none()
}

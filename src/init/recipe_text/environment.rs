//! `[env]`: the variables of the services.

use super::{Parts, todo};
use crate::init::django::Django;
use crate::init::services::below_app;
use crate::init::toml_text::Section;

/// Says which variables the services have, and which they need.
pub(super) fn section(parts: &Parts<'_>, todos: &mut Vec<String>) -> Section {
    let mut section = Section::new("[env]");
    let mut set_path = parts.ships_source;
    let set_by_dotenv = |wanted: &str| {
        let plain = parts.app.dotenv.iter().flat_map(|dotenv| &dotenv.plain);
        plain.into_iter().any(|(name, _)| name == wanted)
    };
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
        for (line, why) in &dotenv.odd {
            let text = format!("{}:{line} {why}: it is left out", dotenv.file);
            todo(&mut section, todos, &text);
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
        let is_of_flask = parts
            .app
            .flask
            .as_ref()
            .is_some_and(|flask| flask.secret_variables.contains(name));
        if is_of_flask && !is_said {
            let text = format!(
                "{place} reads the secret key from the variable {name}: set it on the host"
            );
            todo(&mut section, todos, &text);
        } else if !is_said && !is_secret {
            let text = format!("{place} reads the variable {name}, and stops where it is not set");
            todo(&mut section, todos, &text);
        }
    }
    if let Some(settings) = parts.app.django.as_ref().and_then(Django::differing)
        && !set_by_dotenv("DJANGO_SETTINGS_MODULE")
    {
        section.comment("The settings of the server, for tasks and commands too.");
        section.set_text("DJANGO_SETTINGS_MODULE", settings);
    }
    if set_path {
        section.set_text("PYTHONPATH", &path);
    }
    section
}

//! `[build] after` for Django: static files are collected while the package is built, into the place that the app has at its
//! final path.

use super::Parts;
use crate::init::django::{Django, Place};
use crate::init::services::below_app;
use crate::init::toml_text::{Section, list};

/// What stands for a secret while the package is built.
const NO_SECRET: &str = "only while the package is built";

/// Adds the command, and returns the variables that it needs.
pub(super) fn add(
    parts: &Parts<'_>,
    django: &Django,
    section: &mut Section,
) -> Vec<(String, String)> {
    let value = list(&[command(parts, django)]);
    let (known, unknown) = variables(parts, django);
    let outside = match &django.static_root {
        Some(Place::OnHost(path)) if !is_below_prefix(parts, path) => Some(path),
        _ => None,
    };
    if !django.has_static_root {
        section.comment("Static files are collected once STATIC_ROOT says where to.");
    } else if let Some(path) = outside {
        section.comment(&format!(
            "STATIC_ROOT is {path}, which is no part of the package: name a folder of the app, and static files are collected while the \
             package is built."
        ));
    } else if !unknown.is_empty() {
        section.comment(&format!(
            "Static files are collected while the package is built, once `env` has what the settings read then: {}.",
            unknown.join(", ")
        ));
    } else {
        section.comment("Static files are collected, with the app at its final path.");
        section.set("after", &value);
        return known;
    }
    section.wait("after", &value);
    Vec::new()
}

fn command(parts: &Parts<'_>, django: &Django) -> String {
    let settings = django
        .differing()
        .map(|settings| format!(" --settings {settings}"));
    if parts.ships_source {
        // The settings find their place by their own file: that of the host.
        let manage = below_app(&django.manage);
        let settings = settings.unwrap_or_default();
        format!("@prefix@/bin/python {manage} collectstatic --noinput{settings}")
    } else {
        format!(
            "@prefix@/bin/django-admin collectstatic --noinput --settings {}",
            django.settings
        )
    }
}

fn is_below_prefix(parts: &Parts<'_>, path: &str) -> bool {
    let own = format!("/opt/{}", parts.identity.name);
    let prefix = parts.identity.prefix.as_ref().unwrap_or(&own);
    path.strip_prefix(prefix.as_str())
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Returns the variables that the settings cannot do without: those with a value for the build, and the names of the others.
fn variables(parts: &Parts<'_>, django: &Django) -> (Vec<(String, String)>, Vec<String>) {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    let dotenv = parts.app.dotenv.as_ref();
    let secret = django.secret_variable.iter();
    let all = parts.app.variables.iter().map(|(name, _)| name);
    for name in secret.chain(all) {
        if known.iter().any(|(other, _)| other == name) {
            continue;
        }
        let plain = dotenv.into_iter().flat_map(|dotenv| &dotenv.plain);
        let plain = plain.into_iter().find(|(other, _)| other == name);
        let is_secret = django.secret_variable.as_ref() == Some(name)
            || dotenv.is_some_and(|dotenv| dotenv.secret.contains(name));
        if let Some((_, value)) = plain {
            known.push((name.clone(), value.clone()));
        } else if is_secret {
            known.push((name.clone(), NO_SECRET.to_owned()));
        } else {
            unknown.push(name.clone());
        }
    }
    (known, unknown)
}

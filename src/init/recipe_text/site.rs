//! The site of nginx in front of the server: live when the app says which names it answers to, else a comment with a name to
//! choose.

use super::Parts;
use crate::init::django::Place;
use crate::init::services::{APP, below_app};
use crate::init::toml_text::{Section, list, quote};
use crate::init::web::Protocol;

pub(super) fn section(parts: &Parts<'_>) -> Option<Section> {
    let runs = parts.services.behind_site()?;
    let django = parts.app.django.as_ref();
    let hosts = django.map_or(&[][..], |django| &django.hosts);
    let is_live = runs && !hosts.is_empty();
    let mut section = Section::new("[[nginx]]");
    section.comment(if is_live {
        "nginx answers to the names in ALLOWED_HOSTS. For https add `tls = { certificate = \"…\", key = \"…\" }`."
    } else {
        "For nginx in front, with the name of the site; `tls = { certificate = \"…\", key = \"…\" }` makes it one of https."
    });
    if hosts.is_empty() {
        let name = format!("{}.example.org", parts.identity.name);
        section.set("server-name", &list(&[name]));
    } else {
        section.set("server-name", &list(hosts));
    }
    let mut locations = vec![format!("\"/\" = {}", service(parts))];
    if let Some((path, directory)) = static_files(parts, is_live) {
        let (path, directory) = (quote(&path), quote(&directory));
        locations.push(format!("{path} = {{ directory = {directory} }}"));
    }
    section.set("locations", &format!("{{ {} }}", locations.join(", ")));
    Some(if is_live { section } else { section.waiting() })
}

/// Returns the part that the server answers. One that speaks the asynchronous protocol may have websockets.
fn service(parts: &Parts<'_>) -> &'static str {
    let app = parts.app;
    let web = app.web.as_ref();
    let is_asgi = match &app.django {
        Some(django) => django.asgi.is_some(),
        None => web.is_some_and(|web| web.protocol == Protocol::Asgi),
    };
    if parts.services.has_passenger {
        "{ service = \"passenger\" }"
    } else if is_asgi {
        "{ service = \"web\", websocket = true }"
    } else {
        "{ service = \"web\" }"
    }
}

/// Returns the path of the static files, and the folder where they are on the host. A site that is live has none that are
/// collected only when that is supported.
fn static_files(parts: &Parts<'_>, is_live: bool) -> Option<(String, String)> {
    let app = parts.app;
    if let Some(django) = &app.django {
        let path = django.static_url.as_deref().unwrap_or("/static").to_owned();
        let place = django.static_root.as_ref();
        if is_live && !place.is_some_and(Place::is_packaged) {
            return None;
        }
        return Some(match place {
            Some(Place::InSource(folder)) => (path, below_app(folder)),
            Some(Place::OnHost(folder)) => (path, folder.clone()),
            None => (path, format!("{APP}/static")),
        });
    }
    let web = app.web.as_ref().filter(|web| web.framework == "Flask")?;
    let beside = web
        .module
        .rsplit_once('.')
        .map_or("", |(package, _)| package);
    let package = web.module.replace('.', "/");
    let inside = |folder: &str| join(&web.root, &join(folder, "static"));
    let folder = [inside(&package), inside(&beside.replace('.', "/"))]
        .into_iter()
        .find(|folder| parts.ships_source && app.folder.has_folder(folder))?;
    Some(("/static".to_owned(), below_app(&folder)))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

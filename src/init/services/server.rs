//! The server of a web app: one that the app requires, else one that speaks its protocol.

use super::{PORT, Service};
use crate::init::app::App;
use crate::init::packages::Packages;
use crate::init::web::Protocol;

/// Returns a server for the web app, one that the app requires if it does.
pub(super) fn choose(app: &App<'_>, packages: &mut Packages) -> Option<Service> {
    let (module, object, is_factory, protocol, place) = match (&app.django, &app.web) {
        (Some(django), _) => {
            // Who requires an asynchronous server wants the asynchronous app.
            let wants_asgi = ["daphne", "uvicorn", "hypercorn"]
                .iter()
                .any(|name| packages.has(name))
                && !packages.has("gunicorn");
            let (server, protocol) = match (&django.asgi, &django.wsgi) {
                (Some(asgi), _) if wants_asgi => (asgi, Protocol::Asgi),
                (_, Some(wsgi)) => (wsgi, Protocol::Wsgi),
                (Some(asgi), None) => (asgi, Protocol::Asgi),
                (None, None) => return None,
            };
            let (module, object) = server.split_once(':')?;
            (module, object, false, protocol, django.settings.clone())
        }
        (None, Some(web)) => (
            web.module.as_str(),
            web.object.as_str(),
            web.is_factory,
            web.protocol,
            web.place.clone(),
        ),
        (None, None) => return None,
    };
    let choices: &[&str] = match protocol {
        Protocol::Wsgi => &["gunicorn", "waitress"],
        Protocol::Asgi => &["uvicorn", "hypercorn", "daphne"],
    };
    let chosen = choices
        .iter()
        .find(|name| packages.has(name))
        .filter(|name| !(is_factory && ["hypercorn", "daphne"].contains(name)))
        .unwrap_or(&choices[0]);
    let is_there = packages.need(chosen, "the server of the service `web`");
    let target = format!("{module}:{object}");
    let called = format!("'{target}()'");
    let arguments = match (*chosen, is_factory) {
        ("gunicorn", false) => format!("gunicorn --bind 127.0.0.1:{PORT} --workers 2 {target}"),
        ("gunicorn", true) => format!("gunicorn --bind 127.0.0.1:{PORT} --workers 2 {called}"),
        ("waitress", false) => format!("waitress-serve --listen 127.0.0.1:{PORT} {target}"),
        ("waitress", true) => format!("waitress-serve --listen 127.0.0.1:{PORT} --call {target}"),
        ("hypercorn", _) => format!("hypercorn --bind 127.0.0.1:{PORT} {target}"),
        ("daphne", _) => format!("daphne --bind 127.0.0.1 --port {PORT} {target}"),
        (_, false) => format!("uvicorn --host 127.0.0.1 --port {PORT} {target}"),
        (_, true) => format!("uvicorn --host 127.0.0.1 --port {PORT} --factory {target}"),
    };
    Some(Service {
        name: "web".to_owned(),
        why: format!("{place}, which is {}", article(app.kind())),
        command: format!("@prefix@/bin/{arguments}"),
        directory: None,
        after: Vec::new(),
        singleton: false,
        port: Some(PORT),
        broken: (!is_there)
            .then(|| format!("{chosen} is not among the requirements, and cannot be added here")),
    })
}

fn article(word: &str) -> String {
    format!("{word}'s")
}

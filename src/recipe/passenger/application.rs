//! `passenger_wsgi.py`: the module that Passenger loads, and whose `application` it calls (PEP 3333).

use super::{Application, Passenger, STARTUP_FILE, WsgiObject};
use crate::recipe::files::{FileOrigin, ShippedFile};
use crate::recipe::names::FileMode;
use crate::recipe::user::ServiceUser;

/// Returns the file, which only root and the worker can read: what applications of others say of passwords stands in it as
/// often as not.
pub(in crate::recipe) fn startup_file(
    passenger: &Passenger,
    user: &ServiceUser,
) -> Option<ShippedFile> {
    let group = user.own_group();
    Some(ShippedFile {
        path: format!("{}/{STARTUP_FILE}", passenger.root).parse().ok()?,
        origin: match &passenger.application {
            Application::Wsgi(object) => FileOrigin::Text(render(object)),
            Application::File(path) => FileOrigin::Source(path.clone()),
        },
        mode: FileMode::PRIVATE_FILE,
        owner: None,
        reader: group.is_none().then(|| user.name.clone()),
        group,
        conffile: false,
    })
}

/// Renders the file for an object of a module.
fn render(object: &WsgiObject) -> String {
    let (module, name) = object.as_str().split_once(':').unwrap_or_default();
    let import = match name.split_once('.') {
        None if name == "application" => format!("from {module} import application\n"),
        None => format!("from {module} import {name} as application\n"),
        Some((first, _)) => format!("from {module} import {first}\n\napplication = {name}\n"),
    };
    format!("# What Passenger serves. Made by deb-build-app.\n{import}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_becomes_the_application() {
        for (object, expected) in [
            ("demo:app", "from demo import app as application\n"),
            ("a.b:application", "from a.b import application\n"),
            (
                "a.b:site.wsgi.app",
                "from a.b import site\n\napplication = site.wsgi.app\n",
            ),
        ] {
            let object = object.parse().expect("an object");
            let text = render(&object);
            assert_eq!(text.split_once('\n').map(|(_, rest)| rest), Some(expected));
        }
    }
}

//! Passenger: the folder of its application, and the site of Apache that serves it (Debian's `PACKAGING` of apache2).
//!
//! Passenger's own server is a service like any other; here is what it needs besides. A site of Apache is a conffile, which
//! is switched on once; what the administrator switches off stays off. The helper of apache2 does it and tests the
//! configuration before each reload; a site that is wrong is taken out, so that Apache goes on.
//!
//! # Limits
//! A reload lets every application of that Apache begin anew, not only this one.

mod python;
mod site;

use super::provision::{Provision, ServiceFile, Steps};
use super::step::Step;
use crate::recipe::{Passenger, PassengerServer, Recipe};

/// The first version that can be told to send nothing home.
const VERSION: &str = "(>= 6.0)";

/// Returns what a later version has to take away when it has it no longer.
pub(super) fn noted(recipe: &Recipe) -> Option<String> {
    let passenger = recipe.passenger.as_ref()?;
    (passenger.server == PassengerServer::Apache2)
        .then(|| format!("apache2:{}", recipe.package.name))
}

/// Makes what Passenger needs.
pub(super) fn provide(recipe: &Recipe, passenger: &Passenger) -> Provision {
    let folder = |name: &str| format!("{}/{name}", passenger.root.inside());
    let mut provision = Provision {
        directories: vec![folder("public"), folder("tmp")],
        ..Provision::default()
    };
    let temporary = format!("{}/tmp", passenger.root);
    provision.steps.leave = vec![Step::new("remove_restarts", [temporary])];
    match passenger.server {
        PassengerServer::Standalone => {
            provision.depends = vec![format!("passenger {VERSION}")];
        }
        PassengerServer::Apache2 => {
            provision.depends = vec![
                "apache2".to_owned(),
                format!("libapache2-mod-passenger {VERSION}"),
            ];
            provision.files = vec![
                ServiceFile::conffile(site::path(recipe), site::render(recipe, passenger)),
                python::file(recipe, passenger),
            ];
            add_steps(&mut provision.steps, recipe);
        }
    }
    provision
}

fn add_steps(steps: &mut Steps, recipe: &Recipe) {
    let name = recipe.package.name.as_str();
    let python = format!("{}/bin/python", recipe.venv.prefix);
    steps.enable = vec![Step::new("note_service", ["apache2", name])];
    steps.start = vec![Step::new("serve_apache_site", [name, python.as_str()])];
    steps.leave.push(Step::new("leave_apache_site", [name]));
    steps.purged = vec![
        Step::new("forget_apache_site", [name]),
        Step::new("forget_service", ["apache2", name]),
        Step::new("remove_log", [site::log(recipe, "access")]),
        Step::new("remove_log", [site::log(recipe, "error")]),
    ];
}

//! `PREFIX/libexec/passenger-python`: the Python that Apache's Passenger is given, so that the application has the environment
//! of the services (DESIGN 5).
//!
//! Passenger runs it as the service user, with Apache's environment and its own. Of that it keeps what the loader and the
//! application need of Passenger, reads the files that a unit would name, and becomes the Python of the virtualenv.
//!
//! # Limits
//! The user reads the files itself: what only root may read does not count.

use crate::recipe::{Passenger, Recipe};
use crate::services::environment;
use crate::services::launcher::quote;
use crate::services::provision::ServiceFile;
use std::fmt::Write as _;

/// What Passenger tells the loader and the application.
const KEPT: &[&str] = &[
    "IN_PASSENGER",
    "PASSENGER_APP_ENV",
    "PASSENGER_SPAWN_WORK_DIR",
    "PASSENGER_USE_FEEDBACK_FD",
    "PYTHONUNBUFFERED",
    "SERVER_SOFTWARE",
    "WSGI_ENV",
];

/// Returns where it is.
pub(super) fn path(recipe: &Recipe) -> String {
    format!("{}/libexec/passenger-python", recipe.venv.prefix)
}

/// Returns the program.
pub(super) fn file(recipe: &Recipe, passenger: &Passenger) -> ServiceFile {
    ServiceFile::own(&path(recipe)[1..], render(recipe, passenger)).program()
}

fn render(recipe: &Recipe, passenger: &Passenger) -> String {
    let mut text = format!(
        "#!/bin/sh\n\
         # Becomes the Python of {}, for Passenger in Apache. Made by deb-build-app.\n\
         set -e\n\
         # Nothing of Apache's environment is for the application.\n\
         if [ \"${{DEB_BUILD_APP_PID-}}\" != \"$$\" ]; then\n\
         \x20   exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEB_BUILD_APP_PID=\"$$\" \\\n",
        recipe.package.name
    );
    for name in KEPT {
        let _ = writeln!(text, "        {name}=\"${{{name}-}}\" \\");
    }
    text.push_str(
        "        /bin/sh \"$0\" \"$@\"\nfi\nunset DEB_BUILD_APP_PID\numask 022\nset -a\n",
    );
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    let user = recipe.user.iter();
    for (name, value) in user.flat_map(|user| environment::of_user(recipe, &user.name)) {
        line(format!("{name}={}", quote(&value)));
    }
    if let Some(port) = passenger.port() {
        line(format!("export PORT={port}"));
    }
    for file in environment::files(recipe) {
        let file = quote(&file);
        line(format!(
            "# shellcheck disable=SC1090,SC1091 # it is on the host\n[ ! -r {file} ] || . {file}"
        ));
    }
    line("set +a".to_owned());
    line(format!(
        "exec /usr/bin/env -u PWD -u OLDPWD -u SHLVL -u _ {}/bin/python \"$@\"",
        recipe.venv.prefix
    ));
    text
}

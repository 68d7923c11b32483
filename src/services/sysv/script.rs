//! The init script of a service: fixed text with a few quoted values at its head.

use crate::recipe::{Predecessor, Recipe, Reload, Service};
use crate::services::account::Account;
use crate::services::copies;
use crate::services::launcher::quote;
use std::fmt::Write as _;

/// What all scripts have in common.
const BODY: &str = include_str!("script.sh");

/// Renders the script.
pub(super) fn render(recipe: &Recipe, service: &Service, launcher: &str) -> String {
    let stem = service.stem(recipe.package.name.as_str());
    let numbers: Vec<_> = copies::numbers(service)
        .iter()
        .map(ToString::to_string)
        .collect();
    let user = Account::of(recipe, service).map_or_else(String::new, |account| account.user);
    let after: String = service
        .after
        .iter()
        .filter_map(|before| facility(recipe, before))
        .fold(String::new(), |text, name| text + " " + &name);
    let mut text = format!(
        "#!/bin/sh\n\
         ### BEGIN INIT INFO\n\
         # Provides:          {stem}\n\
         # Required-Start:    $remote_fs $network\n\
         # Required-Stop:     $remote_fs $network\n\
         # Should-Start:      $syslog $named{after}\n\
         # Should-Stop:       $syslog $named{after}\n\
         # Default-Start:     2 3 4 5\n\
         # Default-Stop:      0 1 6\n\
         # Short-Description: {stem}\n\
         # Description:       {} of the package {}. Made by deb-build-app.\n\
         ### END INIT INFO\n\n",
        service.name, recipe.package.name
    );
    let pid_file = service.pid_file.as_ref().map_or("", |file| file.as_str());
    let signal = match &service.reload {
        Some(Reload::Signal(signal)) => signal.name(),
        _ => "",
    };
    for (name, value) in [
        ("NAME", stem.as_str()),
        ("LAUNCHER", launcher),
        ("RUN_AS", &user),
        ("COPIES", &numbers.join(" ")),
        ("PID_FILE", pid_file),
        (
            "STOP",
            &format!(
                "{}/{}/KILL/10",
                service.stop_signal.name(),
                service.stop_timeout
            ),
        ),
        ("RELOAD", signal),
    ] {
        let _ = writeln!(text, "{name}={}", quote(value));
    }
    text.push_str(BODY);
    text
}

/// Returns what `Should-Start` calls something that starts before.
fn facility(recipe: &Recipe, before: &Predecessor) -> Option<String> {
    match before {
        Predecessor::Unit(unit) => unit.as_str().strip_suffix(".service").map(str::to_owned),
        Predecessor::Service(name) => {
            let service = recipe.services.iter().find(|other| other.name == *name)?;
            Some(service.stem(recipe.package.name.as_str()))
        }
    }
}

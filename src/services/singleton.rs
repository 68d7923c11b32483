//! `singleton`: a service that there must never be two of, such as a scheduler.
//!
//! The program holds a lock (flock(2)) from its start to its end, whoever has started it: the manager, an older one that was not
//! told to let go, a unit that was copied, or a person. Root makes the lock below `/run` before, so that only the service's group
//! can take it. `PREFIX/libexec/only-SERVICE` takes it and becomes the program, with the same process id; while another process
//! holds it, it says so and ends, and the manager tries again.
//!
//! # Limits
//! The lock is held by what inherits it: a program that closes what it was given, as some do that put themselves into the
//! background, lets go of it.

use super::account::Account;
use super::launcher::quote;
use super::provision::ServiceFile;
use super::step::Step;
use crate::recipe::{Recipe, Service};

/// `EX_TEMPFAIL` of sysexits(3head): later it may work.
const HELD_ELSEWHERE: u8 = 75;

/// Returns where the lock of a service is.
fn lock(recipe: &Recipe, service: &Service) -> String {
    format!("/run/{}.lock", service.stem(recipe.package.name.as_str()))
}

/// Returns the program that takes the lock and becomes another, for a service that has one.
pub(super) fn program(recipe: &Recipe, service: &Service) -> Option<String> {
    service
        .singleton
        .then(|| format!("{}/libexec/only-{}", recipe.venv.prefix, service.name))
}

/// Returns a line of sh by which root makes the lock; it has no character that means something in double quotes.
pub(super) fn make(recipe: &Recipe, service: &Service, account: &Account) -> Option<String> {
    let lock = lock(recipe, service);
    let give = match &account.group {
        Some(group) => format!("chgrp {group}"),
        // Only the host knows the group; chown(1) finds it out, and the lock is root's again.
        None => format!(
            "chown {}: {lock} && chown root {lock} && chmod 0640",
            account.user
        ),
    };
    service
        .singleton
        .then(|| format!("umask 027 && : >>{lock} && {give} {lock}"))
}

/// Returns the text of that program as a file.
pub(super) fn file(recipe: &Recipe, service: &Service) -> Option<ServiceFile> {
    let path = program(recipe, service)?;
    let lock = lock(recipe, service);
    let stem = service.stem(recipe.package.name.as_str());
    let said = quote(&format!(
        "{stem} runs already: another process holds {lock}"
    ));
    let text = format!(
        "#!/bin/sh\n\
         # Becomes a command, unless there is another {stem}. Made by deb-build-app.\n\
         set -e\n\
         # It is open, and locked, for as long as the program runs.\n\
         exec 9<{lock}\n\
         if ! /usr/bin/flock --nonblock 9; then\n\
         \x20   echo {said} >&2\n\
         \x20   exit {HELD_ELSEWHERE}\n\
         fi\n\
         exec /usr/bin/env -u PWD -u OLDPWD -u SHLVL -u _ \"$@\"\n"
    );
    Some(ServiceFile::own(&path[1..], text).program())
}

/// Returns what a removal does: the lock goes.
pub(super) fn forget(recipe: &Recipe) -> Option<Step> {
    let locks: Vec<_> = recipe
        .services
        .iter()
        .filter(|service| service.singleton)
        .map(|service| lock(recipe, service))
        .collect();
    (!locks.is_empty()).then(|| Step::new("remove_locks", locks))
}

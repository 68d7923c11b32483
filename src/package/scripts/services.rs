//! What the service manager adds to the maintainer scripts: the one place where its calls come in.

use super::{Call, call};
use crate::recipe::Recipe;

/// Where units of systemd are.
const UNITS: &str = "/usr/lib/systemd/system/";

/// Notes that the configuration has begun.
pub(super) fn begin(recipe: &Recipe) -> Vec<Call> {
    if units(recipe).is_empty() {
        Vec::new()
    } else {
        vec![call("begin_units", &[])]
    }
}

/// Makes the services known to the host, as the administrator wants them.
pub(super) fn enable(recipe: &Recipe) -> Vec<Call> {
    units(recipe)
        .iter()
        .zip(&recipe.services)
        .map(|(unit, service)| {
            let function = if service.enabled {
                "enable_unit"
            } else {
                "leave_unit"
            };
            call(function, &[unit])
        })
        .collect()
}

/// Starts what is to run, and fills `$started` with what was.
pub(super) fn start(recipe: &Recipe) -> Vec<Call> {
    let units = units(recipe);
    if !units.is_empty() {
        vec![Call::new("start_units", units)]
    } else if has_drop_ins(recipe) {
        vec![call("reload_systemd", &[])]
    } else {
        Vec::new()
    }
}

/// Notes what runs, and stops it.
pub(super) fn remember_and_stop(recipe: &Recipe) -> Vec<Call> {
    let units = units(recipe);
    if units.is_empty() {
        return Vec::new();
    }
    let mut calls = vec![Call::new("remember_units", units)];
    calls.extend(stop(recipe));
    calls
}

/// Stops what runs.
pub(super) fn stop(recipe: &Recipe) -> Vec<Call> {
    let units = units(recipe);
    if units.is_empty() {
        Vec::new()
    } else {
        vec![Call::new("stop_units", units)]
    }
}

/// Tells the manager that the files are gone.
pub(super) fn remove(recipe: &Recipe) -> Vec<Call> {
    if !recipe.services.is_empty() {
        vec![call("reload_units", &[])]
    } else if has_drop_ins(recipe) {
        vec![call("reload_systemd", &[])]
    } else {
        Vec::new()
    }
}

/// Forgets what the administrator wanted.
pub(super) fn purge(recipe: &Recipe) -> Vec<Call> {
    let units = units(recipe);
    if units.is_empty() {
        Vec::new()
    } else {
        vec![Call::new("forget_units", units)]
    }
}

fn units(recipe: &Recipe) -> Vec<String> {
    recipe
        .services
        .iter()
        .map(|service| service.unit_name(recipe.package.name.as_str()))
        .collect()
}

/// Returns whether `[files]` ships something that systemd reads, such as a drop-in for another package's unit.
fn has_drop_ins(recipe: &Recipe) -> bool {
    recipe
        .files
        .iter()
        .any(|file| file.path.as_str().starts_with(UNITS))
}

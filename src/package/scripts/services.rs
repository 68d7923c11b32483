//! What the service managers add to the maintainer scripts: the one place where their steps come in.
//!
//! Functions that start services fill `$started` with what they started: only then something can be asked for its health.

use super::{Call, call};
use crate::recipe::Recipe;
use crate::services::{Step, Steps};

/// Where units of systemd are.
const UNITS: &str = "/usr/lib/systemd/system/";

/// Returns the calls of steps.
pub(super) fn calls(steps: &[Step]) -> impl Iterator<Item = Call> {
    steps.iter().cloned().map(Call::from)
}

/// Makes the services known to the host, as the administrator wants them, and starts what is to run.
pub(super) fn enable_and_start(recipe: &Recipe, steps: &Steps) -> Vec<Call> {
    let mut all: Vec<_> = calls(&steps.enable).collect();
    all.extend(reload(recipe));
    all.extend(calls(&steps.restart));
    all.extend(calls(&steps.start));
    all.extend(calls(&steps.publish));
    all
}

/// Brings back what a step that failed has stopped.
pub(super) fn bring_back(recipe: &Recipe, steps: &Steps) -> Vec<Call> {
    let mut all: Vec<_> = calls(&steps.enable).collect();
    all.extend(reload(recipe));
    all.extend(calls(&steps.start));
    all.extend(calls(&steps.publish));
    all
}

/// Notes what runs, and stops all of it.
pub(super) fn remember_and_stop(steps: &Steps) -> Vec<Call> {
    calls(&steps.remember).chain(calls(&steps.stop)).collect()
}

/// Notes what runs, and stops what must not run while its files are replaced.
pub(super) fn remember_and_stop_to_upgrade(steps: &Steps) -> Vec<Call> {
    calls(&steps.remember)
        .chain(calls(&steps.stop_to_upgrade))
        .collect()
}

/// Tells the managers that the files are gone.
pub(super) fn removed(recipe: &Recipe, steps: &Steps) -> Vec<Call> {
    calls(&steps.removed).chain(reload(recipe)).collect()
}

/// Tells systemd when `[files]` ships something that it reads, such as a drop-in for another package's unit.
fn reload(recipe: &Recipe) -> Option<Call> {
    recipe
        .files
        .iter()
        .any(|file| file.path.as_str().starts_with(UNITS))
        .then(|| call("reload_systemd", &[]))
}

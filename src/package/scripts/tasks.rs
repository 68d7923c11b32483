//! `[[task]]` and `[health]`: what postinst runs of the app, each through a program below the prefix.

use super::{Call, call, launcher};
use crate::recipe::{Recipe, Task, TaskFailure};
use crate::services::Steps;

/// When a task is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// Before the services are started.
    BeforeStart,
    /// After they were started.
    AfterStart,
}

/// Runs the tasks of one time, in the order of the recipe.
pub(super) fn run(recipe: &Recipe, time: Time) -> Vec<Call> {
    recipe
        .tasks
        .iter()
        .filter(|task| task.before_start == (time == Time::BeforeStart))
        .map(|task| run_one(recipe, task))
        .collect()
}

fn run_one(recipe: &Recipe, task: &Task) -> Call {
    let when = match (task.on_install, task.on_upgrade) {
        (true, false) => "install",
        (false, true) => "upgrade",
        _ => "always",
    };
    let often = if task.once { "once" } else { "again" };
    let severity = match task.on_failure {
        TaskFailure::Fail => "fail",
        TaskFailure::Warn => "warn",
    };
    let program = launcher::of_task(recipe, task);
    call(
        "run_task",
        &[task.name.as_str(), &program, when, often, severity],
    )
}

/// Waits until the app answers.
pub(super) fn await_health(recipe: &Recipe, steps: &Steps) -> Vec<Call> {
    let Some(health) = &recipe.health else {
        return Vec::new();
    };
    let severity = if health.required { "fail" } else { "warn" };
    // What the administrator or a policy keeps from starting cannot answer; cron starts nothing now.
    let of = if steps.start.is_empty() {
        "all"
    } else {
        "services"
    };
    let program = launcher::of_health(recipe);
    let timeout = health.timeout.to_string();
    vec![call("await_health", &[&program, &timeout, severity, of])]
}

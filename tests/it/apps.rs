//! A few applications of `tests/apps/list.txt`; `cargo test --test apps` tries all.

#[path = "../apps/sweep.rs"]
mod sweep;

use crate::context::tool;
use sweep::{Extent, Sweep, apps};

#[test]
fn applications_are_built_installed_and_used_and_depend_on_what_dpkg_shlibdeps_says() {
    let sweep = Sweep::new(Extent::Sample, &tool());
    let outcomes: Vec<_> = apps(Extent::Sample)
        .iter()
        .map(|app| sweep.try_one(app))
        .collect();
    assert!(outcomes.len() > 4);
    let lines: Vec<_> = outcomes.iter().map(ToString::to_string).collect();
    assert!(
        outcomes.iter().all(|outcome| outcome.failures.is_empty()),
        "{}",
        lines.join("\n")
    );
}

//! Every application of `list.txt`, built, installed and used: a line for each.
//!
//! Not among the tests that `cargo test` runs: it takes an hour. `cargo test --test apps`, or `tests/run --full`. A few names
//! in `APPS`, comma between them, are tried alone. With `DEB_BUILD_APP_ACCEPT=1` a file of pins that is not there is made, and
//! `docs/apps.md` gets the rows of what was tried.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests look at the machine from outside, tell what they see, and a panic is how they fail"
)]

mod list;
mod outcome;
mod page;
mod sweep;

use list::{Extent, apps};
use std::path::Path;
use sweep::Sweep;

#[test]
fn every_application_of_the_list_is_built_installed_and_used() {
    let chosen = std::env::var("APPS").ok();
    let chosen = |name: &str| {
        let mut names = chosen.iter().flat_map(|names| names.split(','));
        chosen.is_none() || names.any(|it| it == name)
    };
    let all = apps(Extent::Full);
    assert!(all.len() >= 40 && apps(Extent::Sample).len() >= 4);
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("apps-cache");
    let tool = Path::new(env!("CARGO_BIN_EXE_deb-build-app"));
    let sweep = Sweep::new(Extent::Full, tool, &cache);
    let mut outcomes = Vec::new();
    for app in all.iter().filter(|app| chosen(&app.name)) {
        let outcome = sweep.try_one(app);
        println!("{outcome}");
        outcomes.push(outcome);
        // Written after each, so that what was seen is not lost when the machine stops.
        if std::env::var_os("DEB_BUILD_APP_ACCEPT").is_some() {
            page::write(&outcomes);
        }
    }
    let failed = outcomes.iter().filter(|it| !it.failures.is_empty());
    let failed: Vec<_> = failed.map(|it| &it.name).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

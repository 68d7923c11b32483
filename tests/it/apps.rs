//! A few applications of `tests/apps/list.txt`; `cargo test --test apps` tries all.

#[path = "../apps/list.rs"]
mod list;
#[path = "../apps/outcome.rs"]
mod outcome;
#[path = "../apps/sweep.rs"]
mod sweep;

use crate::context::{kept, repository, tool};
use list::{Extent, apps, pins_file};
use sweep::Sweep;

#[test]
fn applications_are_built_installed_and_used_and_depend_on_what_dpkg_shlibdeps_says() {
    let sweep = Sweep::new(Extent::Sample, &tool(), &kept().join("apps-cache"));
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

#[test]
fn the_page_of_applications_says_what_the_sweep_has_seen_of_each() {
    let page = std::fs::read_to_string(repository().join("docs/apps.md")).unwrap();
    let rows: Vec<_> = page
        .lines()
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| name ") && !line.starts_with("| ---")
        })
        .collect();
    let list = apps(Extent::Full);
    assert_eq!(rows.len(), list.len());
    let parts: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    let mut expected: Vec<_> = list.iter().map(|app| app.part.as_str()).collect();
    expected.dedup();
    assert_eq!(parts, expected);
    for (row, app) in rows.iter().zip(&list) {
        let pins = std::fs::read_to_string(pins_file(app)).unwrap();
        let version = app.version(&pins).unwrap();
        assert!(
            row.starts_with(&format!("| {} | {version} | ", app.name)),
            "{row}"
        );
        assert!(row.ends_with(" | works |"), "{row}");
        assert!(
            pins.contains("# sdist") || row.contains(" | same bytes | "),
            "{row}"
        );
    }
    assert!(list.len() >= 40);
}

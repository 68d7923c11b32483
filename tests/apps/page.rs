//! `docs/apps.md`: what the sweep has seen, written by the sweep itself.

use super::list::{App, Extent, apps, pins_file};
use super::outcome::{Installers, Outcome};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const HEAD: &str = "\
# Applications that are tried

Each of these is built with uv and with pip in a root that has compilers, and installed in a clean root that has Python 3.11 and what the
package depends on, nothing else (kombu, which Celery needs, asks for time zones: its recipe names `tzdata`). There its command says its version, or its module is imported. What the package depends on
is compared with what `dpkg-shlibdeps` says of it.

The sweep writes this page (`DEB_BUILD_APP_ACCEPT=1 cargo test --release --test apps`), from
[list.txt](../tests/apps/list.txt) and the files that [pins](../tests/apps/pins) names with their hashes. An app that fails
fails the sweep, which is a part of `tests/run --full`; a few are in every run of the tests.

- *files*: the wheels that are installed, and the source distributions that are built on the way.
- *libraries*: the relations that come from shared libraries, equal to those of `dpkg-shlibdeps`.
- *uv and pip*: whether both packages have the same bytes. They always have when all files are wheels. Of a source distribution
  that is built here each build warns; two may differ, and a wheel of it pins it.
";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/apps.md")
}

/// Writes the page: new rows for what was tried now, and the old ones of all others that are in the list.
pub(crate) fn write(outcomes: &[Outcome]) {
    let old = std::fs::read_to_string(path()).unwrap_or_default();
    let mut rows: BTreeMap<String, String> = old
        .lines()
        .filter_map(|line| {
            let name = line.strip_prefix("| ")?.split(' ').next()?;
            if line.ends_with(" | not tried yet |") {
                return None;
            }
            Some((name.to_owned(), format!("{line}\n")))
        })
        .collect();
    for outcome in outcomes {
        rows.insert(outcome.name.clone(), row(outcome));
    }
    std::fs::write(path(), render(&apps(Extent::Full), &rows)).unwrap();
}

fn render(apps: &[App], rows: &BTreeMap<String, String>) -> String {
    let mut text = HEAD.to_owned();
    let mut part = "";
    for app in apps {
        if app.part != part {
            part = &app.part;
            text.push_str("\n## ");
            text.push_str(part);
            text.push_str(
                "\n\n| name | version | files | MB | libraries | uv and pip | result |\n| --- | --- | --- | ---: | ---: | --- | --- |\n",
            );
        }
        match rows.get(&app.name) {
            Some(row) => text.push_str(row),
            None => text.push_str(&untried(app)),
        }
    }
    text
}

/// Returns the row of an application that no run has seen since this page was begun.
fn untried(app: &App) -> String {
    let pins = std::fs::read_to_string(pins_file(app)).unwrap_or_default();
    let version = app.version(&pins).unwrap_or_default();
    format!("| {} | {version} | | | | | not tried yet |\n", app.name)
}

/// Returns the row of an application.
fn row(outcome: &Outcome) -> String {
    let files = match (outcome.wheels, outcome.sdists) {
        (wheels, 0) => format!("{wheels}"),
        (0, sdists) => format!("{sdists} built here"),
        (wheels, sdists) => format!("{wheels}, {sdists} built here"),
    };
    let installers = match outcome.installers {
        Installers::Untried => "not compared",
        Installers::Same => "same bytes",
        Installers::Differ => "differ",
    };
    let result = match outcome.failures.as_slice() {
        [] => "works".to_owned(),
        [first, ..] => format!("**fails**: {}", first.lines().next().unwrap_or_default()),
    };
    format!(
        "| {} | {} | {files} | {:.1} | {} | {installers} | {result} |\n",
        outcome.name, outcome.version, outcome.megabytes, outcome.libraries
    )
}

//! What is tried: `list.txt`.

use std::path::{Path, PathBuf};

/// Which apps are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Those with a `+` in the list.
    Sample,
    /// All.
    Full,
}

/// An application of the list.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// The name of the package.
    pub(crate) name: String,
    /// What is hard about it: the heading that it stands under.
    pub(crate) part: String,
    /// What pip is asked for, as words.
    pub(crate) asked: String,
    /// What must work, for sh.
    pub(crate) check: String,
    /// A package that it needs, which no library tells; often none.
    pub(crate) depends: Option<String>,
}

impl App {
    /// Returns the version of the app itself among pinned files.
    pub(crate) fn version<'a>(&self, pins: &'a str) -> Option<&'a str> {
        let plain = |name: &str| name.replace(['-', '.'], "_").to_lowercase();
        let wanted = self.asked.split(' ').next_back().unwrap_or_default();
        let wanted = plain(wanted.split(['[', '<']).next().unwrap_or_default());
        let mut pinned = pins.lines().filter_map(|line| line.split_once("=="));
        let (_, rest) = pinned.find(|(name, _)| plain(name) == wanted)?;
        rest.split(' ').next()
    }
}

/// Returns the folder of the list.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps")
}

/// Returns the file with the pins of an app.
pub(crate) fn pins_file(app: &App) -> PathBuf {
    folder().join(format!("pins/{}.txt", app.name))
}

/// Reads the list.
pub(crate) fn apps(extent: Extent) -> Vec<App> {
    let text = std::fs::read_to_string(folder().join("list.txt")).unwrap();
    let mut part = String::new();
    let mut apps = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut part);
        }
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        if extent == Extent::Sample && !line.starts_with('+') {
            continue;
        }
        let mut parts = line.trim_start_matches("+ ").splitn(4, " | ");
        let mut next = || parts.next().map(str::to_owned);
        let (Some(name), Some(asked), Some(check)) = (next(), next(), next()) else {
            panic!("a line has three parts: {line}");
        };
        apps.push(App {
            part: part.clone(),
            check: check.replace("@/", &format!("/opt/{name}/bin/")),
            depends: next(),
            name,
            asked,
        });
    }
    apps
}

//! Which files of a folder are looked at, and which of them are read. Pure.

/// How many folders deep is looked.
pub(super) const DEEPEST: usize = 5;

/// How many files are looked at, so that a folder of data is no work for hours.
pub(super) const MOST_FILES: usize = 20_000;

/// How many bytes of a file are read.
pub(super) const LONGEST_TEXT: u64 = 1 << 20;

/// Folders that hold what others wrote: packages, builds, virtualenvs.
const NOT_THE_APP: &[&str] = &[
    "__pycache__",
    "build",
    "dist",
    "env",
    "node_modules",
    "site-packages",
    "venv",
];

/// Returns whether a folder of this name may hold the app.
pub(super) fn is_of_the_app(name: &str) -> bool {
    !name.starts_with('.') && !NOT_THE_APP.contains(&name) && !name.ends_with(".egg-info")
}

/// Returns whether the text of a file says something of the app.
pub(super) fn says_something(relative: &str) -> bool {
    let is_environment = !relative.contains('/') && relative.contains("env");
    let extension = relative.rsplit('.').next().unwrap_or_default();
    is_environment
        || ["py", "txt", "toml", "cfg", "lock"].contains(&extension)
        || ["Procfile", ".gitmodules", "pip.conf", "pip.ini"].contains(&relative)
}

/// Returns the text of a file: what is no UTF-8 is replaced, and every line ends as here.
pub(super) fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    text.replace("\r\n", "\n")
}

//! What nginx itself reads must be where nginx can go: it runs as `www-data`, and the folders of an app are its own.

use crate::recipe::directories::Directory;
use crate::recipe::host_path::AbsolutePath;
use crate::recipe::substitutions::Substitutions;
use crate::recipe::table::Table;

/// The user and the group of Debian's nginx.
const NGINX: &str = "www-data";

/// The keys of a location that nginx follows by itself.
const KEYS: [&str; 3] = ["directory", "try-files", "socket"];

/// Refuses files and sockets in directories of the recipe that nginx may not enter.
pub(super) fn check(
    document: &Table<'_>,
    directories: &[Directory],
    substitutions: &Substitutions,
) {
    for site in document.tables("nginx") {
        for entry in site.entries("locations") {
            let Some(table) = site.entry_table("locations", &entry) else {
                continue;
            };
            for key in KEYS {
                let Some(mut text) = table.string(key) else {
                    continue;
                };
                substitutions.apply(&mut text);
                let closed = directories
                    .iter()
                    .find(|directory| holds(directory, &text.value) && !lets_in(directory));
                if let (Some(closed), Ok(_)) = (closed, text.value.parse::<AbsolutePath>()) {
                    document.conflict(
                        text.span,
                        format!("nginx cannot enter `{}`", closed.path),
                        &format!(
                            "it runs as {NGINX}, and the mode is {:04o}",
                            closed.mode.bits()
                        ),
                        format!(
                            "add `\"{}\" = {{ mode = \"0755\" }}` to `[directories]`",
                            closed.path
                        ),
                    );
                }
            }
        }
    }
}

/// Returns whether a path is a directory or below it.
fn holds(directory: &Directory, path: &str) -> bool {
    path.strip_prefix(directory.path.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn lets_in(directory: &Directory) -> bool {
    let mode = directory.mode.bits();
    let is_group = directory
        .group
        .as_ref()
        .is_some_and(|group| group.as_str() == NGINX);
    let is_owner = directory
        .owner
        .as_ref()
        .is_some_and(|owner| owner.as_str() == NGINX);
    mode & 0o001 != 0 || (is_group && mode & 0o010 != 0) || (is_owner && mode & 0o100 != 0)
}

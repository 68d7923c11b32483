//! The prefix is nobody's but root's: no user's home is in it or around it, and no folder that a purge takes.
//!
//! A user who owns the folder of the app could change the app, and what a purge takes with all that is in it is not dpkg's.

use super::Recipe;
use super::table::Table;
use super::user::{NO_HOME, ServiceUser};
use std::ops::Range;

/// Refuses a prefix and a home, or a folder of the package's data, of which one holds the other.
pub(super) fn check(document: &Table<'_>, recipe: &Recipe) {
    let prefix = recipe.venv.prefix.to_string();
    let venv = document.table_or_empty("venv");
    let prefix_span = venv.place_of("prefix");
    let users = recipe.user.iter().chain(&recipe.users);
    let homes = users.filter(|user| !user.existing && user.home.as_str() != NO_HOME);
    let mut told = false;
    for user in homes.filter(|user| is_nested(user.home.as_str(), &prefix)) {
        let Some(span) = home_span(document, user).or(prefix_span.clone()) else {
            continue;
        };
        told = true;
        document.conflict(
            span,
            format!("the home `{}` and the prefix `{prefix}` are in each other", user.home),
            "who owns the folder of the app can change the app",
            "leave `home` out, which is then below `/var/lib`, or choose another prefix below `/opt`",
        );
    }
    let name = recipe.package.name.as_str();
    let folders = ["/var/lib", "/var/log", "/var/cache", "/run"].map(|at| format!("{at}/{name}"));
    let taken = folders.iter().find(|folder| is_nested(folder, &prefix));
    if let (Some(folder), Some(span), false) = (taken, prefix_span, told) {
        document.conflict(
            span,
            format!("the prefix `{prefix}` and `{folder}` are in each other"),
            "a purge takes that folder with all that is in it",
            "choose another prefix, such as `/opt/@name@`",
        );
    }
}

/// Returns whether both are the same folder, or one is in the other.
fn is_nested(one: &str, other: &str) -> bool {
    let holds = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    holds(one, other) || holds(other, one)
}

/// Returns where the recipe names the home of a user.
fn home_span(document: &Table<'_>, user: &ServiceUser) -> Option<Range<usize>> {
    let entries = document.entries("users");
    let own = entries
        .iter()
        .find(|entry| entry.name.value == user.name.as_str())
        .and_then(|entry| document.entry_table("users", entry));
    let table = match own {
        Some(table) => table,
        None => document.table("user")?,
    };
    table.string("home").map(|home| home.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_in_each_other_by_whole_names() {
        for (one, other, nested) in [
            ("/opt/demo", "/opt/demo", true),
            ("/opt/demo/home", "/opt/demo", true),
            ("/var/lib/demo", "/var/lib/demo/venv", true),
            ("/opt/demo", "/opt/demosite", false),
            ("/var/lib/demo", "/opt/demo", false),
        ] {
            assert_eq!(is_nested(one, other), nested, "{one} {other}");
        }
    }
}

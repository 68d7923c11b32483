//! What lines of an installer's output say, as uv and pip word it.
//!
//! Pure. The words are theirs and change with their versions: what is not recognised makes a message less exact, and never a
//! build wrong.

use crate::lockfile::normal_name;

/// Returns the distributions that a line of uv's log says a wheel is built with, as names and versions.
pub(super) fn told_builds(line: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = line.split_once("DEBUG Installing ") else {
        return Vec::new();
    };
    let Some((named, _)) = rest.split_once(" in ") else {
        return Vec::new();
    };
    let named = named.split(", ").map(|it| it.trim_matches('`'));
    named
        .filter_map(|it| it.split_once("=="))
        .map(|(name, version)| (normal_name(name), version.to_owned()))
        .collect()
}

/// Returns whether a line of an installer's output says that something lacks to build with, as pip words it.
pub(super) fn says_lacking(line: &str) -> bool {
    line.contains("Some build dependencies for") || line.contains("Cannot import '")
}

/// Returns whether a line of an installer's output says that the index wants other credentials, as uv and pip word it.
pub(super) fn says_denied(line: &str) -> bool {
    [
        "401 Client Error",
        "401 Unauthorized",
        "403 Client Error",
        "403 Forbidden",
        "HTTP error 401",
        "HTTP error 403",
        "lack of valid authentication credentials",
    ]
    .iter()
    .any(|words| line.contains(words))
}

/// Returns whether a line of an installer's output says that the index could not be reached, as uv and pip word it.
pub(super) fn says_unreachable(line: &str) -> bool {
    [
        "NewConnectionError",
        "ConnectTimeoutError",
        "ProxyError",
        "SSLError",
        "client error (Connect)",
        "dns error",
        "invalid peer certificate",
        "tcp connect error",
    ]
    .iter()
    .any(|words| line.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uv_tells_what_it_builds_with() {
        let owned = |(name, version): (&str, &str)| (name.to_owned(), version.to_owned());
        assert_eq!(
            told_builds(
                "DEBUG Installing `setuptools==84.2.1, Zope.Deprecation==4.4` in `/c/builds-v0/.tmpU`"
            ),
            [("setuptools", "84.2.1"), ("zope-deprecation", "4.4")].map(owned)
        );
        assert_eq!(
            told_builds("DEBUG Installing build requirement: setuptools==84.2.1"),
            []
        );
        assert_eq!(told_builds("Installing a==1 in b"), []);
    }
}

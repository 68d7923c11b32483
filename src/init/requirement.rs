//! One requirement: which distributions it names, and whether it says exactly which version.
//!
//! Names are compared in their normal form (PEP 503).

use super::address::has_password;

/// What extras bring: the distribution, its extra, and the one that comes with it.
const BROUGHT: &[(&str, &str, &str)] = &[
    ("fastapi", "all", "uvicorn"),
    ("fastapi", "standard", "uvicorn"),
    ("psycopg", "c", "psycopg-c"),
];

/// Returns the normal name of what a requirement asks for, and of what some well-known extras bring.
pub(super) fn names(requirement: &str) -> Vec<String> {
    let end = requirement
        .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    let name = normal_name(name);
    if name.is_empty() {
        return Vec::new();
    }
    let extras: Vec<_> = rest
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map(|(extras, _)| extras.split(',').map(str::trim).collect())
        .unwrap_or_default();
    let brought = BROUGHT
        .iter()
        .filter(|(owner, extra, _)| *owner == name && extras.contains(extra))
        .map(|(_, _, brought)| (*brought).to_owned());
    let mut names = vec![name.clone()];
    names.extend(brought);
    names
}

/// Returns the normal form of a distribution's name (PEP 503).
pub(super) fn normal_name(name: &str) -> String {
    let mut normal = String::new();
    for c in name.chars() {
        if "-_.".contains(c) {
            if !normal.ends_with('-') {
                normal.push('-');
            }
        } else {
            normal.push(c.to_ascii_lowercase());
        }
    }
    normal.trim_matches('-').to_owned()
}

/// Returns what is wrong with a requirement that names a place which no package could be made from.
pub(super) fn problem(requirement: &str) -> Option<&'static str> {
    let place = requirement
        .split_once('@')
        .map_or(requirement, |(name, rest)| {
            if name.contains(':') {
                requirement
            } else {
                rest.trim()
            }
        });
    if has_password(requirement) {
        Some(
            "has a password in its address, and is not copied here: change the password, take it out of the address, \
             and give it to the build in ~/.netrc",
        )
    } else if place.starts_with("file:") {
        Some(
            "is a file or folder of one machine, and no other one can build it: commit it, or name its version on an index",
        )
    } else if ["./", "../", "/"]
        .iter()
        .any(|start| place.starts_with(start))
        || place == "."
    {
        Some(
            "is a folder or file and not the name of a distribution: make a wheel of it that an index has, and name its version",
        )
    } else {
        None
    }
}

/// Returns whether a requirement names one version, or a place.
pub(super) fn is_exact(requirement: &str) -> bool {
    let bare = requirement.split(';').next().unwrap_or_default();
    (bare.contains("==") && !bare.contains('*')) || bare.contains('@') || bare.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extras_that_change_what_is_installed_have_names() {
        assert_eq!(names("psycopg[c,pool]==3.2"), ["psycopg", "psycopg-c"]);
        assert_eq!(names("psycopg[binary]==3.2"), ["psycopg"]);
        assert_eq!(names("fastapi[standard]"), ["fastapi", "uvicorn"]);
    }

    #[test]
    fn an_exact_requirement_names_a_version_or_a_place() {
        for (text, exact) in [
            ("a==1", true),
            ("a===1", true),
            ("a @ https://example.org/a.whl", true),
            ("a==1.*", false),
            ("a>=1,<2", false),
            ("a; python_version == '3.11'", false),
        ] {
            assert_eq!(is_exact(text), exact, "{text}");
        }
        assert_eq!(names("Flask_SQLAlchemy[x]>=1"), ["flask-sqlalchemy"]);
        assert_eq!(names("(x)"), Vec::<String>::new());
    }
}

//! What a project says of itself, and the words that a package can say of it.
//!
//! Names become Debian's (Policy §5.6.7) and fit a system user, descriptions become a synopsis (Policy §3.4.1), licences
//! become SPDX expressions. What does not fit is left out, never bent.

use crate::deb::{Line, Maintainer, Summary};
use crate::failure::printable;
use crate::recipe::{License, PythonVersion};

/// What one file says of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    /// Which file it is.
    pub(super) file: String,
    /// The project's name.
    pub(super) name: Option<String>,
    /// Its version.
    pub(super) version: Option<String>,
    /// Where the version stands, when it is not that file.
    pub(super) version_file: String,
    /// What makes the version out of git, when that is so: `setuptools_scm`.
    pub(super) version_tool: Option<String>,
    /// One line on what it is.
    pub(super) description: Option<String>,
    /// The licence.
    pub(super) license: Option<String>,
    /// The project's page.
    pub(super) homepage: Option<String>,
    /// Authors and maintainers as `Name <address>`, the maintainers first.
    pub(super) people: Vec<String>,
    /// Which Pythons it asks for.
    pub(super) python: Option<String>,
    /// What it requires, as PEP 508 has it.
    pub(super) dependencies: Vec<String>,
    /// The names of its extras.
    pub(super) extras: Vec<String>,
    /// The programs it brings.
    pub(super) scripts: Vec<String>,
    /// Whether it can be built as a wheel.
    pub(super) installable: bool,
}

/// Joins what several files say; the first one that says something is believed.
pub(super) fn join(files: Vec<Metadata>) -> Metadata {
    let mut files = files.into_iter();
    let mut joined = files.next().unwrap_or_default();
    for other in files {
        if joined.file.is_empty() {
            joined.file.clone_from(&other.file);
        }
        joined.name = joined.name.or(other.name);
        joined.version = joined.version.or(other.version);
        joined.version_tool = joined.version_tool.or(other.version_tool);
        joined.description = joined.description.or(other.description);
        joined.license = joined.license.or(other.license);
        joined.homepage = joined.homepage.or(other.homepage);
        joined.python = joined.python.or(other.python);
        joined.people.extend(other.people);
        joined.dependencies.extend(other.dependencies);
        joined.extras.extend(other.extras);
        joined.scripts.extend(other.scripts);
        joined.installable |= other.installable;
    }
    joined
}

/// The longest name that a system user can have (adduser.conf(5)).
const LONGEST_NAME: usize = 32;

/// Returns a name as Debian and adduser take it; nothing when no letter is left. Whether it is free is the recipe's to say.
pub(super) fn package_name(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(LONGEST_NAME);
    let name = name
        .trim_start_matches(|c: char| !c.is_ascii_lowercase())
        .trim_end_matches('-');
    (name.len() >= 2).then(|| name.to_owned())
}

/// Returns a version that a recipe takes, from metadata or from a tag such as `v1.0` or `release-1.0`.
pub(super) fn version(text: &str) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, version) = text.split_at(start);
    let is_prefix = before.is_empty()
        || before == "v"
        || before == "V"
        || before.ends_with(['-', '_', '/', 'v']);
    let parsed: PythonVersion = version.trim().parse().ok()?;
    let text = parsed.to_string();
    // The epoch of a Debian version has a limit, and is no business of a first package.
    (is_prefix && parsed.to_debian("1").is_ok()).then_some(text)
}

/// Returns whether a synopsis begins with the name of its package, which dpkg's readers see in front of it anyway.
pub(super) fn begins_with(text: &str, name: &str) -> bool {
    after_name(text, name).is_some()
}

fn after_name<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.get(..name.len())?;
    let rest = &text[name.len()..];
    let ends = rest
        .chars()
        .next()
        .is_none_or(|c| !c.is_alphanumeric() && c != '_');
    (start.eq_ignore_ascii_case(name) && ends).then_some(rest)
}

/// Returns a synopsis: one line, neither the name nor an article first, no full stop last, cut at a word.
pub(super) fn summary(text: &str, name: &str) -> Option<String> {
    let line = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let line = printable(&line);
    let mut bare = line.as_str();
    while let Some(rest) = after_name(bare, name) {
        let rest = rest.trim_start_matches([' ', ':', '-', '–', '—', ',', '.', '/']);
        bare = rest.strip_prefix("is ").unwrap_or(rest);
    }
    let bare = ["A ", "An ", "The ", "a ", "an ", "the "]
        .iter()
        .find_map(|article| bare.strip_prefix(article))
        .filter(|rest| !begins_with(rest, name))
        .unwrap_or(bare);
    // The first sentence says what it is.
    let bare = bare.split(". ").next().unwrap_or(bare);
    let end = |text: &str| {
        text.trim_end_matches(['.', ' ', ',', ';', ':', '-', '…'])
            .to_owned()
    };
    let mut cut = end(bare);
    if cut.chars().count() >= 80
        && let Some((at, _)) = cut.char_indices().nth(79)
        && let Some(clause) = cut[..at]
            .rfind([',', ';', ':'])
            .filter(|clause| *clause > 30)
    {
        cut = end(&cut[..clause]);
    }
    while cut.chars().count() >= 80 {
        let shorter = match cut.char_indices().nth(79) {
            Some((at, _)) => cut[..at].rfind(' ').map_or(at, |blank| blank),
            None => break,
        };
        cut = end(&cut[..shorter]);
    }
    (cut.parse::<Summary>().is_ok() && !begins_with(&cut, name)).then_some(cut)
}

/// Returns a maintainer as the recipe takes it.
pub(super) fn maintainer(name: &str, address: &str) -> Option<String> {
    let name = name.replace([',', '<', '>'], " ");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let who = format!("{name} <{}>", address.trim());
    who.parse::<Maintainer>().ok().map(|_| who)
}

/// Names of licences in classifiers and old fields, and their SPDX identifiers.
const LICENSES: &[(&str, &str)] = &[
    ("mit license", "MIT"),
    ("apache software license", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("bsd license", "BSD-3-Clause"),
    ("bsd", "BSD-3-Clause"),
    ("isc license (iscl)", "ISC"),
    ("mozilla public license 2.0 (mpl 2.0)", "MPL-2.0"),
    ("gnu general public license v2 (gplv2)", "GPL-2.0-only"),
    ("gnu general public license v3 (gplv3)", "GPL-3.0-only"),
    (
        "gnu general public license v3 or later (gplv3+)",
        "GPL-3.0-or-later",
    ),
    ("gnu affero general public license v3", "AGPL-3.0-only"),
    (
        "gnu affero general public license v3 or later (agplv3+)",
        "AGPL-3.0-or-later",
    ),
];

/// Returns a licence as a short name: an SPDX expression as it stands, a classifier or an old name as the identifier it means.
pub(super) fn license(text: &str) -> Option<String> {
    let name = text.rsplit(" :: ").next().unwrap_or(text).trim();
    let known = LICENSES
        .iter()
        .find(|(old, _)| name.eq_ignore_ascii_case(old))
        .map(|(_, identifier)| (*identifier).to_owned());
    // Of a longer one nobody knows whether it is a text that happens to have the form.
    let is_expression = name.len() < 80 && name.parse::<License>().is_ok();
    known.or_else(|| is_expression.then(|| name.to_owned()))
}

/// Returns an address of a page that a control field can hold.
pub(super) fn homepage(text: &str) -> Option<String> {
    let is_page = ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    }) && !text.contains(char::is_whitespace)
        && !text.contains('@')
        && printable(text) == text;
    (is_page && text.parse::<Line>().is_ok()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_debians() {
        for (text, name) in [
            ("Demo_App", Some("demo-app")),
            ("my.site", Some("my-site")),
            ("Über App", Some("ber-app")),
            ("2048 game", Some("game")),
            ("--a--b--", Some("a-b")),
            ("日本", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(package_name(text).as_deref(), name, "{text}");
        }
        assert_eq!(
            package_name(&"ab-".repeat(20)).map(|name| name.len()),
            Some(32)
        );
    }

    #[test]
    fn a_tag_tells_a_version() {
        for (text, found) in [
            ("1.2", Some("1.2")),
            ("v1.2.0rc1", Some("1.2.0rc1")),
            ("release-2.0", Some("2.0")),
            ("demo/v3", Some("3")),
            ("1.0-1", Some("1.0.post1")),
            ("py3k", None),
            ("latest", None),
            ("1.0-banana", None),
            ("99999999999!1.0", None),
        ] {
            assert_eq!(version(text).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn a_description_becomes_a_synopsis() {
        let of = |text: &str| summary(text, "demo");
        assert_eq!(of("Demo: a site").as_deref(), Some("site"));
        assert_eq!(of("demo is the demo").as_deref(), Some("the demo"));
        assert_eq!(of("demography").as_deref(), Some("demography"));
        assert_eq!(of("Demo"), None);
        assert_eq!(of("A small site.\n").as_deref(), Some("small site"));
        assert_eq!(of("The  end").as_deref(), Some("end"));
        assert_eq!(of("One. Two.").as_deref(), Some("One"));
        assert_eq!(
            of(&format!(
                "A list of everything that one could want, {}",
                "and more ".repeat(9)
            ))
            .as_deref(),
            Some("list of everything that one could want")
        );
        assert_eq!(of(" \u{7} "), None);
        assert_eq!(of("..."), None);
        let long = of(&format!("{}end", "word ".repeat(20))).expect("it fits");
        assert_eq!(long, "word ".repeat(15).trim_end());
        assert_eq!(of(&"x".repeat(200)).map(|text| text.len()), Some(79));
    }

    #[test]
    fn people_licences_and_pages_are_taken_when_they_fit() {
        assert_eq!(
            maintainer("Ada, Countess", "ada@example.org").as_deref(),
            Some("Ada Countess <ada@example.org>")
        );
        assert_eq!(maintainer("Ada", "nowhere"), None);
        assert_eq!(maintainer("", "ada@example.org"), None);
        for (text, found) in [
            ("MIT", Some("MIT")),
            ("MIT OR Apache-2.0", Some("MIT OR Apache-2.0")),
            ("License :: OSI Approved :: MIT License", Some("MIT")),
            ("BSD", Some("BSD-3-Clause")),
            ("All rights reserved", None),
            ("Copyright (c)\nme", None),
            ("(", None),
            ("MIT OR", None),
        ] {
            assert_eq!(license(text).as_deref(), found, "{text}");
        }
        assert!(homepage("https://example.org/x").is_some());
        for bad in [
            "ftp://example.org",
            "https://",
            "https://a b",
            "https://u:p@h/",
            "x",
        ] {
            assert_eq!(homepage(bad), None, "{bad}");
        }
    }
}

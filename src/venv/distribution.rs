//! Installed distributions as their `.dist-info` folders describe them (PEP 376, PEP 427, core metadata).

use crate::deb::{ArchivePath, Content};
use std::collections::{BTreeMap, BTreeSet};

/// A distribution in the virtualenv, with every file it owns.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Its normalised name (PEP 503).
    pub name: String,
    /// Its version as its metadata says.
    pub version: String,
    /// Its licence as its metadata says; empty when it does not.
    pub license: String,
    /// Who made it, as its metadata says; empty when it does not.
    pub authors: String,
    /// Its home page; empty when its metadata names none.
    pub home: String,
    /// Its files that hold texts of licences.
    pub licence_files: BTreeSet<ArchivePath>,
    /// Whether it is the project that is packaged, and not from the index.
    pub is_project: bool,
    /// Its files by their path in the package.
    pub files: BTreeMap<ArchivePath, InstalledFile>,
    /// SHA-256 of its RECORD after the fix-ups: its identity.
    pub record_digest: [u8; 32],
}

/// A file of a distribution.
#[derive(Clone, Debug)]
pub struct InstalledFile {
    /// What is in it.
    pub content: Content,
    /// Whether it can be executed.
    pub executable: bool,
}

/// What a distribution's METADATA says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: String,
    pub(super) authors: String,
    pub(super) home: String,
    /// Texts of licences, relative to the `.dist-info` or its `licenses` (PEP 639).
    pub(super) license_files: Vec<String>,
    /// Normalised names of the distributions it requires, those of extras not among them.
    pub(super) requires: Vec<String>,
}

/// Reads the headers of METADATA; the licence is the expression (PEP 639), else the old free field when it is short (many wrote
/// the whole text there), else the classifiers.
pub(super) fn parse_metadata(text: &str) -> Metadata {
    let headers: Vec<(&str, &str)> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": "))
        .collect();
    let all = |wanted: &'static str| {
        headers
            .iter()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty() && *value != "UNKNOWN")
    };
    let first = |wanted: &'static str| all(wanted).next().map(str::to_owned);
    let classifiers: Vec<_> = all("Classifier")
        .filter_map(|value| value.strip_prefix("License :: "))
        .filter_map(|value| value.rsplit(" :: ").next())
        .filter(|value| *value != "OSI Approved")
        .collect();
    let classifiers = (!classifiers.is_empty()).then(|| classifiers.join(" or "));
    let free = first("License").filter(|value| value.len() < 80);
    let project_url = |wanted: &'static str| {
        all("Project-URL")
            .filter_map(|value| value.split_once(','))
            .find(|(label, _)| label.trim().eq_ignore_ascii_case(wanted))
            .map(|(_, url)| url.trim().to_owned())
    };
    let license_files =
        all("License-File").flat_map(|name| [format!("licenses/{name}"), name.to_owned()]);
    let requires = all("Requires-Dist")
        .filter(|line| !line.contains("extra =="))
        .map(|line| {
            let end = line
                .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
                .unwrap_or(line.len());
            normalise(&line[..end])
        });
    Metadata {
        name: first("Name").unwrap_or_default(),
        version: first("Version").unwrap_or_default(),
        license: first("License-Expression")
            .or(free)
            .or(classifiers)
            .unwrap_or_default(),
        authors: first("Author")
            .or_else(|| first("Author-email"))
            .or_else(|| first("Maintainer"))
            .or_else(|| first("Maintainer-email"))
            .unwrap_or_default(),
        home: first("Home-page")
            .or_else(|| project_url("homepage"))
            .or_else(|| project_url("source"))
            .or_else(|| project_url("repository"))
            .unwrap_or_default(),
        license_files: license_files.collect(),
        requires: requires.collect(),
    }
}

/// Normalises a distribution's name (PEP 503).
pub(super) fn normalise(name: &str) -> String {
    name.split(['-', '_', '.'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_as_the_index_does() {
        assert_eq!(normalise("Flask"), "flask");
        assert_eq!(normalise("zope.interface"), "zope-interface");
        assert_eq!(normalise("a-_.b"), "a-b");
    }

    #[test]
    fn the_licence_expression_wins_over_the_older_fields() {
        let text = "Metadata-Version: 2.4\nName: X\nVersion: 1\nLicense: old\nLicense-Expression: MIT\n\nLicense: body\n";
        assert_eq!(parse_metadata(text).license, "MIT");
        let text = "Name: X\nVersion: 1\nClassifier: License :: OSI Approved :: BSD License\n";
        assert_eq!(parse_metadata(text).license, "BSD License");
    }
}

//! Installed distributions as their `.dist-info` folders describe them (PEP 376, PEP 427, core metadata).

use crate::deb::{ArchivePath, Content};
use std::collections::BTreeMap;

/// A distribution in the virtualenv, with every file it owns.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Its normalised name (PEP 503).
    pub name: String,
    /// Its version as its metadata says.
    pub version: String,
    /// Its licence as its metadata says; empty when it does not.
    pub license: String,
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
}

/// Reads the headers of METADATA; the licence is the expression (PEP 639), else the old free field or the classifier.
pub(super) fn parse_metadata(text: &str) -> Metadata {
    let headers: Vec<(&str, &str)> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": "))
        .collect();
    let first = |wanted: &str| {
        headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim().to_owned())
    };
    let classifier = headers
        .iter()
        .filter(|(name, _)| *name == "Classifier")
        .find_map(|(_, value)| value.strip_prefix("License :: "))
        .and_then(|value| value.rsplit(" :: ").next())
        .map(str::to_owned);
    Metadata {
        name: first("Name").unwrap_or_default(),
        version: first("Version").unwrap_or_default(),
        license: first("License-Expression")
            .or_else(|| first("License"))
            .or(classifier)
            .unwrap_or_default(),
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

//! Values and names of control fields that fit on one line (Policy 5.1).
//!
//! A line break in a value would begin another field, so that none of these types can hold one.

use super::name::describe;
use crate::deb::Invalid;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The synopsis is shorter than this (Policy 3.4.1).
const SUMMARY_WIDTH: usize = 80;

/// Fields that have a place of their own in [`Control`](super::Control), or that are dpkg's and archive tools' alone.
const RESERVED: [&str; 39] = [
    "architecture",
    "breaks",
    "class",
    "conffiles",
    "config-version",
    "conflicts",
    "depends",
    "description",
    "enhances",
    "essential",
    "filename",
    "homepage",
    "important",
    "installed-size",
    "maintainer",
    "md5sum",
    "msdos-filename",
    "multi-arch",
    "optional",
    "package",
    "package-revision",
    "package-type",
    "package_revision",
    "pre-depends",
    "priority",
    "protected",
    "provides",
    "recommended",
    "recommends",
    "replaces",
    "revision",
    "section",
    "size",
    "source",
    "status",
    "suggests",
    "triggers-awaited",
    "triggers-pending",
    "version",
];

/// One line of text without control characters, not blank, without space at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(String);

impl FromStr for Line {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(Invalid::new(format!("has {}", describe(c))));
        }
        if text.trim().is_empty() {
            return Err(Invalid::new("is empty"));
        }
        if text.trim() != text {
            return Err(Invalid::new("begins or ends with a space"));
        }
        Ok(Line(text.to_owned()))
    }
}

/// The first line of a description: what the package is, in less than 80 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary(String);

impl FromStr for Summary {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Line(text) = text.parse()?;
        if text.chars().count() >= SUMMARY_WIDTH {
            return Err(Invalid::new(format!(
                "has {SUMMARY_WIDTH} characters or more"
            )));
        }
        if text.ends_with('.') {
            return Err(Invalid::new("ends in a full stop"));
        }
        Ok(Summary(text))
    }
}

/// The part of the archive a package belongs to: `web`, or with an area `contrib/web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section(String);

impl FromStr for Section {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let parts = text.split('/').collect::<Vec<_>>();
        if parts.len() > 2 || !parts.iter().all(|part| word(part)) {
            return Err(Invalid::new(
                "is not of the form `section` or `area/section`",
            ));
        }
        Ok(Section(text.to_owned()))
    }
}

/// The name of a field that has no place of its own; compared without case, as dpkg does.
#[derive(Clone, Debug)]
pub struct FieldName(String);

impl FromStr for FieldName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if text.len() < 2 || !text.bytes().all(allowed) || text.starts_with(['-', '_']) {
            return Err(Invalid::new(
                "is not two or more letters, digits, `-` and `_` that begin with a letter or digit",
            ));
        }
        if RESERVED.contains(&text.to_ascii_lowercase().as_str()) {
            return Err(Invalid::new("is written or reserved by the package tools"));
        }
        Ok(FieldName(text.to_owned()))
    }
}

impl Ord for FieldName {
    fn cmp(&self, other: &Self) -> Ordering {
        let lower = |name: &FieldName| name.0.to_ascii_lowercase();
        lower(self).cmp(&lower(other))
    }
}

impl PartialOrd for FieldName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for FieldName {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for FieldName {}

macro_rules! shown_as_written {
    ($($name:ident),*) => {
        $(
            impl $name {
                /// Returns it as it was written.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.0)
                }
            }
        )*
    };
}
shown_as_written!(Line, Summary, Section, FieldName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_begin_another_field() {
        assert!("https://example.org/ü".parse::<Line>().is_ok());
        for bad in [
            "", " ", " a", "a ", "a\nb", "a\r", "a\tb", "a\0", "a\u{85}b",
        ] {
            assert!(bad.parse::<Line>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_summary_is_short_and_no_sentence() {
        assert!("x".repeat(79).parse::<Summary>().is_ok());
        assert!("x".repeat(80).parse::<Summary>().is_err());
        assert!("does a thing.".parse::<Summary>().is_err());
    }

    #[test]
    fn a_section_may_have_an_area() {
        for (text, good) in [
            ("web", true),
            ("non-free/web", true),
            ("a/b/c", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<Section>().is_ok(), good, "{text:?}");
        }
        assert!("Web".parse::<Section>().is_err());
    }

    #[test]
    fn a_field_of_the_package_tools_cannot_be_set() {
        for good in ["Python-Version", "Bugs", "X2"] {
            assert!(good.parse::<FieldName>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "X",
            "-X",
            "A:B",
            "A B",
            "A\nB",
            "status",
            "Pre-Depends",
            "Installed-Size",
        ] {
            assert!(bad.parse::<FieldName>().is_err(), "{bad:?}");
        }
        assert_eq!("ab".parse::<FieldName>(), "AB".parse::<FieldName>());
    }
}

//! `[package] version` and `revision`: a version by PEP 440, or Debian's own, becomes the version of the package.
//!
//! `version = "1.0rc1"` is Python's and is mapped; `version = { debian = "1:1.0~x" }` is taken as it stands. Nothing is guessed:
//! what could be both, such as `1.0-1`, is refused with both ways to write it.

use super::python_version::PythonVersion;
use super::table::{Located, Table};
use super::tag_pattern::TagPattern;
use crate::deb::{Invalid, Version};
use std::str::FromStr;

/// The part of a Debian version after its hyphen (Policy §5.6.12).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Revision(String);

impl FromStr for Revision {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".+~".contains(&byte);
        if text.is_empty() {
            Err("is empty")
        } else if text.bytes().all(fits) {
            Ok(Revision(text.to_owned()))
        } else {
            Err("has something other than letters, digits, `.`, `+` and `~`")
        }
    }
}

/// What packages have whose recipe does not say.
const FIRST_REVISION: &str = "1";

/// Where a version comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionSource {
    /// The recipe states it.
    Stated,
    /// The last tag that matches.
    Git(TagPattern),
    /// What the installed project says of itself.
    Project,
}

/// What `version` and `revision` say.
pub(super) struct Versioning {
    /// The version, when the recipe states it.
    pub(super) version: Option<Version>,
    /// Where it comes from.
    pub(super) source: VersionSource,
    /// The Debian revision.
    pub(super) revision: String,
}

impl Versioning {
    fn stated(version: Version, revision: Option<Revision>) -> Option<Self> {
        Some(Versioning {
            version: Some(version),
            source: VersionSource::Stated,
            revision: revision?.0,
        })
    }
}

/// Reads both keys of `[package]`.
pub(super) fn read(table: &Table<'_>) -> Option<Versioning> {
    let revision = match table.string("revision") {
        None => Some(Revision(FIRST_REVISION.to_owned())),
        Some(text) => table.check("revision", &text),
    };
    match table.table("version") {
        Some(version) => read_table(&version, revision),
        None => Versioning::stated(read_stated(table, revision.as_ref())?, revision),
    }
}

/// Reads the table that says where it comes from.
fn read_table(table: &Table<'_>, revision: Option<Revision>) -> Option<Versioning> {
    let from = table.choice("from", &[("git", true), ("project", false)]);
    let tags = match table.string("tags") {
        None => Some(TagPattern::default()),
        Some(text) => table.check("tags", &text),
    };
    let text = table.string("debian");
    if let Some(span) = table.place_of("tags").filter(|_| from != Some(true)) {
        table.conflict(
            span,
            format!("`{}` needs `from = \"git\"`", table.full("tags")),
            "",
            "remove it",
        );
    }
    match (table.place_of("from"), table.place_of("debian")) {
        (None, Some(_)) => {
            let version = read_debian(table, &text?, revision.clone())?;
            Versioning::stated(version, revision)
        }
        (Some(_), None) => {
            let source = if from? {
                VersionSource::Git(tags?)
            } else {
                VersionSource::Project
            };
            Some(Versioning {
                version: None,
                source,
                revision: revision?.0,
            })
        }
        (from, _) => {
            table.conflict(
                from.unwrap_or(table.span()),
                format!("`{}` needs exactly one of `from` and `debian`", table.name()),
                "",
                "write `version = \"1.0\"`, `{ from = \"git\" }`, `{ from = \"project\" }` or `{ debian = \"1.0~x\" }`",
            );
            None
        }
    }
}

fn read_stated(table: &Table<'_>, revision: Option<&Revision>) -> Option<Version> {
    let text = table.string("version")?;
    let version = match parse(&text.value, revision) {
        Ok(version) => version?,
        Err((why, help)) => {
            table.refuse("version", text.span.clone(), &why, help);
            return None;
        }
    };
    Some(version)
}

/// What is wrong, and what to write instead.
type Refusal = (String, String);

/// Returns the version; nothing when the revision is wrong, which is known already.
fn parse(text: &str, revision: Option<&Revision>) -> Result<Option<Version>, Refusal> {
    let version = text.parse::<PythonVersion>();
    if let Some((before, after)) = text.rsplit_once('-')
        && after.starts_with(|c: char| c.is_ascii_digit())
    {
        return Err((
            "has a `-`, and a number after it".to_owned(),
            match &version {
                Ok(version) => format!(
                    "for a Debian revision write `version = \"{before}\"` and `revision = \"{after}\"`, else `version = \"{version}\"`"
                ),
                Err(_) => format!(
                    "the part after the `-` is the Debian revision: write `revision = \"{after}\"`"
                ),
            },
        ));
    }
    let Ok(version) = version else {
        return Err(not_pep440(text));
    };
    if text.trim().starts_with(['v', 'V']) {
        return Err((
            "starts with a letter, as tags do".to_owned(),
            format!("write `{version}`"),
        ));
    }
    match revision {
        None => Ok(None),
        Some(revision) => version
            .to_debian(&revision.0)
            .map(Some)
            .map_err(|why| (why.to_string(), EPOCH.to_owned())),
    }
}

const EPOCH: &str =
    "an epoch is there to start anew after a mistake, `1` the first time: leave it out otherwise";

fn not_pep440(text: &str) -> Refusal {
    let why = super::python_version::NotPep440.to_string();
    let help = match text.parse::<Version>() {
        Ok(_) => format!("if it is a Debian version, write `version = {{ debian = \"{text}\" }}`"),
        Err(_) => proposal(text),
    };
    (why, help)
}

/// Proposes the version that was meant, when a full stop instead of what is wrong makes one.
fn proposal(text: &str) -> String {
    let dotted: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '.' })
        .collect();
    match dotted.parse::<PythonVersion>() {
        Ok(version) => format!("write `{version}`, if that is the version of the project"),
        Err(_) => {
            "write the version of the project, or any Debian version as `version = { debian = \"1.0~x\" }`"
                .to_owned()
        }
    }
}

/// Reads `{ debian = "…" }`.
fn read_debian(
    table: &Table<'_>,
    text: &Located<String>,
    revision: Option<Revision>,
) -> Option<Version> {
    if let Some((before, after)) = text.value.rsplit_once('-')
        && before.parse::<Version>().is_ok()
    {
        table.refuse(
            "debian",
            text.span.clone(),
            "has a `-`",
            format!(
                "the part after the `-` is the Debian revision: write `{{ debian = \"{before}\" }}` and `revision = \"{after}\"`"
            ),
        );
        return None;
    }
    let version: Result<Version, Invalid> = text.value.parse();
    if let Err(why) = version {
        let help = debian_cure(&text.value);
        table.refuse("debian", text.span.clone(), &why.to_string(), help);
        return None;
    }
    format!("{}-{}", text.value, revision?.0).parse().ok()
}

fn debian_cure(text: &str) -> String {
    if let Some((epoch, _)) = text.split_once(':')
        && !epoch.is_empty()
        && epoch.bytes().all(|byte| byte.is_ascii_digit())
        && epoch.parse::<i32>().is_err()
    {
        return EPOCH.to_owned();
    }
    match text.strip_prefix(['v', 'V']) {
        Some(rest) if rest.parse::<Version>().is_ok() => format!("write `{rest}`"),
        _ => "write it as `1.0`, `1.0~rc1` or `1:1.0`: an epoch, a digit, then letters, digits, `.`, `+` and `~`"
            .to_owned(),
    }
}

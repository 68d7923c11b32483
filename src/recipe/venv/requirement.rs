//! Requirements of `[venv] packages`: the grammar of PEP 508, so far that what pip or uv would refuse is refused here.
//!
//! A recipe holds no passwords: an address of http or https has neither a name nor a token in front of its host.
//!
//! # Limits
//! Whether an index has such a distribution, extra or version is known when it is installed. Of an address only the
//! scheme, the host's credentials and blanks are looked at.

use super::marker;
use crate::recipe::address::PASSWORD;
use crate::recipe::names::{Invalid, invalid, text_newtype};
use crate::recipe::python_version::PythonVersion;
use crate::recipe::table::{Located, Table};
use std::collections::BTreeMap;
use std::str::FromStr;

text_newtype! {
    /// A requirement as pip reads it (PEP 508), with its hashes if it has some, and never with a password.
    Requirement
}

/// The signs between a name and a version (PEP 440), those first that begin with another one.
const OPERATORS: &[&str] = &["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

impl FromStr for Requirement {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (bare, options) = text.split_once(" --").unwrap_or((text, ""));
        let mut options = options.split(" --").filter(|option| !option.is_empty());
        if text.chars().any(char::is_control) || !options.all(is_hash) {
            return invalid("it must be one requirement, without options of pip but `--hash`");
        }
        let (name, rest) = split_name(bare);
        if name.is_empty() {
            return invalid(
                "it must start with the name of a distribution, such as `gunicorn==23.0.0`",
            );
        }
        if rest.starts_with("://") || rest.starts_with('+') && rest.contains("://") {
            return invalid("an address needs the name of its distribution: `NAME @ ADDRESS`");
        }
        if !ends_well(name) {
            return invalid(format!("the name `{name}` ends in a sign"));
        }
        let rest = check_extras(rest.trim_start())?.trim_start();
        let marker = if let Some(address) = rest.strip_prefix('@') {
            check_address(address.trim_start())?
        } else {
            let (versions, marker) = split_marker(rest);
            check_versions(versions)?;
            marker
        };
        if let Some(marker) = marker {
            marker::check(marker)?;
        }
        Ok(Requirement(text.to_owned()))
    }
}

impl Requirement {
    /// Returns whether it says which bytes are meant.
    pub fn has_hash(&self) -> bool {
        self.0.contains(" --hash=")
    }

    /// Returns it without its hashes.
    fn bare(&self) -> &str {
        self.0.split(" --").next().unwrap_or_default()
    }

    /// Returns whether it names one version and no other.
    pub(super) fn is_pinned(&self) -> bool {
        let bare = self.bare().split(';').next().unwrap_or_default();
        bare.contains(" @ ")
            || (bare.contains("==") && !bare.contains(['*', ',', '<', '>', '~', '!']))
    }

    /// Returns the name as indexes compare it (PEP 503): in lower case, with one `-` for each run of signs.
    fn normalised_name(&self) -> String {
        let words = split_name(&self.0).0.split(['-', '_', '.']);
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        words.join("-").to_ascii_lowercase()
    }

    /// Returns for which machines and Pythons it is, when it says so.
    fn marker(&self) -> Option<&str> {
        let (_, marker) = self.bare().split_once(';')?;
        Some(marker.trim())
    }
}

/// Reads `packages`: a distribution stands there once, or once for each of several markers.
pub(super) fn read(table: &Table<'_>) -> Vec<Requirement> {
    let mut markers: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    let mut requirements = Vec::new();
    for text in table.strings("packages") {
        let Some(requirement) = table.check::<Requirement>("packages", &text) else {
            continue;
        };
        let marker = requirement.marker().map(str::to_owned);
        let name = requirement.normalised_name();
        let others = markers.entry(name.clone()).or_default();
        if others
            .iter()
            .any(|other| marker.is_none() || other.is_none() || *other == marker)
        {
            refuse_second(table, &text, &name);
        } else {
            requirements.push(requirement);
        }
        others.push(marker);
    }
    requirements
}

fn refuse_second(table: &Table<'_>, text: &Located<String>, name: &str) {
    table.conflict(
        text.span.clone(),
        format!("`{name}` stands in `{}` twice", table.full("packages")),
        "names are compared without case, and `-`, `_` and `.` are the same",
        "keep one, with all its versions and extras, such as `name[extra]>=1.0,<2`",
    );
}

/// Returns whether an option is a hash that both installers check.
fn is_hash(option: &str) -> bool {
    let digits = option.trim().strip_prefix("hash=sha256:");
    digits.is_some_and(|it| it.len() == 64 && it.bytes().all(|it| it.is_ascii_hexdigit()))
}

fn split_name(text: &str) -> (&str, &str) {
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c));
    text.split_at(if starts_well {
        text.find(is_end).unwrap_or(text.len())
    } else {
        0
    })
}

fn ends_well(name: &str) -> bool {
    name.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Returns what stands before a marker, and the marker.
fn split_marker(text: &str) -> (&str, Option<&str>) {
    match text.split_once(';') {
        Some((before, marker)) => (before.trim_end(), Some(marker)),
        None => (text.trim_end(), None),
    }
}

/// Checks `[a, b]`, and returns what stands behind.
fn check_extras(text: &str) -> Result<&str, Invalid> {
    let Some(inside) = text.strip_prefix('[') else {
        return Ok(text);
    };
    let Some((extras, rest)) = inside.split_once(']') else {
        return invalid("the `[` of its extras is not closed");
    };
    for extra in extras.split(',').map(str::trim) {
        let (name, rest) = split_name(extra);
        if name.is_empty() && !extras.trim().is_empty() || !rest.is_empty() {
            return invalid(format!("`{extra}` is no name of an extra"));
        }
    }
    Ok(rest)
}

/// Checks the address behind `@`, and returns the marker behind it: a `;` belongs to the address unless a blank is before it.
fn check_address(text: &str) -> Result<Option<&str>, Invalid> {
    let (address, marker) = match text.split_once(char::is_whitespace) {
        None => (text, None),
        Some((address, rest)) => match rest.trim_start().strip_prefix(';') {
            Some(marker) => (address, Some(marker)),
            None if rest.trim().is_empty() => (address, None),
            None => {
                return invalid(format!(
                    "nothing can stand behind the address but `; MARKER`, and there is `{}`",
                    rest.trim()
                ));
            }
        },
    };
    let Some((scheme, rest)) = address.split_once("://") else {
        return invalid(
            "an address follows `@`, such as `https://example.org/demo-1.0-py3-none-any.whl`",
        );
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if let Some((user, _)) = rest[..end].rsplit_once('@') {
        // The name of a user of ssh is part of where it is; behind http, a name alone is a token as often as not.
        if !scheme.ends_with("ssh") || user.contains(':') {
            return invalid(PASSWORD);
        }
    }
    Ok(marker)
}

/// Checks `>=1.0, <2`, with brackets around or without.
fn check_versions(text: &str) -> Result<(), Invalid> {
    let text = text.trim();
    let inside = match text.strip_prefix('(') {
        Some(rest) => match rest.strip_suffix(')') {
            Some(inside) => inside,
            None => return invalid("the `(` of its versions is not closed"),
        },
        None => text,
    };
    if inside.is_empty() {
        return Ok(());
    }
    inside.split(',').map(str::trim).try_for_each(check_version)
}

fn check_version(text: &str) -> Result<(), Invalid> {
    let Some(operator) = OPERATORS.iter().find(|sign| text.starts_with(**sign)) else {
        if text.starts_with('=') {
            return invalid("`=` is no sign of PEP 440: one version and no other is `==`");
        }
        return invalid(format!(
            "a sign such as `==` or `>=` is expected where there is `{text}`"
        ));
    };
    let version = text[operator.len()..].trim();
    if *operator == "===" {
        return if version.is_empty() || version.contains(char::is_whitespace) {
            invalid("one version follows `===`")
        } else {
            Ok(())
        };
    }
    let wild = matches!(*operator, "==" | "!=");
    let bare = if wild {
        version.strip_suffix(".*").unwrap_or(version)
    } else {
        version
    };
    if bare.parse::<PythonVersion>().is_err() {
        return invalid(format!(
            "`{version}` is no version behind `{operator}` (PEP 440)"
        ));
    }
    if *operator == "~=" && !bare.contains('.') {
        return invalid(format!("`~=` needs two numbers, such as `~={bare}.0`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pip_reads_is_a_requirement() {
        for text in [
            "six",
            "Flask_SQLAlchemy >= 3, != 3.1.*, < 4",
            "uvicorn[standard, watch] == 0.30 ; python_version >= '3.9'",
            "a[]",
            "a (>=1.0)",
            "a===1.0-weird",
            "a~=1.4.2",
            "a==1!2.0rc1.post3.dev4+local.1",
            "a @ https://example.org/a-1.0.whl#sha256=00",
            "a @ git+ssh://git@example.org/a.git@v1",
            "a@https://example.org/a.zip ; sys_platform == 'linux'",
            "a; (os_name=='posix' or extra == \"x\") and '3' not in platform_release",
            "a; python_full_version in '3.11.0 3.11.1'",
            "a==1 ; os_name == 'posix' --hash=sha256:00000000000000000000000000000000000000000000000000000000000000aa",
        ] {
            assert!(
                text.parse::<Requirement>().is_ok(),
                "{text}: {:?}",
                text.parse::<Requirement>()
            );
        }
    }

    #[test]
    fn what_pip_would_refuse_is_refused() {
        for text in [
            "",
            "-e .",
            "./a",
            "a --pre",
            "a --hash=sha256:00",
            "a==1 --hash=md5:00",
            "a==1 --hash=sha256:00000000000000000000000000000000000000000000000000000000000000aa --pre",
            "flask=1.0",
            "a==1.0 b",
            "a==1.0,",
            "a==1.x",
            "a >",
            "a>=1.*",
            "a~=1",
            "a 1.0",
            "a[b",
            "a[b c]",
            "a[,b]",
            "a-",
            "a(>=1",
            "git+https://example.org/a.git",
            "https://example.org/a.whl",
            "a @ ../a",
            "a @ https://usr:sekret@example.org/a.whl",
            "a @ https://token@example.org/a.whl",
            "a @ git+ssh://u:p@example.org/a.git",
            "a @ https://example.org/a b",
            "six; python_versio > '3'",
            "six;",
            "six; python_version",
            "six; python_version > 3",
            "six; python_version > '3' os_name == 'a'",
            "six; (python_version > '3'",
            "six; '3' > '2'",
            "six; python_version not '3'",
        ] {
            assert!(text.parse::<Requirement>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_requirement_is_pinned_when_one_version_fits() {
        for (text, pinned) in [
            ("gunicorn==23.0.0", true),
            ("uvicorn[standard] == 0.30 ; python_version >= '3.9'", true),
            ("demo @ https://example.org/demo-1.0.whl", true),
            ("gunicorn", false),
            ("gunicorn>=23", false),
            ("gunicorn==23.*", false),
            ("gunicorn==23,!=24", false),
            (
                "gunicorn==23.0.0 --hash=sha256:00000000000000000000000000000000000000000000000000000000000000aa",
                true,
            ),
        ] {
            let requirement: Requirement = text.parse().expect("a requirement");
            assert_eq!(requirement.is_pinned(), pinned, "{text}");
        }
    }

    #[test]
    fn names_are_compared_as_indexes_compare_them() {
        let requirement: Requirement = "Flask__SQL.Alchemy>=3".parse().expect("a requirement");
        assert_eq!(requirement.normalised_name(), "flask-sql-alchemy");
    }
}

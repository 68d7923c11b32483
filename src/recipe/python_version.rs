//! Versions of Python distributions (PEP 440), and the Debian versions that have the same order.
//!
//! dpkg sorts `~` before the end of a version, letters after it, and everything else after letters (deb-version(7)). So a
//! pre-release is `~a1`, a development release of a final one `~~dev1`, because `~dev1` would come after `~a1`, and a
//! post-release is `+post1`, because `.post1` would come after the next release, `.1`. A local label that begins with a
//! letter from `p` on would come after `+post1`, so that `0.` goes in front of it.
//!
//! Own code and not a crate: only the parser is needed, numbers are kept as text of any length, and what is maintained is
//! part of an installer.
//!
//! # Limits
//! Two orders are not kept. PEP 440 calls `1.0` and `1.0.0` the same, dpkg calls the second later: write all releases with
//! as many numbers. Local labels of one release are sorted as text is by dpkg; by PEP 440 numbers come after words.

use crate::deb::{Invalid, Version};
use std::fmt;
use std::str::FromStr;

/// A version as PEP 440 has it, in its normal form. Not ordered: the order that counts is dpkg's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonVersion {
    /// `0` when there is none, as every number without zeros in front.
    epoch: String,
    /// The numbers of the release, at least one.
    release: Vec<String>,
    /// `a`, `b` or `rc`, and its number.
    pre: Option<(&'static str, String)>,
    post: Option<String>,
    dev: Option<String>,
    /// The parts of the local label, lower-case.
    local: Vec<String>,
}

/// Says that a text is no version by PEP 440.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPep440;

impl fmt::Display for NotPep440 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a version of a Python project (PEP 440), such as `1.0`, `1.0rc1` or `1.0.post1`")
    }
}

impl std::error::Error for NotPep440 {}

/// The spellings of pre-releases, the longer before those that begin them.
const PRE: &[(&str, &str)] = &[
    ("alpha", "a"),
    ("beta", "b"),
    ("preview", "rc"),
    ("pre", "rc"),
    ("rc", "rc"),
    ("a", "a"),
    ("b", "b"),
    ("c", "rc"),
];

/// The spellings of post-releases.
const POST: &[(&str, &str)] = &[("post", "post"), ("rev", "post"), ("r", "post")];

/// The one spelling of development releases.
const DEV: &[(&str, &str)] = &[("dev", "dev")];

impl FromStr for PythonVersion {
    type Err = NotPep440;

    fn from_str(text: &str) -> Result<Self, NotPep440> {
        let text = text.trim().to_ascii_lowercase();
        let mut rest = text.strip_prefix('v').unwrap_or(&text);
        let mut epoch = "0".to_owned();
        if let Some((number, after)) = rest.split_once('!') {
            epoch = whole_number(number).ok_or(NotPep440)?;
            rest = after;
        }
        let mut release = vec![take_number(&mut rest).ok_or(NotPep440)?];
        loop {
            let mut after = rest.strip_prefix('.').unwrap_or("");
            let Some(number) = take_number(&mut after) else {
                break;
            };
            release.push(number);
            rest = after;
        }
        let pre = take_phase(&mut rest, PRE);
        let post = match take_implicit_post(&mut rest) {
            Some(number) => Some(number),
            None => take_phase(&mut rest, POST).map(|(_, number)| number),
        };
        let dev = take_phase(&mut rest, DEV).map(|(_, number)| number);
        let local = match rest.strip_prefix('+') {
            Some(label) => take_local(label).ok_or(NotPep440)?,
            None if rest.is_empty() => Vec::new(),
            None => return Err(NotPep440),
        };
        Ok(PythonVersion {
            epoch,
            release,
            pre,
            post,
            dev,
            local,
        })
    }
}

/// Takes digits from the front.
fn take_number(rest: &mut &str) -> Option<String> {
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let number = whole_number(digits)?;
    *rest = after;
    Some(number)
}

/// Returns digits without the zeros in front.
fn whole_number(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.trim_start_matches('0');
    Some(if number.is_empty() { "0" } else { number }.to_owned())
}

/// Takes a phase such as `-rc.1` from the front: its name and its number, which is 0 when it is left out.
fn take_phase(
    rest: &mut &str,
    names: &'static [(&'static str, &'static str)],
) -> Option<(&'static str, String)> {
    let after = rest.strip_prefix(SEPARATORS).unwrap_or(rest);
    let (spelt, name) = names.iter().find(|(spelt, _)| after.starts_with(spelt))?;
    let mut after = &after[spelt.len()..];
    after = after.strip_prefix(SEPARATORS).unwrap_or(after);
    let number = take_number(&mut after).unwrap_or_else(|| "0".to_owned());
    *rest = after;
    Some((name, number))
}

const SEPARATORS: [char; 3] = ['-', '_', '.'];

/// Takes the `-1` of `1.0-1` from the front, which is short for `.post1`.
fn take_implicit_post(rest: &mut &str) -> Option<String> {
    let mut after = rest.strip_prefix('-')?;
    let number = take_number(&mut after)?;
    *rest = after;
    Some(number)
}

/// Splits a local label at its separators.
fn take_local(label: &str) -> Option<Vec<String>> {
    label
        .split(SEPARATORS)
        .map(|part| match whole_number(part) {
            Some(number) => Some(number),
            None if part.is_empty() => None,
            None => part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric())
                .then(|| part.to_owned()),
        })
        .collect()
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch != "0" {
            write!(f, "{}!", self.epoch)?;
        }
        f.write_str(&self.release.join("."))?;
        if let Some((phase, number)) = &self.pre {
            write!(f, "{phase}{number}")?;
        }
        if let Some(number) = &self.post {
            write!(f, ".post{number}")?;
        }
        if let Some(number) = &self.dev {
            write!(f, ".dev{number}")?;
        }
        if !self.local.is_empty() {
            write!(f, "+{}", self.local.join("."))?;
        }
        Ok(())
    }
}

impl PythonVersion {
    /// Returns the Debian version of the same place in the order, with a Debian revision.
    ///
    /// # Errors
    /// When the epoch is above dpkg's limit, or `revision` is none.
    pub fn to_debian(&self, revision: &str) -> Result<Version, Invalid> {
        let mut text = String::new();
        if self.epoch != "0" {
            text.extend([self.epoch.as_str(), ":"]);
        }
        text.push_str(&self.release.join("."));
        if let Some((phase, number)) = &self.pre {
            text.extend(["~", phase, number]);
        }
        if let Some(number) = &self.post {
            text.extend(["+post", number]);
        }
        if let Some(number) = &self.dev {
            let before_everything = self.pre.is_none() && self.post.is_none();
            text.push_str(if before_everything { "~~dev" } else { "~dev" });
            text.push_str(number);
        }
        if let Some(first) = self.local.first() {
            let after_post = first.starts_with(|c: char| c >= 'p');
            text.push_str(if after_post { "+0." } else { "+" });
            text.push_str(&self.local.join("."));
        }
        format!("{text}-{revision}").parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn python(text: &str) -> PythonVersion {
        text.parse().expect(text)
    }

    fn debian(text: &str) -> String {
        let version = python(text).to_debian("1").expect(text);
        version.as_str().trim_end_matches("-1").to_owned()
    }

    #[test]
    fn every_form_has_its_debian_version() {
        for (pep440, expected) in [
            ("1.0.dev1", "1.0~~dev1"),
            ("1.0a1", "1.0~a1"),
            ("1.0b2", "1.0~b2"),
            ("1.0rc1", "1.0~rc1"),
            ("1.0a1.dev1", "1.0~a1~dev1"),
            ("1.0a1.post1", "1.0~a1+post1"),
            ("1.0a1.post1.dev1", "1.0~a1+post1~dev1"),
            ("1.0", "1.0"),
            ("1.0+g12ab34c", "1.0+g12ab34c"),
            ("1.0+1", "1.0+1"),
            ("1.0+ubuntu.1", "1.0+0.ubuntu.1"),
            ("1.0.post1", "1.0+post1"),
            ("1.0-1", "1.0+post1"),
            ("1.0.rev1", "1.0+post1"),
            ("1.0.post1.dev1", "1.0+post1~dev1"),
            ("1.0.post1+loc", "1.0+post1+loc"),
            ("1.0.1.dev1", "1.0.1~~dev1"),
            ("1!2.0a1", "1:2.0~a1"),
            ("1.0.0", "1.0.0"),
        ] {
            assert_eq!(debian(pep440), expected, "{pep440}");
        }
        assert_eq!(
            python("1.0").to_debian("2~bookworm1"),
            "1.0-2~bookworm1".parse()
        );
    }

    #[test]
    fn the_debian_versions_are_in_the_full_order() {
        let ordered = [
            "1.0.dev1",
            "1.0a1.dev1",
            "1.0a1",
            "1.0a1.post1",
            "1.0a2",
            "1.0b1",
            "1.0rc1.dev1",
            "1.0rc1",
            "1.0",
            "1.0+g12ab34c",
            "1.0.post1.dev1",
            "1.0.post1",
            "1.0.1.dev1",
            "1.0.1a1",
            "1.0.1",
        ]
        .map(|text| python(text).to_debian("1").expect(text));
        for pair in ordered.windows(2) {
            assert!(pair[0] < pair[1], "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn every_spelling_has_one_normal_form() {
        for (spelt, normal) in [
            (" v1.0\n", "1.0"),
            ("V01.002.0", "1.2.0"),
            ("0!1", "1"),
            ("01!1", "1!1"),
            ("1.0ALPHA", "1.0a0"),
            ("1.0-beta_02", "1.0b2"),
            ("1.0.c.3", "1.0rc3"),
            ("1.0pre4", "1.0rc4"),
            ("1.0_preview-4", "1.0rc4"),
            ("1.0a.", "1.0a0"),
            ("1.0a-1", "1.0a1"),
            ("1.0a--1", "1.0a0.post1"),
            ("1.0r3", "1.0.post3"),
            ("1.0rev", "1.0.post0"),
            ("1.0post", "1.0.post0"),
            ("1.0-01", "1.0.post1"),
            ("1.0dev", "1.0.dev0"),
            ("1.0RC1_Post2-Dev3", "1.0rc1.post2.dev3"),
            ("1.0+Ubuntu-01_a", "1.0+ubuntu.1.a"),
            ("20260102030405060708090.1", "20260102030405060708090.1"),
        ] {
            assert_eq!(python(spelt).to_string(), normal, "{spelt:?}");
        }
    }

    #[test]
    fn what_python_refuses_is_refused() {
        let words = "v 1. .1 1..0 1.0. 1.0~rc1 1:1.0 1.0x 1.0- 1.0-rc1- 1.0+ 1.0+a+b 1.0+a..b 1.0+ü 1.0+a_ !1 a!1 -1!1 1! \
                     1.0_1 vv1 1.0dev1a1 1.0.dev1.post1 latest 1.0-1-1 1.0+1!2 ٣";
        for text in words.split(' ').chain(["", " ", "1.0 rc1"]) {
            assert_eq!(text.parse::<PythonVersion>(), Err(NotPep440), "{text:?}");
        }
    }

    #[test]
    fn an_epoch_beyond_dpkgs_is_refused() {
        let why = python("2147483648!1").to_debian("1").expect_err("it is");
        assert_eq!(why.to_string(), "has an epoch above 2147483647");
    }

    proptest! {
        #[test]
        fn the_normal_form_is_normal_and_has_a_debian_version(
            text in "(v|V)?([0-9]{1,3}!)?[0-9]{1,3}(\\.[0-9]{1,3}){0,3}([-_.]?(a|B|c|rc|alpha|Beta|pre|preview)[-_.]?[0-9]{0,2})?(-[0-9]{1,2}|[-_.]?(post|rev|r)[-_.]?[0-9]{0,2})?([-_.]?dev[-_.]?[0-9]{0,2})?(\\+[a-zA-Z0-9]{1,4}([-_.][a-z0-9]{1,3}){0,2})?"
        ) {
            let version = python(&text);
            prop_assert_eq!(&python(&version.to_string()), &version);
            let debian = version.to_debian("1");
            prop_assert!(debian.is_ok(), "{:?}: {:?}", text, debian);
        }
    }
}

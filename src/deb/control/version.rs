//! Versions: `[epoch:]upstream[-revision]`, their grammar (Policy 5.6.12) and their order (deb-version(7)).
//!
//! Stricter than dpkg: a colon is for the epoch only, and a package's own version has one hyphen at most, because a
//! hyphen in the upstream part moves into the revision when the revision is left out. Versions in relations may have more.

use super::name::describe;
use crate::deb::Invalid;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version of a Debian package. Two are equal when dpkg calls them equal: `1.0`, `1.0-0`, `1.00` and `0:1.0` are.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    /// How many bytes of `text` are the epoch and its colon.
    upstream_at: usize,
    epoch: u32,
}

impl Version {
    /// Returns the version as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the version without its epoch, as it appears in the name of the file (deb(5)).
    pub fn without_epoch(&self) -> &str {
        &self.text[self.upstream_at..]
    }

    /// Parses a version of somebody else's package, whose upstream part may have hyphens.
    pub(crate) fn parse_foreign(text: &str) -> Result<Self, Invalid> {
        let (epoch, upstream_at) = match text.split_once(':') {
            Some((epoch, _)) => (parse_epoch(epoch)?, epoch.len() + 1),
            None => (0, 0),
        };
        let version = Version {
            text: text.to_owned(),
            upstream_at,
            epoch,
        };
        let (upstream, revision) = version.parts();
        check_characters(upstream)?;
        if let Some(revision) = revision {
            if revision.is_empty() {
                return Err(Invalid::new("has nothing after its hyphen"));
            }
            check_characters(revision)?;
        }
        match upstream.chars().next() {
            None => Err(Invalid::new("is empty")),
            Some(first) if !first.is_ascii_digit() => Err(Invalid::new(format!(
                "starts with `{first}`, not with a digit"
            ))),
            Some(_) => Ok(version),
        }
    }

    /// Returns the upstream part and the revision, which begins after the last hyphen.
    fn parts(&self) -> (&str, Option<&str>) {
        let text = self.without_epoch();
        match text.rsplit_once('-') {
            Some((upstream, revision)) => (upstream, Some(revision)),
            None => (text, None),
        }
    }
}

fn parse_epoch(epoch: &str) -> Result<u32, Invalid> {
    if epoch.is_empty() || !epoch.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Invalid::new(
            "has a colon that does not follow an epoch: an epoch is a number",
        ));
    }
    // dpkg keeps it in an int.
    match epoch.parse::<i32>() {
        Ok(number) => Ok(number.unsigned_abs()),
        Err(_) => Err(Invalid::new("has an epoch above 2147483647")),
    }
}

fn check_characters(part: &str) -> Result<(), Invalid> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".+~-".contains(c);
    match part.chars().find(|c| !allowed(*c)) {
        None => Ok(()),
        Some(':') => Err(Invalid::new("has a second colon")),
        Some(c) => Err(Invalid::new(format!(
            "has {}: only letters, digits, `.`, `+`, `~` and `-` are allowed",
            describe(c)
        ))),
    }
}

impl FromStr for Version {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let version = Version::parse_foreign(text)?;
        if version.parts().0.contains('-') {
            return Err(Invalid::new(
                "has two hyphens: one is allowed, before the Debian revision",
            ));
        }
        Ok(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((ours, our_revision), (theirs, their_revision)) = (self.parts(), other.parts());
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare(ours, theirs))
            .then_with(|| compare(our_revision.unwrap_or(""), their_revision.unwrap_or("")))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

/// Compares upstream parts or revisions: by turns a run of other characters and a run of digits.
fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while !left.is_empty() || !right.is_empty() {
        let (left_word, left_rest) = split_while(left, |b| !b.is_ascii_digit());
        let (right_word, right_rest) = split_while(right, |b| !b.is_ascii_digit());
        let (left_digits, left_rest) = split_while(left_rest, |b| b.is_ascii_digit());
        let (right_digits, right_rest) = split_while(right_rest, |b| b.is_ascii_digit());
        let order = compare_words(left_word, right_word)
            .then_with(|| compare_numbers(left_digits, right_digits));
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

fn split_while(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|b| !belongs(*b))
        .unwrap_or(bytes.len());
    bytes.split_at(end)
}

/// Orders by weight, where the end of a word weighs more than `~` only.
fn compare_words(left: &[u8], right: &[u8]) -> Ordering {
    let length = left.len().max(right.len());
    (0..length)
        .map(|at| weight(left.get(at)).cmp(&weight(right.get(at))))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

fn weight(byte: Option<&u8>) -> i32 {
    match byte {
        Some(b'~') => -1,
        None => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(other) => i32::from(*other) + 256,
    }
}

fn compare_numbers(left: &[u8], right: &[u8]) -> Ordering {
    let (_, left) = split_while(left, |b| b == b'0');
    let (_, right) = split_while(right, |b| b == b'0');
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_policys_with_one_hyphen() {
        for good in [
            "1",
            "1.0",
            "1.0-1",
            "0:1.0",
            "1:1.0~rc1-1",
            "2.3+post1",
            "1.0~~dev3-1~bookworm1",
            "2147483647:0",
            "1A.b+c~d-0ubuntu1",
        ] {
            let version = good.parse::<Version>().expect(good);
            assert_eq!(version.to_string(), good);
        }
        for (bad, why) in [
            ("", "is empty"),
            ("1:", "is empty"),
            ("v1.0", "starts with `v`, not with a digit"),
            ("~1", "starts with `~`, not with a digit"),
            ("1.0-", "has nothing after its hyphen"),
            (
                "1.0-1-1",
                "has two hyphens: one is allowed, before the Debian revision",
            ),
            ("1:2:3-1", "has a second colon"),
            (
                "a:1",
                "has a colon that does not follow an epoch: an epoch is a number",
            ),
            (
                ":1",
                "has a colon that does not follow an epoch: an epoch is a number",
            ),
            (
                "+1:1",
                "has a colon that does not follow an epoch: an epoch is a number",
            ),
            ("2147483648:1", "has an epoch above 2147483647"),
            (
                "1_0",
                "has `_`: only letters, digits, `.`, `+`, `~` and `-` are allowed",
            ),
            (
                "1 0",
                "has a space: only letters, digits, `.`, `+`, `~` and `-` are allowed",
            ),
            (
                "1.0-ü",
                "has `ü`: only letters, digits, `.`, `+`, `~` and `-` are allowed",
            ),
            (
                "1\n",
                "has a line break: only letters, digits, `.`, `+`, `~` and `-` are allowed",
            ),
        ] {
            let refused = bad.parse::<Version>().expect_err(bad);
            assert_eq!(refused, Invalid::new(why), "{bad:?}");
        }
        assert!(Version::parse_foreign("1.0-rc1-2").is_ok());
    }

    #[test]
    fn the_epoch_is_not_in_the_name_of_the_file() {
        let version = "1:1.0~rc1-1".parse::<Version>().expect("it is valid");
        assert_eq!(version.without_epoch(), "1.0~rc1-1");
    }
}

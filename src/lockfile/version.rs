//! The order of versions and what a specifier takes (PEP 440), as far as lock files and markers ask.
//!
//! The reader of versions is the recipe's, [`PythonVersion`]; its normal form has one spelling for each version, and this
//! module takes that apart. Numbers are compared as text of any length.
//!
//! # Limits
//! Pre-releases are taken wherever a specifier names their range: the lock has chosen already.

use crate::recipe::PythonVersion;
use std::cmp::Ordering;

/// What a version is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    epoch: Number,
    release: Vec<Number>,
    pre: Pre,
    post: Option<Number>,
    dev: Dev,
    local: Vec<Part>,
}

/// Digits without zeros in front.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Number(String);

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pre {
    /// `1.0.dev1` comes before `1.0a1`.
    BeforeAll,
    Phase(String, Number),
    None,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dev {
    Is(Number),
    None,
}

/// A part of a local label: words come before numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Word(String),
    Number(Number),
}

impl Key {
    fn of(text: &str) -> Option<Key> {
        let normal = text.parse::<PythonVersion>().ok()?.to_string();
        let (public, local) = normal.split_once('+').unwrap_or((&normal, ""));
        let (epoch, rest) = public.split_once('!').unwrap_or(("0", public));
        let (rest, dev) = split(rest, ".dev");
        let (rest, post) = split(rest, ".post");
        let end = rest
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let (release, phase) = rest.split_at(end);
        let mut release: Vec<_> = release.split('.').map(number).collect();
        // `1.0` and `1.0.0` are one version.
        while release.len() > 1 && release.last().is_some_and(|last| last.0 == "0") {
            release.pop();
        }
        let digits = phase.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let pre = match &phase[..phase.len() - digits.len()] {
            "" if post.is_none() && dev.is_some() => Pre::BeforeAll,
            "" => Pre::None,
            name => Pre::Phase(name.to_owned(), number(digits)),
        };
        let part = |part: &str| {
            if part.bytes().all(|byte| byte.is_ascii_digit()) {
                Part::Number(number(part))
            } else {
                Part::Word(part.to_owned())
            }
        };
        Some(Key {
            epoch: number(epoch),
            release,
            pre,
            post,
            dev: dev.map_or(Dev::None, Dev::Is),
            local: local
                .split('.')
                .filter(|it| !it.is_empty())
                .map(part)
                .collect(),
        })
    }

    fn public(&self) -> Key {
        Key {
            local: Vec::new(),
            ..self.clone()
        }
    }

    fn is_pre(&self) -> bool {
        self.pre != Pre::None || self.dev != Dev::None
    }

    fn same_release(&self, other: &Key) -> bool {
        self.epoch == other.epoch && self.release == other.release
    }

    /// Returns whether the release begins with these numbers.
    fn begins_with(&self, epoch: &Number, numbers: &[Number]) -> bool {
        let zero = number("0");
        self.epoch == *epoch
            && numbers
                .iter()
                .enumerate()
                .all(|(at, number)| self.release.get(at).unwrap_or(&zero) == number)
    }
}

fn split<'a>(text: &'a str, word: &str) -> (&'a str, Option<Number>) {
    match text.split_once(word) {
        Some((rest, digits)) => (rest, Some(number(digits))),
        None => (text, None),
    }
}

fn number(digits: &str) -> Number {
    Number(digits.to_owned())
}

/// Returns whether a version fits one clause; nothing when either is none.
pub(super) fn fits(version: &str, operator: &str, wanted: &str) -> Option<bool> {
    let wanted = wanted.trim();
    if operator == "===" {
        return Some(version.eq_ignore_ascii_case(wanted));
    }
    let key = Key::of(version)?;
    if let Some(prefix) = wanted.strip_suffix(".*") {
        let inside = key.begins_with(&Key::of(prefix)?.epoch, &written_release(prefix));
        return match operator {
            "==" => Some(inside),
            "!=" => Some(!inside),
            _ => None,
        };
    }
    let bound = Key::of(wanted)?;
    let candidate = if bound.local.is_empty() {
        key.public()
    } else {
        key.clone()
    };
    Some(match operator {
        "==" => candidate == bound,
        "!=" => candidate != bound,
        ">=" => candidate >= bound,
        "<=" => candidate <= bound,
        "<" => candidate < bound && (bound.is_pre() || !(key.is_pre() && key.same_release(&bound))),
        ">" => {
            candidate > bound
                && (bound.post.is_some() || !(key.post.is_some() && key.same_release(&bound)))
        }
        "~=" => {
            let mut numbers = written_release(wanted);
            if numbers.len() < 2 {
                return None;
            }
            numbers.pop();
            candidate >= bound && key.begins_with(&bound.epoch, &numbers)
        }
        _ => return None,
    })
}

/// Returns the numbers of a release with the zeros that were written.
fn written_release(text: &str) -> Vec<Number> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let text = text.split_once('!').map_or(text, |(_, rest)| rest);
    let digits = |part: &str| {
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        part[..end].trim_start_matches('0').to_owned()
    };
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let numbers = text[..end].trim_end_matches('.').split('.').map(digits);
    numbers
        .map(|it| number(if it.is_empty() { "0" } else { &it }))
        .collect()
}

/// Returns whether a version fits every clause of a specifier such as `>=3.9,<4`; nothing when one of them is none.
pub fn fits_all(version: &str, specifier: &str) -> Option<bool> {
    let clauses = specifier
        .split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty());
    clauses
        .map(|clause| {
            let end = clause
                .find(|c: char| !"=<>!~".contains(c))
                .unwrap_or(clause.len());
            fits(version, &clause[..end], &clause[end..])
        })
        .try_fold(true, |all, fits| fits.map(|fits| all && fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_take_what_pep_440_says() {
        for (version, specifier, expected) in [
            ("3.11.2", ">=3.10", Some(true)),
            ("3.11.2", ">=3.9,<3.11", Some(false)),
            ("3.11", "==3.11.0", Some(true)),
            ("3.11.2", "==3.11.*", Some(true)),
            ("3.1.2", "==3.11.*", Some(false)),
            ("3.11", "!=3.0.*, !=3.1.*", Some(true)),
            ("2.2.5", "~=2.2", Some(true)),
            ("2.3", "~=2.2.0", Some(false)),
            ("2.0a1", "<2.0", Some(false)),
            ("2.0a1", "<2.0b1", Some(true)),
            ("3.11.2", "<=3.11.0a6", Some(false)),
            ("1.0.post1", ">1.0", Some(false)),
            ("1.0+local", "==1.0", Some(true)),
            ("1.0", "==1.0+local", Some(false)),
            ("1.0", "===1.0", Some(true)),
            ("1.0.dev1", "<1.0a1", Some(true)),
            ("10.0", ">9", Some(true)),
            ("1", "", Some(true)),
            ("1", "^1", None),
            ("1", "~=1", None),
            ("linux", ">=1", None),
        ] {
            assert_eq!(
                fits_all(version, specifier),
                expected,
                "{version} {specifier}"
            );
        }
    }
}

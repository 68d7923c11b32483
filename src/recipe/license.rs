//! The licence of `[package]`: an expression of SPDX (SPDX 2.3, Annex D), for the file `copyright`.
//!
//! # Limits
//! Only the grammar is checked: which names SPDX has changes with each of its versions.

use super::names::{Invalid, invalid};
use crate::deb::Line;
use std::str::FromStr;

/// An expression of SPDX, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License(pub(super) Line);

/// How deep brackets may be in each other.
const DEEPEST: usize = 16;

impl FromStr for License {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let line: Line = match text.parse() {
            Ok(line) => line,
            Err(error) => return invalid(format!("{error:#}")),
        };
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words = spaced.split_whitespace().peekable();
        check_any(&mut words, 0)?;
        match words.next() {
            None => Ok(License(line)),
            Some(word) => invalid(format!(
                "`AND`, `OR` or `WITH` is expected where there is `{word}`"
            )),
        }
    }
}

type Words<'w, 'a> = &'w mut std::iter::Peekable<std::str::SplitWhitespace<'a>>;

/// Checks licences with `AND` or `OR` between them.
fn check_any(words: Words<'_, '_>, depth: usize) -> Result<(), Invalid> {
    loop {
        check_one(words, depth)?;
        match words.peek() {
            Some(&("AND" | "OR")) => {
                words.next();
            }
            _ => return Ok(()),
        }
    }
}

fn check_one(words: Words<'_, '_>, depth: usize) -> Result<(), Invalid> {
    match words.next() {
        None => return invalid("the name of a licence is missing"),
        Some("(") if depth == DEEPEST => return invalid("too many brackets are in each other"),
        Some("(") => {
            check_any(words, depth + 1)?;
            return match words.next() {
                Some(")") => Ok(()),
                _ => invalid("a `(` is not closed"),
            };
        }
        Some(word) => check_name(word.strip_suffix('+').unwrap_or(word), word)?,
    }
    if words.peek() == Some(&"WITH") {
        words.next();
        let exception = words.next().unwrap_or_default();
        check_name(exception, exception)?;
    }
    Ok(())
}

/// Checks an `idstring`, with the document it is from or without.
fn check_name(name: &str, shown: &str) -> Result<(), Invalid> {
    let fits = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
    };
    let is_operator = ["AND", "OR", "WITH"].contains(&name);
    let (document, name) = name.split_once(':').unwrap_or(("SPDX", name));
    if fits(document) && fits(name) && !is_operator {
        Ok(())
    } else {
        invalid(format!("`{shown}` is no name of a licence"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_prose() {
        for text in [
            "MIT",
            "GPL-2.0+",
            "Apache-2.0 OR MIT",
            "(MIT AND (BSD-3-Clause OR ISC))",
            "GPL-2.0-only WITH Classpath-exception-2.0 AND MIT",
            "LicenseRef-Proprietary",
            "DocumentRef-x:LicenseRef-y",
        ] {
            assert!(text.parse::<License>().is_ok(), "{text}");
        }
        for text in [
            "",
            "MIT and stuff",
            "MIT License",
            "MIT OR",
            "AND MIT",
            "(MIT",
            "MIT)",
            "MIT, ISC",
            "MIT WITH",
            "GPL v2",
            "MIT/ISC",
        ] {
            assert!(text.parse::<License>().is_err(), "{text}");
        }
    }
}

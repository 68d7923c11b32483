//! Where a path of the settings leads: `BASE_DIR / "static"`, `os.path.join(BASE_DIR, "static")` and what they are made of.
//!
//! # Limits
//! Literals, `/`, `os.path.join`, `joinpath`, `str`, `Path`, `.parent`, `os.path.dirname`, and names that such a value is
//! assigned to. A path that the environment could change has no known place.

use super::settings::Settings;
use crate::init::python_text::{self, Token};

/// How many names are followed, since a name can lead to itself.
const DEEPEST: usize = 8;

/// A place that a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::init) enum Place {
    /// A path in the source; empty for its top.
    InSource(String),
    /// An absolute path of the host.
    OnHost(String),
}

impl Place {
    /// Returns whether it is part of the package, which the service cannot write to.
    pub(in crate::init) fn is_packaged(&self) -> bool {
        match self {
            Place::InSource(_) => true,
            Place::OnHost(path) => path.starts_with("/opt/"),
        }
    }
}

/// Returns where a setting leads.
pub(super) fn of_setting(settings: &Settings<'_>, name: &str) -> Option<Place> {
    named(settings, name, DEEPEST)
}

fn named(settings: &Settings<'_>, name: &str, depth: usize) -> Option<Place> {
    let (at, value) = settings.find(name)?;
    let (file, _) = at.rsplit_once(':')?;
    of_value(settings, file, value, depth.checked_sub(1)?)
}

fn of_value(
    settings: &Settings<'_>,
    file: &str,
    value: &[Token<'_>],
    depth: usize,
) -> Option<Place> {
    if let Some(text) = python_text::text(value) {
        return Some(if text.starts_with('/') {
            Place::OnHost(text)
        } else {
            // Relative paths start where the service runs.
            joined(Place::InSource(String::new()), &text)?
        });
    }
    // The last `/`, `.parent` or call outside of brackets is what is done last.
    if let Some(at) = last_outside(value, '/') {
        let text = python_text::text(&value[at + 1..])?;
        return joined(of_value(settings, file, &value[..at], depth)?, &text);
    }
    match value {
        [Token::Name("__file__")] => Some(Place::InSource(file.to_owned())),
        [Token::Name(name)] => named(settings, name, depth),
        [before @ .., Token::Symbol('.'), Token::Name("parent")] => {
            parent(of_value(settings, file, before, depth)?)
        }
        [Token::Symbol('('), inner @ .., Token::Symbol(')')] if closes_last(value) => {
            of_value(settings, file, inner, depth)
        }
        [.., Token::Symbol(')')] => {
            let open = opening_of_last(value)?;
            let (called, rest) = value.split_at(open);
            let arguments = python_text::arguments(&rest[1..]);
            let first = arguments.first().map(|(_, value)| *value);
            match called {
                [Token::Name("str" | "Path" | "abspath" | "realpath")]
                | [
                    ..,
                    Token::Symbol('.'),
                    Token::Name("abspath" | "realpath" | "normpath" | "Path"),
                ] => of_value(settings, file, first?, depth),
                [Token::Name("dirname")] | [.., Token::Symbol('.'), Token::Name("dirname")] => {
                    parent(of_value(settings, file, first?, depth)?)
                }
                [
                    before @ ..,
                    Token::Symbol('.'),
                    Token::Name("resolve" | "absolute"),
                ] => of_value(settings, file, before, depth),
                [before @ .., Token::Symbol('.'), Token::Name("joinpath")] => arguments
                    .iter()
                    .try_fold(of_value(settings, file, before, depth)?, |place, part| {
                        joined(place, &python_text::text(part.1)?)
                    }),
                [.., Token::Symbol('.'), Token::Name("join")] | [Token::Name("join")] => arguments
                    .iter()
                    .skip(1)
                    .try_fold(of_value(settings, file, first?, depth)?, |place, part| {
                        joined(place, &python_text::text(part.1)?)
                    }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns the position of the last such symbol outside of brackets.
fn last_outside(value: &[Token<'_>], symbol: char) -> Option<usize> {
    let mut depth = 0usize;
    let mut found = None;
    for (at, token) in value.iter().enumerate() {
        match token {
            Token::Symbol('(' | '[' | '{') => depth += 1,
            Token::Symbol(')' | ']' | '}') => depth = depth.saturating_sub(1),
            token if depth == 0 && *token == Token::Symbol(symbol) => found = Some(at),
            _ => {}
        }
    }
    found
}

/// Returns where the bracket opens that closes with the last token.
fn opening_of_last(value: &[Token<'_>]) -> Option<usize> {
    let mut depth = 0usize;
    value.iter().rposition(|token| {
        match token {
            Token::Symbol(')' | ']' | '}') => depth += 1,
            Token::Symbol('(' | '[' | '{') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

fn closes_last(value: &[Token<'_>]) -> bool {
    opening_of_last(value) == Some(0)
}

fn parent(place: Place) -> Option<Place> {
    let up = |path: String| match path.rsplit_once('/') {
        Some((above, _)) => Some(above.to_owned()),
        None if path.is_empty() => None,
        None => Some(String::new()),
    };
    Some(match place {
        Place::InSource(path) => Place::InSource(up(path)?),
        Place::OnHost(path) => Place::OnHost(up(path)?),
    })
}

fn joined(place: Place, text: &str) -> Option<Place> {
    if text.starts_with('/') {
        return Some(Place::OnHost(text.to_owned()));
    }
    let (path, is_source) = match place {
        Place::InSource(path) => (path, true),
        Place::OnHost(path) => (path, false),
    };
    let mut parts: Vec<&str> = path.split('/').collect();
    if path.is_empty() {
        parts.clear();
    }
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    Some(if is_source {
        Place::InSource(path)
    } else {
        Place::OnHost(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_settings_leads_to_a_place() {
        let text = "BASE_DIR = Path(__file__).resolve(strict=True).parent.parent.parent\n\
                    OLD = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n\
                    APPS = BASE_DIR / 'shop'\nLOOP = LOOP\n";
        let source = |path: &str| Some(Place::InSource(path.to_owned()));
        let host = |path: &str| Some(Place::OnHost(path.to_owned()));
        for (value, place) in [
            ("str(BASE_DIR / \"staticfiles\")", source("staticfiles")),
            ("BASE_DIR / 'a' / 'b'", source("a/b")),
            ("(BASE_DIR / 'a').joinpath('b', 'c')", source("a/b/c")),
            (
                "os.path.join(OLD, 'static', 'x')",
                source("config/static/x"),
            ),
            ("str(APPS / 'media')", source("shop/media")),
            ("BASE_DIR.parent / 'x'", None),
            ("'/var/lib/x'", host("/var/lib/x")),
            ("BASE_DIR / '/srv/x'", host("/srv/x")),
            ("'static/'", source("static")),
            ("LOOP", None),
            ("env('STATIC_ROOT')", None),
            ("os.environ.get('X', BASE_DIR / 'x')", None),
            ("UNKNOWN / 'x'", None),
            (")", None),
            ("join()", None),
        ] {
            let text = format!("{text}ROOT = {value}\n");
            let files = [(
                "config/settings/base.py".to_owned(),
                text.as_str(),
                python_text::statements(&text),
            )];
            let settings = Settings { files: &files };
            assert_eq!(of_setting(&settings, "ROOT"), place, "{value}");
        }
    }
}

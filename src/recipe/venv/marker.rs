//! Markers of requirements: for which machines and Pythons they are (PEP 508, "Environment Markers").

use crate::recipe::names::{Invalid, invalid};
use std::iter::Peekable;
use std::vec::IntoIter;

/// What a marker can ask for.
const VARIABLES: &[&str] = &[
    "extra",
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
];

/// How deep brackets may be in each other.
const DEEPEST: usize = 32;

/// A piece of a marker.
#[derive(Debug, PartialEq)]
enum Token<'a> {
    /// `(` or `)`.
    Bracket(char),
    /// A sign that compares.
    Sign,
    /// A text in quotes.
    Text,
    /// Anything else.
    Word(&'a str),
}

/// Checks a marker, without the `;` before it.
///
/// # Errors
/// When pip would not understand it.
pub(super) fn check(text: &str) -> Result<(), Invalid> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    check_any(&mut tokens, 0)?;
    match tokens.next() {
        None => Ok(()),
        Some(_) => invalid("its marker goes on where `and` or `or` is expected"),
    }
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Invalid> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => {
                tokens.push(Token::Bracket(first));
                1
            }
            '\'' | '"' => {
                let Some(end) = rest[1..].find(first) else {
                    return invalid("a quote in its marker is not closed");
                };
                tokens.push(Token::Text);
                end + 2
            }
            '<' | '>' | '=' | '!' | '~' => {
                let end = rest.find(|c| !"<>=!~".contains(c)).unwrap_or(rest.len());
                let sign = &rest[..end];
                if !["<", "<=", ">", ">=", "==", "===", "!=", "~="].contains(&sign) {
                    return invalid(format!("`{sign}` compares nothing in its marker"));
                }
                tokens.push(Token::Sign);
                end
            }
            _ => {
                let is_end = |c: char| c.is_whitespace() || "()'\"<>=!~".contains(c);
                let end = rest.find(is_end).unwrap_or(rest.len());
                tokens.push(Token::Word(&rest[..end]));
                end
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// Checks comparisons with `and` or `or` between them.
fn check_any(tokens: &mut Peekable<IntoIter<Token<'_>>>, depth: usize) -> Result<(), Invalid> {
    loop {
        check_one(tokens, depth)?;
        match tokens.peek() {
            Some(Token::Word("and" | "or")) => {
                tokens.next();
            }
            _ => return Ok(()),
        }
    }
}

fn check_one(tokens: &mut Peekable<IntoIter<Token<'_>>>, depth: usize) -> Result<(), Invalid> {
    if tokens.peek() == Some(&Token::Bracket('(')) {
        if depth == DEEPEST {
            return invalid("its marker has too many brackets in each other");
        }
        tokens.next();
        check_any(tokens, depth + 1)?;
        return match tokens.next() {
            Some(Token::Bracket(')')) => Ok(()),
            _ => invalid("a `(` in its marker is not closed"),
        };
    }
    let left = is_variable(tokens.next().as_ref())?;
    match tokens.next() {
        Some(Token::Sign | Token::Word("in")) => {}
        Some(Token::Word("not")) if tokens.next() == Some(Token::Word("in")) => {}
        _ => {
            return invalid(
                "its marker compares nothing: write such as `python_version >= '3.11'`",
            );
        }
    }
    let right = is_variable(tokens.next().as_ref())?;
    if left || right {
        Ok(())
    } else {
        invalid("its marker compares two texts: one side is a word such as `python_version`")
    }
}

/// Returns whether a side of a comparison is a variable rather than a text.
fn is_variable(token: Option<&Token<'_>>) -> Result<bool, Invalid> {
    match token {
        Some(Token::Text) => Ok(false),
        Some(Token::Word(word)) if VARIABLES.contains(word) => Ok(true),
        Some(Token::Word(word)) => invalid(format!(
            "markers know no `{word}`: texts stand in quotes, and words are such as `python_version`"
        )),
        _ => invalid("its marker compares nothing: write such as `python_version >= '3.11'`"),
    }
}

//! Commands of the host as recipes write them: of services, tasks and `/usr/bin`.
//!
//! A program without a `/` is one of the app's: `flask shell` is `@prefix@/bin/flask shell`. No `PATH` is searched, so that
//! what runs does not depend on the host. A name that every Debian has, such as `sh`, could be meant either way and is refused.

use super::essential::is_essential;
use super::substitutions::Substitutions;
use super::table::{Located, Table};
use super::words::{Piece, Words};
use crate::recipe::code::Code;

/// Reads the command that a key holds.
pub(super) fn read(
    table: &Table<'_>,
    key: &'static str,
    substitutions: &Substitutions,
) -> Option<Located<Words>> {
    let text = table.string(key)?;
    read_text(table, key, &text, substitutions)
}

/// Reads a command that stands somewhere else than in a key of its own.
pub(super) fn read_text(
    table: &Table<'_>,
    key: &'static str,
    text: &Located<String>,
    substitutions: &Substitutions,
) -> Option<Located<Words>> {
    let (program, _) = first_word(&text.value);
    if is_bare(program) && is_essential(program) {
        table.refuse(
            key,
            text.span.clone(),
            &format!("`{program}` could be the host's, or one of the app's"),
            format!("write `/bin/{program}` or `@prefix@/bin/{program}`, whichever is meant"),
        );
        return None;
    }
    if BUILTINS.contains(&program) {
        table.refuse(
            key,
            text.span.clone(),
            &format!("`{program}` is a command of the shell, and no program"),
            if program == "cd" {
                "no shell reads this: `directory` is the key for where it runs".to_owned()
            } else {
                format!(
                    "write `/bin/sh -c '…'` where a shell is needed, or `@prefix@/bin/{program}` for a program of the app's"
                )
            },
        );
        return None;
    }
    let text = complete(table, &table.full(key), text, substitutions)?;
    let words: Words = table.check(key, &text)?;
    warn_of_shell(table, key, &text, &words);
    Some(Located {
        value: words,
        span: text.span,
    })
}

/// Reads a command that is the whole of an entry.
pub(super) fn complete(
    table: &Table<'_>,
    name: &str,
    text: &Located<String>,
    substitutions: &Substitutions,
) -> Option<Located<String>> {
    let mut text = with_folder(text);
    substitutions
        .apply_or_refuse(table, name, &mut text)
        .then_some(text)
}

/// Puts the folder of the app's programs in front of a program that has none.
fn with_folder(text: &Located<String>) -> Located<String> {
    let (program, rest) = first_word(&text.value);
    Located {
        value: if is_bare(program) {
            format!("@prefix@/bin/{program}{rest}")
        } else {
            text.value.clone()
        },
        span: text.span.clone(),
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// Returns whether a program is named without a folder, and in letters that need no quotes.
fn is_bare(program: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte);
    program.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && program.bytes().all(fits)
}

/// Commands that only a shell has (POSIX.1-2017, XCU 2.14, and those of 1.6 that change the shell itself).
const BUILTINS: &[&str] = &[
    "cd", "eval", "exec", "exit", "export", "set", "shift", "source", "trap", "ulimit", "umask",
    "unset", "wait",
];

/// What a shell would act on when it stands alone.
const OPERATORS: &[&str] = &["&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1", "2>"];

/// Warns of what only a shell would understand.
fn warn_of_shell(table: &Table<'_>, key: &str, text: &Located<String>, words: &Words) {
    let found = words.iter().find_map(|word| match word.as_slice() {
        [Piece::Literal(word)] if OPERATORS.contains(&word.as_str()) => Some(word),
        [Piece::Literal(word), ..] if is_expansion(word) => Some(word),
        pieces => pieces.iter().find_map(|piece| match piece {
            Piece::Literal(text) if is_not_closed(text) => Some(text),
            _ => None,
        }),
    });
    if let Some(word) = found {
        table.warning(
            Code::NoShell,
            text.span.clone(),
            format!(
                "`{}` passes `{word}` to the program as it stands",
                table.full(key)
            ),
            "no shell reads this",
            "for a shell write `/bin/sh -c '…'`; `${NAME}` is the only expansion".to_owned(),
        );
    }
}

/// Returns whether a text has a `${` without its `}`.
fn is_not_closed(text: &str) -> bool {
    text.rsplit_once("${")
        .is_some_and(|(_, rest)| !rest.contains('}'))
}

/// Returns whether a word is `$NAME` or begins with `$(`.
fn is_expansion(word: &str) -> bool {
    word.strip_prefix('$').is_some_and(|rest| {
        let name = rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (!rest.is_empty() && name) || rest.starts_with('(')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_a_folder_is_the_apps() {
        for (text, whole) in [
            ("flask shell", "@prefix@/bin/flask shell"),
            (" celery  -A x", "@prefix@/bin/celery  -A x"),
            ("@prefix@/bin/x", "@prefix@/bin/x"),
            ("/usr/bin/x @name@", "/usr/bin/x @name@"),
            ("./x", "./x"),
            ("A=1 x", "A=1 x"),
            ("'a b' x", "'a b' x"),
            ("", ""),
        ] {
            let text = Located {
                value: text.to_owned(),
                span: 0..0,
            };
            assert_eq!(with_folder(&text).value, whole);
        }
    }
}

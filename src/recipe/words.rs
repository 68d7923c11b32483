//! Commands that run on the host: lists of words, split as sh splits, with `${NAME}` as the only expansion (DESIGN 5).
//!
//! No shell is involved on the host, so every service manager can give the program the same argv. Who wants a shell
//! writes `sh -c '…'`; a `$` that is not `${NAME}` is then the shell's and stays as it is.

use super::names::{LONGEST_ARGUMENT, is_noncharacter};
use std::fmt;
use std::str::FromStr;

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that is passed as it is.
    Literal(String),
    /// The value of an environment variable of the service.
    Variable(String),
}

/// One argument of a command.
pub type Word = Vec<Piece>;

/// A command of the host: the program's absolute path and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Vec<Word>);

impl Words {
    /// Returns the names of the variables that stand in it.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().filter_map(|piece| match piece {
            Piece::Variable(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    /// Returns the words, the program first.
    pub fn iter(&self) -> impl Iterator<Item = &Word> {
        self.0.iter()
    }
}

/// Why a text is no command of the host.
#[derive(Debug, PartialEq, Eq)]
pub struct NotWords(&'static str);

impl fmt::Display for NotWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Words {
    type Err = NotWords;

    fn from_str(text: &str) -> Result<Self, NotWords> {
        if text.chars().any(char::is_control) {
            return Err(NotWords("a command is one line without control characters"));
        }
        if text.chars().any(is_noncharacter) {
            return Err(NotWords(
                "systemd passes over a line with a code that is no character",
            ));
        }
        let words =
            shlex::split(text).ok_or(NotWords("a quote is not closed, or a `\\` ends the text"))?;
        match words.first() {
            None => return Err(NotWords("the command is empty")),
            Some(first) if is_assignment(first) => {
                return Err(NotWords(
                    "an assignment in front of a program is the shell's: variables have a table of their own",
                ));
            }
            Some(program) if !program.starts_with('/') => {
                return Err(NotWords(
                    "the program must be an absolute path: `@prefix@/bin/NAME` for one of the app's",
                ));
            }
            Some(program) if program.contains("${") => {
                return Err(NotWords("the program's path cannot hold a variable"));
            }
            Some(_) => {}
        }
        if words.iter().any(|word| word.len() > LONGEST_ARGUMENT) {
            return Err(NotWords(
                "no program can be given an argument of more than 130048 bytes",
            ));
        }
        Ok(Words(words.iter().map(|word| pieces(word)).collect()))
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| is_variable_name(name))
}

fn pieces(mut rest: &str) -> Word {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        match from.find('}') {
            Some(end) if is_variable_name(&from[2..end]) => {
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Variable(from[2..end].to_owned()));
                rest = &from[end + 1..];
            }
            _ => {
                literal.push_str("${");
                rest = &from[2..];
            }
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    pieces
}

/// Returns whether `name` can be the name of an environment variable for sh and for systemd.
pub(super) fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Word {
        vec![Piece::Literal(text.to_owned())]
    }

    #[test]
    fn a_command_is_split_as_sh_splits() {
        let words: Words = r#"/bin/a --name "two words" it\'s ''"#
            .parse()
            .expect("it is a command");
        assert_eq!(
            words,
            Words(vec![
                literal("/bin/a"),
                literal("--name"),
                literal("two words"),
                literal("it's"),
                literal(""),
            ])
        );
    }

    #[test]
    fn only_a_braced_name_is_a_variable() {
        let words: Words = "/bin/a 0:${PORT}/x $HOME ${1} ${A"
            .parse()
            .expect("it is a command");
        assert_eq!(
            words.0[1..],
            [
                vec![
                    Piece::Literal("0:".to_owned()),
                    Piece::Variable("PORT".to_owned()),
                    Piece::Literal("/x".to_owned()),
                ],
                literal("$HOME"),
                literal("${1}"),
                literal("${A"),
            ]
        );
    }

    #[test]
    fn what_no_service_manager_could_start_is_refused() {
        for text in [
            "",
            "  ",
            "gunicorn app",
            "/bin/a 'x",
            "/bin/${X} y",
            "/bin/a\nb",
            "/bin/a \0",
            "/bin/a \u{FFFE}",
            "/bin/a \u{FDD0}",
            &format!("/bin/a {}", "x".repeat(LONGEST_ARGUMENT + 1)),
        ] {
            assert!(text.parse::<Words>().is_err(), "{text:?}");
        }
    }
}

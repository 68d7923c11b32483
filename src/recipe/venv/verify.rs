//! `[venv.verify]`: what must work in the virtualenv before the package is written.

use crate::recipe::environment::{self, Variables};
use crate::recipe::names::{Invalid, invalid, text_newtype};
use crate::recipe::shell_text::{self, ShellText};
use crate::recipe::substitutions::Substitutions;
use crate::recipe::table::Table;
use std::str::FromStr;

text_newtype! {
    /// The name of a module of Python, with its packages.
    ModuleName
}
text_newtype! {
    /// A pattern of files of the virtualenv: `*` within a part, `**` over parts.
    LeakPattern
}

/// `[venv.verify]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verify {
    /// Modules that can be imported.
    pub imports: Vec<ModuleName>,
    /// Lines of sh that succeed.
    pub commands: Vec<ShellText>,
    /// Variables for both.
    pub env: Variables,
    /// Files that may name paths of the build machine.
    pub allow_leaks: Vec<LeakPattern>,
}

impl FromStr for ModuleName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let word = |part: &str| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        if text.split('.').all(word) {
            Ok(ModuleName(text.to_owned()))
        } else {
            invalid("it must be the name of a module as `import` takes it, such as `demosite.wsgi`")
        }
    }
}

impl FromStr for LeakPattern {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.starts_with('/') {
            return invalid("it must be relative to the virtualenv");
        }
        let wrong =
            |part: &str| matches!(part, "" | "." | "..") || (part.contains("**") && part != "**");
        if text.split('/').any(wrong) || text.chars().any(char::is_control) {
            return invalid(
                "it must name files of the virtualenv, `*` within a part and `**` as a whole part",
            );
        }
        if text.bytes().all(|byte| b"*/".contains(&byte)) {
            return invalid("it names every file: name those that are meant");
        }
        Ok(LeakPattern(text.to_owned()))
    }
}

/// Reads the table.
pub(super) fn read(venv: &Table<'_>, substitutions: &Substitutions) -> Verify {
    let table = venv.table_or_empty("verify");
    Verify {
        imports: table.parsed_list("imports"),
        commands: shell_text::read_list(&table, "commands", substitutions),
        env: environment::read(&table, "env", substitutions),
        allow_leaks: table.parsed_list("allow-leaks"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_and_patterns_have_a_grammar() {
        for text in ["demosite", "a.b_c", "_x", "größe"] {
            assert!(text.parse::<ModuleName>().is_ok(), "{text}");
        }
        for text in ["", "a-b", "a..b", "1a", "a b", "a;b", "import os"] {
            assert!(text.parse::<ModuleName>().is_err(), "{text:?}");
        }
        for text in ["lib/**/build-info.txt", "bin/*", "lib/x.so"] {
            assert!(text.parse::<LeakPattern>().is_ok(), "{text}");
        }
        for text in ["", "/lib/x", "../x", "**", "*", "*/**", "a//b", "lib/**x"] {
            assert!(text.parse::<LeakPattern>().is_err(), "{text:?}");
        }
    }
}

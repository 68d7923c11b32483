//! `[health]` and `[test]`: what must answer after an installation, and what is tried on a host.

use super::address::WebAddress;
use super::command;
use super::scope::Scope;
use super::shell_text::{self, ShellText};
use super::substitutions::Substitutions;
use super::table::Table;
use super::words::Words;

/// `[health]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// What must answer.
    pub check: HealthCheck,
    /// How many seconds it may take.
    pub timeout: u16,
    /// Whether the installation fails when nothing answers.
    pub required: bool,
}

/// What must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HealthCheck {
    /// An address, with this status.
    Http(WebAddress, u16),
    /// A command, which succeeds.
    Command(Words),
}

/// The status of an answer that is good.
const EXPECTED: u16 = 200;

/// How many seconds it may take when the recipe does not say.
const TIMEOUT: u16 = 30;

/// Reads `[health]`.
pub(super) fn read(
    document: &Table<'_>,
    scope: &Scope,
    substitutions: &Substitutions,
) -> Option<Health> {
    let table = document.table("health")?;
    let http = table.parsed("http");
    let command = command::read(&table, "command", substitutions);
    if let Some(command) = &command {
        scope.check(&table, "command", command);
    }
    let expect = table
        .number("expect")
        .map_or(EXPECTED, |number| number.value);
    let timeout = table
        .number("timeout")
        .map_or(TIMEOUT, |number| number.value);
    let required = table.boolean("required").unwrap_or(false);
    let check = match (table.place_of("http"), table.place_of("command")) {
        (Some(_), None) => http.map(|address| HealthCheck::Http(address, expect)),
        (None, Some(_)) => {
            if let Some(span) = table.place_of("expect") {
                table.conflict(
                    span,
                    "`health.expect` needs `http`",
                    "a command succeeds when its status is 0",
                    "remove it",
                );
            }
            command.map(|command| HealthCheck::Command(command.value))
        }
        (_, both) => {
            table.conflict(
                both.unwrap_or(table.span()),
                "`health` needs exactly one of `http` and `command`",
                "",
                "give the one that is asked, such as `http = \"http://127.0.0.1:8000/\"`",
            );
            None
        }
    };
    Some(Health {
        check: check?,
        timeout,
        required,
    })
}

/// Reads `[test] commands`.
pub(super) fn read_test(document: &Table<'_>, substitutions: &Substitutions) -> Vec<ShellText> {
    let table = document.table_or_empty("test");
    let commands = shell_text::read_list(&table, "commands", substitutions);
    if let Some(span) = table
        .place_of("commands")
        .filter(|_| table.strings("commands").is_empty())
    {
        table.refuse(
            "commands",
            span,
            "it tests nothing",
            "list lines of sh that succeed, or remove `[test]`",
        );
    }
    commands
}

//! `[commands]`: programs of the app in `/usr/bin`.

use super::command;
use super::entry::NamedEntry;
use super::essential::is_essential;
use super::host_path::HostPath;
use super::key_name::joined;
use super::names::{Invalid, invalid, text_newtype};
use super::scope::Scope;
use super::substitutions::Substitutions;
use super::table::{Located, Table};
use super::words::Words;
use std::str::FromStr;

text_newtype! {
    /// The name of a program in `/usr/bin`.
    CommandName
}

/// A program in `/usr/bin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCommand {
    /// Its name.
    pub name: CommandName,
    /// What it runs; what the caller adds comes behind it.
    pub command: Words,
    /// Whether it runs as the service user, with the environment of the services.
    pub as_service: bool,
    /// Where it runs; where it is called when the recipe does not say.
    pub directory: Option<HostPath>,
}

impl FromStr for CommandName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
        let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !starts_well || !text.bytes().all(fits) || text.len() > 100 {
            return invalid(
                "a program's name has letters, digits, `-`, `_`, `.` and `+`, and no folder",
            );
        }
        if is_essential(text) {
            return invalid("every Debian has a program of this name");
        }
        Ok(CommandName(text.to_owned()))
    }
}

/// Reads all commands.
pub(super) fn read(
    document: &Table<'_>,
    scope: &Scope,
    has_user: bool,
    substitutions: &Substitutions,
) -> Vec<HostCommand> {
    let entries = document.entries("commands");
    entries
        .iter()
        .filter_map(|entry| read_one(document, entry, scope, has_user, substitutions))
        .collect()
}

fn read_one(
    document: &Table<'_>,
    entry: &NamedEntry<'_>,
    scope: &Scope,
    has_user: bool,
    substitutions: &Substitutions,
) -> Option<HostCommand> {
    let name = document.check_entry("commands", entry, &entry.name);
    if let Some(text) = entry.as_string() {
        let key = joined("commands", &entry.name.value);
        let text = command::complete(document, &key, &text, substitutions)?;
        return Some(HostCommand {
            command: document.check_entry("commands", entry, &text)?,
            name: name?,
            as_service: false,
            directory: None,
        });
    }
    let table = document.entry_table("commands", entry)?;
    let command: Option<Located<Words>> = command::read(&table, "command", substitutions);
    let as_service = table.boolean("as-service").unwrap_or(false);
    let directory = table.substituted("directory", substitutions);
    if let Some(span) = table
        .place_of("as-service")
        .filter(|_| as_service && !has_user)
    {
        table.conflict(
            span,
            format!("`{}` needs a service user", table.full("as-service")),
            "",
            "add `[user]`, or a service",
        );
    }
    let command = command?;
    if as_service {
        scope.check(&table, "command", &command);
    }
    Some(HostCommand {
        name: name?,
        command: command.value,
        as_service,
        directory,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_the_system_keep_their_names() {
        for text in ["demosite", "demosite-shell", "a.b+c_d"] {
            assert!(text.parse::<CommandName>().is_ok(), "{text}");
        }
        for text in ["", "a/b", "-x", ".x", "a b", "sh", "ls", "[", "ü", "a;b"] {
            assert!(text.parse::<CommandName>().is_err(), "{text:?}");
        }
    }
}

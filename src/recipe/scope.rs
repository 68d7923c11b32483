//! Which variables a program of the app will find: a `${NAME}` that nothing defines is empty on the host.

use super::environment::Variables;
use super::questions::Question;
use super::secrets::Secret;
use super::table::{Located, Table};
use super::words::Words;
use crate::recipe::code::Code;
use std::collections::BTreeSet;

/// What is always set (DESIGN 5).
const ALWAYS: &[&str] = &["HOME", "LANG", "LOGNAME", "PATH", "USER"];

/// The names of the variables that are there.
#[derive(Clone, Debug)]
pub(super) struct Scope(BTreeSet<String>);

impl Scope {
    /// Collects those that every program of the app has.
    pub(super) fn of(env: &Variables, secrets: &[Secret], questions: &[Question]) -> Self {
        let env = env.iter().map(|(name, _)| name);
        let names = env
            .chain(secrets.iter().map(|secret| &secret.name))
            .chain(questions.iter().map(|question| &question.env))
            .map(ToString::to_string)
            .chain(ALWAYS.iter().map(|name| (*name).to_owned()));
        Scope(names.collect())
    }

    /// Returns it with the variables of one program.
    pub(super) fn with(&self, env: &Variables, port: bool) -> Self {
        let mut names = self.0.clone();
        names.extend(env.iter().map(|(name, _)| name.to_string()));
        if port {
            names.insert("PORT".to_owned());
        }
        Scope(names)
    }

    /// Returns whether a variable is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Warns of each variable in a command that is not there.
    pub(super) fn check(&self, table: &Table<'_>, key: &str, command: &Located<Words>) {
        let missing: BTreeSet<_> = command
            .value
            .variables()
            .filter(|name| !self.has(name))
            .collect();
        for name in missing {
            let help = if name == "PORT" {
                "add `port`, or `PORT` to `[env]`".to_owned()
            } else {
                format!("add it to `[env]`, or leave `${{{name}}}` out")
            };
            table.warning(
                Code::UndefinedVariable,
                command.span.clone(),
                format!("nothing defines `{name}`, which `{}` uses", table.full(key)),
                "",
                help,
            );
        }
    }
}

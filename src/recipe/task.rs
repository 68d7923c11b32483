//! `[[task]]`: commands that are run on the host when the package is installed or upgraded.

use super::accounts::{Accounts, UserName};
use super::command;
use super::environment::{self, Variables};
use super::host_path::HostPath;
use super::names::{Invalid, invalid, text_newtype};
use super::scope::Scope;
use super::substitutions::Substitutions;
use super::table::{Located, Table};
use super::words::Words;
use std::collections::BTreeSet;
use std::str::FromStr;

text_newtype! {
    /// What a task is called in messages.
    TaskName
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the recipe")]
pub struct Task {
    /// What it is called.
    pub name: TaskName,
    /// What it runs.
    pub command: Words,
    /// Whether a first installation runs it.
    pub on_install: bool,
    /// Whether an upgrade runs it.
    pub on_upgrade: bool,
    /// Whether it is run until it has succeeded one time.
    pub once: bool,
    /// Whether it is run before the services are started, or after.
    pub before_start: bool,
    /// What its failure means for the installation.
    pub on_failure: TaskFailure,
    /// The user it runs as, when it is not the service user.
    pub user: Option<UserName>,
    /// Where it runs; the prefix when the recipe does not say.
    pub directory: Option<HostPath>,
    /// Variables for it alone.
    pub env: Variables,
}

/// What the failure of a task means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskFailure {
    /// The installation fails.
    #[default]
    Fail,
    /// There is a warning.
    Warn,
}

impl FromStr for TaskName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        if starts_well && text.bytes().all(fits) && text.len() <= 64 {
            Ok(TaskName(text.to_owned()))
        } else {
            invalid(
                "a task's name has at most 64 lower-case letters, digits and `-`, a letter first",
            )
        }
    }
}

/// Reads all tasks, in their order.
pub(super) fn read(
    document: &Table<'_>,
    scope: &Scope,
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut names = BTreeSet::new();
    for table in document.tables("task") {
        let name = table.located::<TaskName>("name");
        if let Some(name) = name
            .as_ref()
            .filter(|name| !names.insert(name.value.clone()))
        {
            table.conflict(
                name.span.clone(),
                format!("two tasks are named `{}`", name.value),
                "",
                "messages name a task: give each a name of its own",
            );
        }
        tasks.extend(read_one(&table, name, scope, accounts, substitutions));
    }
    tasks
}

fn read_one(
    table: &Table<'_>,
    name: Option<Located<TaskName>>,
    scope: &Scope,
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Option<Task> {
    let command = command::read(table, "command", substitutions);
    let env = environment::read_host(table, "env", substitutions);
    if let Some(command) = &command {
        scope.with(&env, false).check(table, "command", command);
    }
    let user = accounts.user(table, "user");
    if let Some(user) = user.as_ref().filter(|user| user.value.is_root()) {
        table.refuse(
            "user",
            user.span.clone(),
            "a task never runs as root",
            "what needs root's rights is a line of a script in `[scripts]`",
        );
    }
    let when = table.strings("when");
    let listed = table.place_of("when");
    if let Some(span) = listed.clone().filter(|_| when.is_empty()) {
        table.refuse(
            "when",
            span,
            "it would never run",
            "write `[\"install\"]`, `[\"upgrade\"]` or both",
        );
    }
    let on = |word: &str| listed.is_none() || when.iter().any(|text| text.value == word);
    Some(Task {
        on_install: on("install"),
        on_upgrade: on("upgrade"),
        once: table.boolean("once").unwrap_or(false),
        before_start: table.boolean("before-start").unwrap_or(true),
        on_failure: table
            .choice(
                "on-failure",
                &[("fail", TaskFailure::Fail), ("warn", TaskFailure::Warn)],
            )
            .unwrap_or_default(),
        user: user.map(|user| user.value),
        directory: table.substituted("directory", substitutions),
        env,
        command: command?.value,
        name: name?.value,
    })
}

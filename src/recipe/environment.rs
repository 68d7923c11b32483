//! Variables of the environment: `[env]`, and the `env` of single services, tasks and builds.

use super::code::Code;
use super::key_name::joined;
use super::names::{VariableName, VariableValue};
use super::substitutions::Substitutions;
use super::table::{Located, Table};

/// Variables with their values, in the order of the recipe.
pub type Variables = Vec<(VariableName, VariableValue)>;

/// Variables that every program of the app gets from us (DESIGN 5), and what says them instead.
const OURS: &[(&str, &str)] = &[
    ("HOME", "it is `home` in `[user]`"),
    ("LOGNAME", "it is `name` in `[user]`"),
    (
        "PATH",
        "it has `@prefix@/bin` and the folders of the host: write whole paths for programs elsewhere",
    ),
    ("USER", "it is `name` in `[user]`"),
];

/// Variables that change what a program is, and seldom what it does.
const UNUSUAL: &[(&str, &str)] = &[
    ("BASH_ENV", "every bash runs this file first"),
    ("ENV", "every sh runs this file first"),
    ("IFS", "every sh would split words at other signs"),
    ("LD_AUDIT", "every program loads this library first"),
    (
        "LD_LIBRARY_PATH",
        "every program would take its libraries from there",
    ),
    ("LD_PRELOAD", "every program loads this library first"),
    ("PYTHONHOME", "Python would not find the virtualenv"),
    (
        "PYTHONSTARTUP",
        "only a Python that somebody types into reads it",
    ),
];

/// Refuses the name of a variable of the host that is set by us; warns of one that hardly anybody wants.
pub(super) fn check_name(table: &Table<'_>, name: &str, variable: &Located<String>) {
    if let Some((ours, help)) = OURS.iter().find(|(ours, _)| *ours == variable.value) {
        table.invalid(
            name,
            variable.span.clone(),
            &format!("`{ours}` is set for every program of the app"),
            (*help).to_owned(),
        );
    }
    if let Some((_, why)) = UNUSUAL
        .iter()
        .find(|(unusual, _)| *unusual == variable.value)
    {
        table.warning(
            Code::UnusualValue,
            variable.span.clone(),
            format!("`{name}` is for every program that starts"),
            why,
            "leave it out unless nothing else helps".to_owned(),
        );
    }
}

/// Reads a table of variables that programs of the host get.
pub(super) fn read_host(
    table: &Table<'_>,
    key: &'static str,
    substitutions: &Substitutions,
) -> Variables {
    for entry in table.entries(key) {
        check_name(
            table,
            &joined(&table.full(key), &entry.name.value),
            &entry.name,
        );
    }
    read(table, key, substitutions)
}

/// Reads a table of variables.
pub(super) fn read(
    table: &Table<'_>,
    key: &'static str,
    substitutions: &Substitutions,
) -> Variables {
    table
        .entries(key)
        .iter()
        .filter_map(|entry| {
            let name = table.check_entry(key, entry, &entry.name)?;
            let mut value = entry.as_string()?;
            substitutions.apply_or_warn(
                table,
                &joined(&table.full(key), &entry.name.value),
                &mut value,
            );
            Some((name, table.check_entry(key, entry, &value)?))
        })
        .collect()
}

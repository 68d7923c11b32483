//! `[env]`: the environment of services, tasks and commands.

use super::names::{VariableName, VariableValue};
use super::substitutions::Substitutions;
use super::table::Table;

pub(super) fn read(
    document: &Table<'_>,
    substitutions: &Substitutions,
) -> Vec<(VariableName, VariableValue)> {
    document
        .entries("env")
        .iter()
        .filter_map(|entry| {
            let name = document.check(&format!("env.{}", entry.name.value), &entry.name)?;
            let mut value = entry.as_string()?;
            substitutions.apply(&mut value);
            Some((
                name,
                document.check(&format!("env.{}", entry.name.value), &value)?,
            ))
        })
        .collect()
}

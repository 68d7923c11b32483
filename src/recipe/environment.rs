//! Variables of the environment: `[env]`, and the `env` of single services, tasks and builds.

use super::names::{VariableName, VariableValue};
use super::substitutions::Substitutions;
use super::table::Table;

/// Variables with their values, in the order of the recipe.
pub type Variables = Vec<(VariableName, VariableValue)>;

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
            substitutions.apply(&mut value);
            Some((name, table.check_entry(key, entry, &value)?))
        })
        .collect()
}

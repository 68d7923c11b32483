//! `[secrets]`: variables whose values are made on each host.

use super::environment::{self, Variables};
use super::key_name::joined;
use super::names::VariableName;
use super::table::Table;

/// A variable that is made on the host, of random letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The variable.
    pub name: VariableName,
    /// How many letters and digits it has.
    pub length: u16,
}

/// How long a secret is when the recipe does not say: more than 256 bits.
const LENGTH: u16 = 50;

/// Reads the table; what `[env]` has too would never be used.
pub(super) fn read(document: &Table<'_>, env: &Variables) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for entry in document.entries("secrets") {
        let Some(table) = document.entry_table("secrets", &entry) else {
            continue;
        };
        let length = table.number("length").map_or(LENGTH, |length| length.value);
        let Some(name) = document.check_entry::<VariableName>("secrets", &entry, &entry.name)
        else {
            continue;
        };
        environment::check_name(document, &joined("secrets", name.as_str()), &entry.name);
        if env.iter().any(|(other, _)| *other == name) {
            document.conflict(
                entry.name.span,
                format!("`{name}` is in `[env]` too, which would win"),
                "",
                "keep one of the two",
            );
            continue;
        }
        secrets.push(Secret { name, length });
    }
    secrets
}

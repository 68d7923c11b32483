//! Entries of tables whose keys are names that the user chose: `[files]`, `[env]`, `[service.*]`.

use super::table::{Located, located};
use toml::Spanned;
use toml::de::DeValue;

/// One entry of a table whose keys are names that the user chose.
pub(super) struct NamedEntry<'a> {
    /// The key.
    pub(super) name: Located<String>,
    /// What it holds.
    pub(super) value: &'a Spanned<DeValue<'a>>,
}

impl NamedEntry<'_> {
    /// Returns the value when it is a string.
    pub(super) fn as_string(&self) -> Option<Located<String>> {
        self.value
            .get_ref()
            .as_str()
            .map(|text| located(text.to_owned(), self.value))
    }
}

/// Says what a value is, for a problem.
pub(super) fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

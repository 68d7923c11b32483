//! Text that a shell runs: on the build machine, in tests, or after a rotation. Only its outside is checked here.

use super::names::{Invalid, invalid, text_newtype};
use super::substitutions::Substitutions;
use super::table::Table;
use std::str::FromStr;

text_newtype! {
    /// One or more lines of sh.
    ShellText
}

impl FromStr for ShellText {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.trim().is_empty() {
            return invalid("the command is empty");
        }
        if let Some(bad) = text
            .chars()
            .find(|c| c.is_control() && !"\n\t".contains(*c))
        {
            return invalid(format!(
                "lines of sh hold no control characters, such as U+{:04X}",
                u32::from(bad)
            ));
        }
        Ok(ShellText(text.to_owned()))
    }
}

/// Reads a list of them, with `@prefix@` and `@name@` put in.
pub(super) fn read_list(
    table: &Table<'_>,
    key: &'static str,
    substitutions: &Substitutions,
) -> Vec<ShellText> {
    table
        .strings(key)
        .into_iter()
        .filter_map(|mut text| {
            substitutions.apply_or_warn(table, &table.full(key), &mut text);
            table.check(key, &text)
        })
        .collect()
}

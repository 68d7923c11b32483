//! The reason to stop at an archive whose structure cannot be followed.

use crate::failure::Failure;
use anyhow::Result;

/// Returns the error that says `why` the walk ends here.
pub(super) fn broken(why: &str) -> anyhow::Error {
    Failure::build(why.to_owned())
        .hint("the package is damaged, or was not made by a program that knows the format: fetch or build it again")
        .into()
}

/// Returns the number of a header's field, or the error that names the field.
pub(super) fn number<T>(number: Option<T>, field: &str) -> Result<T> {
    number.ok_or_else(|| broken(&format!("its {field} is not a number that fits")))
}

//! `schema`: the JSON schema of a recipe.

use crate::failure::Failure;
use crate::report::Reporter;
use anyhow::Result;

/// Not there yet.
pub fn run(_reporter: &dyn Reporter) -> Result<()> {
    Err(Failure::build("`schema` is not there yet").into())
}

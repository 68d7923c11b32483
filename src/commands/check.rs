//! `check`: recipes are looked at, and nothing is built.

use crate::cli::Check;
use crate::failure::Failure;
use crate::report::Reporter;
use anyhow::Result;

/// Not there yet.
pub fn run(_options: &Check, _reporter: &dyn Reporter) -> Result<()> {
    Err(Failure::build("`check` is not there yet").into())
}

//! `completions`: a script for a shell.

use crate::cli::Completions;
use crate::failure::Failure;
use crate::report::Reporter;
use anyhow::Result;

/// Not there yet.
pub fn run(_options: &Completions, _reporter: &dyn Reporter) -> Result<()> {
    Err(Failure::build("`completions` is not there yet").into())
}

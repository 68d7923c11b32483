//! `plan`: what a build would do.

use crate::cli::Plan;
use crate::failure::Failure;
use crate::report::Reporter;
use anyhow::Result;

/// Not there yet.
pub fn run(_options: &Plan, _reporter: &dyn Reporter) -> Result<()> {
    Err(Failure::build("`plan` is not there yet").into())
}

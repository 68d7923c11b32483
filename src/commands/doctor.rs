//! `doctor`: what this machine lacks for a build.

use crate::cli::Doctor;
use crate::failure::Failure;
use crate::report::Reporter;
use anyhow::Result;

/// Not there yet.
pub fn run(_options: &Doctor, _reporter: &dyn Reporter) -> Result<()> {
    Err(Failure::build("`doctor` is not there yet").into())
}

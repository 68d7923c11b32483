//! `man`: the manual.

use crate::cli::Man;
use crate::failure::Failure;
use crate::report::Reporter;
use anyhow::Result;

/// Not there yet.
pub fn run(_options: &Man, _reporter: &dyn Reporter) -> Result<()> {
    Err(Failure::build("`man` is not there yet").into())
}

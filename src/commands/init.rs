//! `init`: a recipe for the app in a folder.

use crate::cli::Init;
use crate::failure::Failure;
use crate::report::Reporter;
use anyhow::Result;

/// Not there yet.
pub fn run(_options: &Init, _reporter: &dyn Reporter) -> Result<()> {
    Err(Failure::build("`init` is not there yet").into())
}

//! `completions`: a script for a shell.

use super::answer::write_text;
use crate::cli::{Completions, completion};
use crate::report::Reporter;
use anyhow::Result;

/// Prints the script.
pub fn run(options: &Completions, reporter: &dyn Reporter) -> Result<()> {
    write_text(reporter, &completion(options.shell))
}

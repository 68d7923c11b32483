//! `diff`: how two packages differ.

use super::package_file::{read_package, write_result};
use crate::cli::Diff;
use crate::failure::{Failure, Kind};
use crate::inspect::Difference;
use crate::report::{Reporter, render_difference};
use anyhow::{Context as _, Result};
use std::path::Path;

/// Shows the difference, and with `--exit-code` fails when there is one.
pub fn run(options: &Diff, reporter: &dyn Reporter) -> Result<()> {
    if options.old == Path::new("-") && options.new == Path::new("-") {
        return Err(Failure::build("both packages cannot be on standard input")
            .hint("name a file for one of them")
            .into());
    }
    let old = read_package(&options.old)?;
    let new = read_package(&options.new)?;
    let difference = Difference::between(&old, &new);
    let text = if options.json {
        serde_json::to_string_pretty(&difference)
            .context("the difference cannot be written as JSON")?
    } else {
        render_difference(&difference)
    };
    write_result(reporter, &text)?;
    if options.exit_code && !difference.equal {
        return Err(Failure::told(Kind::Build).into());
    }
    Ok(())
}

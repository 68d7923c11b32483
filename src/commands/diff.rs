//! `diff`: how two packages differ.

use super::answer::{write_json, write_text};
use super::package_file::read_package;
use crate::cli::Diff;
use crate::failure::{Failure, Kind};
use crate::inspect::Difference;
use crate::report::{Reporter, render_difference};
use anyhow::Result;
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
    if options.json {
        write_json(reporter, &difference)?;
    } else {
        write_text(reporter, &render_difference(&difference))?;
    }
    if options.exit_code && !difference.equal {
        return Err(Failure::told(Kind::Difference).into());
    }
    Ok(())
}

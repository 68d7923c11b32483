//! One file for each subcommand: glue between the command line, the stages and the report.

pub mod build;
mod destination;
pub mod diff;
mod forbidden;
pub mod inspect;
pub mod pack;
mod package_file;

use crate::cli::{Cli, Command};
use crate::report::Reporter;
use anyhow::Result;

/// Runs what the command line asks for.
pub fn run(cli: &Cli, reporter: &dyn Reporter) -> Result<()> {
    match &cli.command {
        Command::Build(options) => build::run(options, reporter),
        Command::Diff(options) => diff::run(options, reporter),
        Command::Inspect(options) => inspect::run(options, reporter),
        Command::Pack(options) => pack::run(options, reporter),
    }
}

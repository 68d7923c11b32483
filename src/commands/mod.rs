//! One file for each subcommand: glue between the command line, the stages and the report.

pub mod answer;
mod build;
mod built;
pub mod check;
pub mod completions;
mod destination;
pub mod diff;
pub mod doctor;
mod failures;
mod forbidden;
pub mod init;
pub mod inspect;
mod machine;
pub mod man;
pub mod pack;
mod package_file;
pub mod plan;
mod planning;
mod recipe_file;
pub mod schema;
mod shipped;
mod source_commit;
mod stages;
mod version;

use crate::cli::{Cli, Command};
use crate::report::Reporter;
use anyhow::Result;

/// Runs what the command line asks for.
pub fn run(cli: &Cli, reporter: &dyn Reporter) -> Result<()> {
    match &cli.command {
        Command::Build(options) => build::run(options, reporter),
        Command::Check(options) => check::run(options, reporter),
        Command::Completions(options) => completions::run(options, reporter),
        Command::Diff(options) => diff::run(options, reporter),
        Command::Doctor(options) => doctor::run(options, reporter),
        Command::Init(options) => init::run(options, reporter),
        Command::Inspect(options) => inspect::run(options, reporter),
        Command::Man(options) => man::run(options, reporter),
        Command::Pack(options) => pack::run(options, reporter),
        Command::Plan(options) => plan::run(options, reporter),
        Command::Schema => schema::run(reporter),
    }
}

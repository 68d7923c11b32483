//! The command-line tool: parse, run, exit code. Everything else is in the library.

use clap::Parser as _;
use deb_build_app::cli::Cli;
use deb_build_app::report::Human;
use deb_build_app::{commands, failure};
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let reporter = Human::new(cli.quiet, cli.verbose);
    match commands::run(&cli, &reporter) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error cannot be written, the exit code still tells.
            let _ = write!(anstream::stderr(), "{}", failure::render(&error));
            ExitCode::from(failure::kind_of(&error).exit_code())
        }
    }
}

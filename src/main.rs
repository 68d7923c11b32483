//! The command-line tool: parse, run, exit code. Everything else is in the library.

use deb_build_app::cli::{Cli, color_of};
use deb_build_app::commands;
use deb_build_app::failure::{Kind, kind_of};
use deb_build_app::report::{self, Human, Look, Stream, Verbosity};
use deb_build_app::sys::terminal::{self, Terminal};
use deb_build_app::sys::{environment, panic};
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let terminal = Terminal::probe();
    let cli = match Cli::read(&words, &environment::variable) {
        Ok(cli) => cli,
        Err(answer) => {
            let color = color_of(&words, terminal::color_variable().as_deref());
            let look = Look::new(color, Verbosity::default(), false, terminal);
            return report::print_answer(&answer, &look);
        }
    };
    let verbosity = Verbosity::counted(cli.quiet, cli.verbose);
    let look = Look::new(cli.color, verbosity, !cli.no_progress, terminal);
    let paint = look.paint(Stream::Progress);
    panic::end_with(Kind::Bug.exit_code(), move |panic| {
        report::print_bug(panic, &look);
    });
    let done =
        environment::enter(&cli.directory).and_then(|()| commands::run(&cli, &Human::new(look)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::print_error(&error, paint);
            ExitCode::from(kind_of(&error).exit_code())
        }
    }
}

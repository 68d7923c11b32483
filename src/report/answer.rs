//! What is printed once, at the end: an error, or clap's own answer to a command line.

use super::{Look, Stream};
use crate::failure::{Kind, render_with};
use crate::paint::Paint;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Prints an error to standard error.
pub fn print_error(error: &anyhow::Error, paint: Paint) {
    // Where standard error cannot be written, the exit code still tells.
    let _ = write!(io::stderr(), "{}", render_with(error, paint));
}

/// Prints the help or the version, which are asked for, to standard output, and what is wrong with a command line to standard
/// error; returns the exit code that belongs to it.
pub fn print_answer(answer: &clap::Error, look: &Look) -> ExitCode {
    let text = |stream| match look.paint(stream) {
        Paint::Plain => answer.render().to_string(),
        Paint::Colour => answer.render().ansi().to_string(),
    };
    if answer.use_stderr() {
        let _ = write!(io::stderr(), "{}", text(Stream::Progress));
        return ExitCode::from(Kind::Usage.exit_code());
    }
    match write!(io::stdout(), "{}", text(Stream::Result)) {
        // Who stops reading, as `head` does, has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            ExitCode::from(Kind::Build.exit_code())
        }
        _ => ExitCode::SUCCESS,
    }
}

//! How the output looks: how much is said, which streams have colours, whether a spinner turns. The one place that decides.
//!
//! Pure: flags of the command line and facts about the streams in. `NO_COLOR` is that of no-color.org, `CLICOLOR_FORCE` that
//! of bixense.com/clicolors; `--color` wins over both.

use super::Stream;
use crate::paint::Paint;
use crate::sys::terminal::Terminal;

/// What `--color` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// Where the stream is a terminal that shows them, and the environment does not say otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is printed to standard error. Each has all that those above it have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors: `-qq`.
    Errors,
    /// Warnings: `-q`.
    Warnings,
    /// Stages and the summary.
    #[default]
    Normal,
    /// The commands that run: `-v`.
    Commands,
    /// Their output: `-vv`.
    Output,
}

impl Verbosity {
    /// Counts `-q` and `-v`; one takes the other back.
    pub fn counted(quiet: u8, verbose: u8) -> Self {
        match i16::from(verbose) - i16::from(quiet) {
            ..=-2 => Verbosity::Errors,
            -1 => Verbosity::Warnings,
            0 => Verbosity::Normal,
            1 => Verbosity::Commands,
            2.. => Verbosity::Output,
        }
    }
}

/// How the output looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// How much is said.
    pub verbosity: Verbosity,
    /// A line that moves while a stage works, in place of one that says how long it took.
    pub spinner: bool,
    stdout: Paint,
    stderr: Paint,
}

impl Look {
    /// Decides; `progress` is whether the user lets lines move.
    pub fn new(color: Color, verbosity: Verbosity, progress: bool, terminal: Terminal) -> Self {
        let paint = |is_terminal: bool| {
            let wanted = match color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => {
                    !terminal.no_color && (terminal.force_color || is_terminal && !terminal.dumb)
                }
            };
            if wanted { Paint::Colour } else { Paint::Plain }
        };
        Look {
            verbosity,
            // A spinner and lines of output would write over each other.
            spinner: verbosity == Verbosity::Normal
                && progress
                && terminal.stderr
                && !terminal.dumb
                && !terminal.ci,
            stdout: paint(terminal.stdout),
            stderr: paint(terminal.stderr),
        }
    }

    /// Returns the colours of a stream.
    pub fn paint(&self, stream: Stream) -> Paint {
        match stream {
            Stream::Result => self.stdout,
            Stream::Progress => self.stderr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Terminal = Terminal {
        stdout: true,
        stderr: true,
        no_color: false,
        force_color: false,
        dumb: false,
        ci: false,
    };

    fn look(color: Color, terminal: Terminal) -> (Paint, Paint, bool) {
        let look = Look::new(color, Verbosity::Normal, true, terminal);
        let [stdout, stderr] = [Stream::Result, Stream::Progress].map(|stream| look.paint(stream));
        (stdout, stderr, look.spinner)
    }

    #[test]
    fn colours_and_a_spinner_are_for_terminals() {
        use Paint::{Colour, Plain};
        let pipe = Terminal::default();
        for (color, terminal, expected) in [
            (Color::Auto, SCREEN, (Colour, Colour, true)),
            (Color::Auto, pipe, (Plain, Plain, false)),
            (
                Color::Auto,
                Terminal {
                    stdout: false,
                    ..SCREEN
                },
                (Plain, Colour, true),
            ),
            (
                Color::Auto,
                Terminal {
                    stderr: false,
                    ..SCREEN
                },
                (Colour, Plain, false),
            ),
            (
                Color::Auto,
                Terminal {
                    no_color: true,
                    ..SCREEN
                },
                (Plain, Plain, true),
            ),
            (
                Color::Auto,
                Terminal {
                    dumb: true,
                    ..SCREEN
                },
                (Plain, Plain, false),
            ),
            (
                Color::Auto,
                Terminal { ci: true, ..SCREEN },
                (Colour, Colour, false),
            ),
            (
                Color::Auto,
                Terminal {
                    force_color: true,
                    ..pipe
                },
                (Colour, Colour, false),
            ),
            (
                Color::Auto,
                Terminal {
                    force_color: true,
                    no_color: true,
                    ..pipe
                },
                (Plain, Plain, false),
            ),
            (
                Color::Always,
                Terminal {
                    no_color: true,
                    ..pipe
                },
                (Colour, Colour, false),
            ),
            (
                Color::Never,
                Terminal {
                    force_color: true,
                    ..SCREEN
                },
                (Plain, Plain, true),
            ),
        ] {
            assert_eq!(look(color, terminal), expected, "{color:?} {terminal:?}");
        }
    }

    #[test]
    fn a_spinner_turns_only_where_nothing_else_is_written() {
        for (verbosity, progress, expected) in [
            (Verbosity::Normal, true, true),
            (Verbosity::Normal, false, false),
            (Verbosity::Warnings, true, false),
            (Verbosity::Commands, true, false),
        ] {
            let look = Look::new(Color::Auto, verbosity, progress, SCREEN);
            assert_eq!(look.spinner, expected, "{verbosity:?} {progress}");
        }
    }

    #[test]
    fn quiet_and_verbose_are_counted() {
        for ((quiet, verbose), expected) in [
            ((0, 0), Verbosity::Normal),
            ((1, 0), Verbosity::Warnings),
            ((2, 0), Verbosity::Errors),
            ((255, 0), Verbosity::Errors),
            ((0, 1), Verbosity::Commands),
            ((0, 2), Verbosity::Output),
            ((0, 255), Verbosity::Output),
            ((1, 1), Verbosity::Normal),
        ] {
            assert_eq!(
                Verbosity::counted(quiet, verbose),
                expected,
                "{quiet} {verbose}"
            );
        }
    }
}

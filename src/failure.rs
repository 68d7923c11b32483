//! What reaches the user when something cannot be done: one sentence, its causes, and hints that can be acted on.
//!
//! [`anyhow::Error`] carries context on the way up. The error that knows the reason is a [`Failure`]: it has a
//! [`Kind`], which decides the exit code in one table, and the hints. Whatever is not a `Failure` counts as
//! [`Kind::Build`].

use crate::paint::Paint;
use std::fmt;

/// What sort of thing went wrong; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The build failed: source, installer, leak, disk.
    Build,
    /// The command line asks for what cannot be; most of it is refused by clap, with the same code.
    Usage,
    /// The recipe is not valid.
    Recipe,
    /// This machine lacks a program or a package, or is not the right one.
    Host,
    /// There are warnings, and the user wants none.
    Warnings,
    /// Two packages differ, and the user wants to be told by the exit code.
    Difference,
    /// deb-build-app itself is wrong: sysexits.h calls it `EX_SOFTWARE`.
    Bug,
}

impl Kind {
    /// All of them, by exit code.
    const ALL: [Kind; 7] = [
        Kind::Build,
        Kind::Usage,
        Kind::Recipe,
        Kind::Host,
        Kind::Warnings,
        Kind::Difference,
        Kind::Bug,
    ];

    /// Returns the process exit code.
    pub fn exit_code(self) -> u8 {
        self.exit().0
    }

    /// The one table of exit codes: code and meaning.
    fn exit(self) -> (u8, &'static str) {
        match self {
            Kind::Build => (
                1,
                "the build failed, or a package cannot be read or has errors (`--check`)",
            ),
            Kind::Usage => (2, "the command line is wrong"),
            Kind::Recipe => (3, "the recipe is not valid"),
            Kind::Host => (4, "this machine lacks something, or is of another release"),
            Kind::Warnings => (5, "there are warnings, and `--strict` was given"),
            Kind::Difference => (6, "two packages differ, and `diff --exit-code` was asked"),
            Kind::Bug => (70, "a bug in deb-build-app, not in the recipe"),
        }
    }
}

/// Returns the exit codes with their meanings, as the manual, `--help` and the README show them.
///
/// A signal is not a code of ours: `sys/interrupt.rs` raises it again once everything is taken away, and 128 and its number is
/// how a shell spells that.
pub fn exit_codes() -> Vec<(String, &'static str)> {
    let done = ("0".to_owned(), "done");
    let kinds = Kind::ALL.map(|kind| {
        let (code, meaning) = kind.exit();
        (code.to_string(), meaning)
    });
    let signals = (
        "129, 130, 143".to_owned(),
        "ended by SIGHUP, SIGINT (Ctrl-C) or SIGTERM: what was begun is taken away",
    );
    [done].into_iter().chain(kinds).chain([signals]).collect()
}

/// One reason to stop, in a lowercase sentence without a full stop.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    message: String,
    cause: Option<anyhow::Error>,
    details: Vec<String>,
    hints: Vec<String>,
    rendered: bool,
    coloured: Option<String>,
}

impl Failure {
    /// Makes a failure that says `message`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
            cause: None,
            details: Vec::new(),
            hints: Vec::new(),
            rendered: false,
            coloured: None,
        }
    }

    /// Makes a failure of the build itself.
    pub fn build(message: impl Into<String>) -> Self {
        Failure::new(Kind::Build, message)
    }

    /// Makes a failure of this machine.
    pub fn host(message: impl Into<String>) -> Self {
        Failure::new(Kind::Host, message)
    }

    /// Makes a failure of the recipe whose `diagnostics` are complete as they stand and are printed without a prefix.
    pub fn recipe(diagnostics: impl Into<String>) -> Self {
        Failure {
            rendered: true,
            ..Failure::new(Kind::Recipe, diagnostics)
        }
    }

    /// Gives complete diagnostics in colours too, for where they are wanted.
    #[must_use]
    pub fn coloured(mut self, diagnostics: impl Into<String>) -> Self {
        self.coloured = Some(diagnostics.into());
        self
    }

    /// Makes one that has been told already, in the result: only the exit code is left to say.
    pub fn told(kind: Kind) -> Self {
        Failure {
            rendered: true,
            ..Failure::new(kind, "")
        }
    }

    /// Adds something the user can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds lines of evidence, printed verbatim in a gutter: a program's last output, a list of files.
    #[must_use]
    pub fn details<L: Into<String>>(mut self, lines: impl IntoIterator<Item = L>) -> Self {
        self.details.extend(lines.into_iter().map(Into::into));
        self
    }

    /// Says what led to it; the cause's own evidence and hints stay.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Returns what sort of failure this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Gives an error a [`Failure`] on top. A plain `context` would hide the hints from [`render`].
pub trait OrFailure<T> {
    /// Returns the value, or the failure with the error as its cause.
    fn or_failure(self, failure: impl FnOnce() -> Failure) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> OrFailure<T> for Result<T, E> {
    fn or_failure(self, failure: impl FnOnce() -> Failure) -> anyhow::Result<T> {
        self.map_err(|error| failure().caused_by(error).into())
    }
}

/// Returns the kind of the first [`Failure`] in the chain of `error`.
pub fn kind_of(error: &anyhow::Error) -> Kind {
    failures(error).next().map_or(Kind::Build, Failure::kind)
}

fn failures(error: &anyhow::Error) -> impl Iterator<Item = &Failure> {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<Failure>())
}

/// Renders `error` without colours: see [`render_with`].
pub fn render(error: &anyhow::Error) -> String {
    render_with(error, Paint::Plain)
}

/// Renders `error` as the user sees it, with a final newline: what failed, why, the evidence, and what to do.
pub fn render_with(error: &anyhow::Error, paint: Paint) -> String {
    if let Some(failure) = failures(error).find(|failure| failure.rendered) {
        let text = match (paint, &failure.coloured) {
            (Paint::Colour, Some(coloured)) => coloured,
            _ => &failure.message,
        };
        let text = text.trim_end();
        return if text.is_empty() {
            String::new()
        } else {
            format!("{text}\n")
        };
    }
    let mut causes = error.chain().map(ToString::to_string);
    let title = causes.next().unwrap_or_default();
    let mut text = format!("{} {title}\n", paint.error("error:"));
    for cause in causes {
        text.push_str("  ");
        text.push_str(&paint.warning("caused by:"));
        text.push(' ');
        text.push_str(&cause.replace('\n', "\n    "));
        text.push('\n');
    }
    for line in failures(error).flat_map(|failure| &failure.details) {
        text.push_str("  ");
        text.push_str(&paint.aside("|"));
        text.push(' ');
        text.push_str(&printable(line));
        text.push('\n');
    }
    for hint in failures(error).flat_map(|failure| &failure.hints) {
        text.push('\n');
        text.push_str(&paint.hint("hint:"));
        text.push(' ');
        text.push_str(hint);
        text.push('\n');
    }
    text
}

/// Replaces control characters, so that a program's output or a file name cannot drive the terminal, and those that change
/// the direction of what follows them (UAX #9), so that it cannot show a name as another.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            let is_direction = matches!(
                c,
                '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            );
            if is_direction || c.is_control() && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn what_is_printed_neither_drives_the_terminal_nor_turns_names_around() {
        assert_eq!(
            printable("a\u{1b}[31m\tb\u{202e}c"),
            "a\u{fffd}[31m\tb\u{fffd}c"
        );
        assert_eq!(printable("ünï 日本"), "ünï 日本");
    }

    #[test]
    fn causes_evidence_and_hints_are_printed_in_this_order() {
        let error = Err::<(), _>(
            Failure::host("`git` was not found")
                .details(["line one", "bell \u{7}"])
                .hint("install it with `apt-get install git`"),
        )
        .context("reading the source failed")
        .expect_err("it is an error");
        assert_eq!(
            render(&error),
            "error: reading the source failed\n  caused by: `git` was not found\n  | line one\n  | bell \u{fffd}\n\n\
             hint: install it with `apt-get install git`\n"
        );
        assert_eq!(kind_of(&error).exit_code(), 4);
    }

    #[test]
    fn hints_of_a_failure_that_caused_another_are_shown_too() {
        let inner = Failure::build("`pip` exited with status 1").details(["no such version"]);
        let error = Err::<(), _>(inner)
            .or_failure(|| Failure::host("installing failed").hint("check the pins"))
            .context("building the virtualenv failed")
            .expect_err("it is an error");
        assert_eq!(
            render(&error),
            "error: building the virtualenv failed\n  caused by: installing failed\n  caused by: `pip` exited with status 1\n  \
             | no such version\n\nhint: check the pins\n"
        );
        assert_eq!(kind_of(&error), Kind::Host);
    }

    #[test]
    fn what_was_told_already_only_has_an_exit_code() {
        let error = anyhow::Error::from(Failure::told(Kind::Warnings));
        assert_eq!(render(&error), "");
        assert_eq!(kind_of(&error).exit_code(), 5);
    }

    #[test]
    fn colours_are_on_the_words_that_say_what_a_line_is() {
        let error = Err::<(), _>(Failure::host("why").details(["line"]).hint("do it"))
            .context("what")
            .expect_err("it is an error");
        assert_eq!(
            render_with(&error, Paint::Colour),
            "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m what\n  \u{1b}[1m\u{1b}[33mcaused by:\u{1b}[0m why\n  \
             \u{1b}[2m|\u{1b}[0m line\n\n\u{1b}[1m\u{1b}[36mhint:\u{1b}[0m do it\n"
        );
        let diagnostics = Failure::recipe("plain\n").coloured("in colours\n").into();
        assert_eq!(render_with(&diagnostics, Paint::Colour), "in colours\n");
        assert_eq!(render(&diagnostics), "plain\n");
    }

    #[test]
    fn exit_codes_rise_and_no_two_kinds_share_one() {
        let codes: Vec<_> = Kind::ALL.map(Kind::exit_code).into();
        assert!(codes.is_sorted_by(|one, next| one < next), "{codes:?}");
    }

    #[test]
    fn an_error_from_elsewhere_is_a_failed_build() {
        assert_eq!(kind_of(&anyhow::anyhow!("disk full")), Kind::Build);
    }
}

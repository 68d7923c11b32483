//! Progress for a person: a line for each stage, and a spinner with the last line of output on a terminal.

use super::page;
use super::{BuildReport, CheckedRecipe, Event, PackReport, Reporter, Stage};
use crate::failure::printable;
use annotate_snippets::Renderer;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// The result and errors.
    Quiet,
    /// Stages and the summary.
    Normal,
    /// The output of programs too.
    Verbose,
}

/// Reports to standard error for a person; the path of the package goes to standard output.
#[derive(Debug)]
pub struct Human {
    verbosity: Verbosity,
    spinner: Mutex<Option<ProgressBar>>,
}

impl Human {
    /// Makes a reporter.
    pub fn new(quiet: bool, verbose: bool) -> Self {
        Human {
            verbosity: match (quiet, verbose) {
                (true, _) => Verbosity::Quiet,
                (false, true) => Verbosity::Verbose,
                (false, false) => Verbosity::Normal,
            },
            spinner: Mutex::new(None),
        }
    }

    fn line(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            // Where standard error cannot be written there is nobody to be told.
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }

    fn start(&self, stage: Stage) {
        // A spinner and lines of output would write over each other.
        if self.verbosity != Verbosity::Normal || !std::io::stderr().is_terminal() {
            return;
        }
        let style = ProgressStyle::with_template("{spinner} {prefix} … {wide_msg:.dim}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let spinner = ProgressBar::new_spinner()
            .with_style(style)
            .with_prefix(numbered(stage));
        spinner.enable_steady_tick(Duration::from_millis(100));
        *self.spinner.lock().unwrap_or_else(PoisonError::into_inner) = Some(spinner);
    }

    fn output(&self, line: &str) {
        let line = printable(line);
        if self.verbosity == Verbosity::Verbose {
            self.line(&format!("      {line}"));
        } else if let Some(spinner) = &*self.spinner.lock().unwrap_or_else(PoisonError::into_inner)
        {
            spinner.set_message(line);
        }
    }

    fn end(&self, stage: Stage, seconds: f64, done: bool) {
        if let Some(spinner) = self
            .spinner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        {
            spinner.finish_and_clear();
        }
        let outcome = if done { "" } else { " (failed)" };
        self.line(&format!("{} … {seconds:.1} s{outcome}", numbered(stage)));
    }

    /// What is wrong is an error like others: `--quiet` leaves it. The verdicts come last, where they are seen.
    fn checked(&self, recipes: &[CheckedRecipe]) {
        for recipe in recipes {
            // Where standard error cannot be written, the exit code still tells.
            let _ = write!(anstream::stderr(), "{}", recipe.render(&Renderer::plain()));
        }
        for recipe in recipes {
            self.line(&recipe.verdict());
        }
    }

    fn built(&self, report: &BuildReport) {
        if let Some((commit, describe)) = &report.commit {
            self.line(&format!("      commit {commit} ({describe})"));
        }
        self.line(&format!(
            "      {} distributions by {}, {} files rewritten for their final path",
            report.distributions, report.installer, report.rewrites
        ));
        self.line(&format!("      sha256 {}", report.sha256));
        self.made(
            "built",
            (&report.package, &report.version),
            (report.size, report.installed_size_kib),
            report.seconds,
        );
    }

    fn packed(&self, report: &PackReport) {
        self.line(&format!(
            "      {}, {}",
            page::count(report.files, "file or link", "files and links"),
            report.compression
        ));
        self.line(&format!("      sha256 {}", report.sha256));
        self.made(
            "packed",
            (&report.package, &report.version),
            (report.size, report.installed_size_kib),
            report.seconds,
        );
    }

    fn made(
        &self,
        verb: &str,
        (package, version): (&str, &str),
        (size, installed_size_kib): (u64, u64),
        seconds: f64,
    ) {
        self.line(&format!(
            "{verb} {package} {version} ({}, installed {}) in {seconds:.1} s",
            page::size(size),
            page::size(installed_size_kib * 1024),
        ));
    }
}

impl Reporter for Human {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Started(stage) => self.start(*stage),
            Event::Output(line) => self.output(line),
            Event::Ended {
                stage,
                seconds,
                done,
            } => self.end(*stage, *seconds, *done),
            Event::Note(text) => self.line(text),
            Event::Warning(text) => self.line(&format!("warning: {}", printable(text))),
            Event::Checked(recipes) => self.checked(recipes),
            Event::Built(report) => self.built(report),
            Event::Packed(report) => self.packed(report),
        }
    }

    fn result(&self, line: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(line)?;
        stdout.write_all(b"\n")?;
        stdout.flush()
    }

    fn document(&self, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut stdout = BufWriter::new(io::stdout().lock());
        write(&mut stdout)?;
        writeln!(stdout)?;
        stdout.flush()
    }
}

fn numbered(stage: Stage) -> String {
    let number = Stage::ALL
        .iter()
        .position(|known| *known == stage)
        .unwrap_or_default()
        + 1;
    format!("[{number}/{}] {}", Stage::ALL.len(), stage.describe())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_numbered() {
        assert_eq!(numbered(Stage::Deb), "[5/5] writing the archive");
    }
}

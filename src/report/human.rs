//! Progress for a person: a line for each stage, and a spinner with the last line of output on a terminal.

use super::{
    BuildReport, BuiltPruned, BuiltPython, CheckedRecipe, Event, Look, PackReport, Reporter, Stage,
    Stream, Verbosity,
};
use super::{page, print_error};
use crate::failure::printable;
use crate::paint::Paint;
use crate::sys::process::Line;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, BufWriter, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Reports to standard error for a person; the path of the package goes to standard output.
#[derive(Debug)]
pub struct Human {
    look: Look,
    spinner: Mutex<Option<ProgressBar>>,
}

impl Human {
    /// Makes a reporter.
    pub fn new(look: Look) -> Self {
        Human {
            look,
            spinner: Mutex::new(None),
        }
    }

    /// Writes a line for those who want to be told so much.
    fn line(&self, from: Verbosity, text: &str) {
        if self.look.verbosity >= from {
            let spinner = self.spinner.lock().unwrap_or_else(PoisonError::into_inner);
            // Where standard error cannot be written there is nobody to be told.
            let write = || {
                let _ = writeln!(io::stderr(), "{text}");
            };
            match &*spinner {
                Some(spinner) => spinner.suspend(write),
                None => write(),
            }
        }
    }

    fn start(&self, stage: Stage) {
        if self.look.verbosity >= Verbosity::Commands {
            self.line(Verbosity::Commands, &format!("{} …", numbered(stage)));
        }
        if !self.look.spinner {
            return;
        }
        let template = match self.errors() {
            Paint::Colour => "{spinner} {prefix} … {wide_msg:.dim}",
            Paint::Plain => "{spinner} {prefix} … {wide_msg}",
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let spinner = ProgressBar::new_spinner()
            .with_style(style)
            .with_prefix(numbered(stage));
        spinner.enable_steady_tick(Duration::from_millis(100));
        *self.spinner.lock().unwrap_or_else(PoisonError::into_inner) = Some(spinner);
    }

    fn output(&self, line: Line<'_>) {
        let text = printable(line.text());
        match line {
            Line::Command(_) => self.line(
                Verbosity::Commands,
                &self.errors().aside(&format!("      $ {text}")),
            ),
            Line::Output(_) => {
                self.line(Verbosity::Output, &format!("      {text}"));
                let spinner = self.spinner.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(spinner) = &*spinner {
                    spinner.set_message(text);
                }
            }
        }
    }

    fn end(&self, stage: Stage, seconds: f64, done: bool) {
        let spinner = self
            .spinner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(spinner) = spinner {
            spinner.finish_and_clear();
        }
        let outcome = if done { "" } else { " (failed)" };
        self.line(
            Verbosity::Normal,
            &format!("{} … {seconds:.1} s{outcome}", numbered(stage)),
        );
    }

    fn errors(&self) -> Paint {
        self.look.paint(Stream::Progress)
    }

    /// Errors are told to who wants quiet, too. The verdicts come last, where they are seen.
    fn checked(&self, recipes: &[CheckedRecipe]) {
        for recipe in recipes {
            let text = recipe.render(self.look.verbosity, self.errors());
            // Where standard error cannot be written, the exit code still tells.
            let _ = write!(io::stderr(), "{text}");
        }
        for recipe in recipes {
            self.line(Verbosity::Normal, &recipe.verdict());
        }
    }

    fn built(&self, report: &BuildReport) {
        if let Some(source) = &report.source {
            self.line(
                Verbosity::Normal,
                &format!("      commit {} ({})", source.commit, source.describe),
            );
        }
        self.line(
            Verbosity::Normal,
            &format!(
                "      {} distributions by {}, {} files rewritten for their final path",
                report.distributions.len(),
                report.installer,
                report.rewrites.len()
            ),
        );
        if let Some(python) = &report.own_python {
            self.own_python(&report.python, python);
        }
        for pruned in &report.pruned {
            self.pruned(pruned);
        }
        self.line(
            Verbosity::Normal,
            &format!("      sha256 {}", report.sha256),
        );
        self.made(
            "built",
            (&report.package, &report.version),
            (report.size, report.installed_size_kib),
            report.seconds,
        );
    }

    fn own_python(&self, version: &str, python: &BuiltPython) {
        let text = format!(
            "      its own Python {version}: {}, {}",
            page::count(python.files, "file", "files"),
            page::size(python.bytes)
        );
        self.line(Verbosity::Normal, &text);
        if python.packages.is_empty() {
            let text = format!("      from a folder with the SHA-256 {}", python.sha256);
            self.line(Verbosity::Normal, &text);
        }
        for part in &python.packages {
            let text = format!("      from {} {}", part.package, part.version);
            self.line(Verbosity::Normal, &text);
        }
    }

    fn pruned(&self, pruned: &BuiltPruned) {
        let group = pruned.group;
        if pruned.files > 0 {
            let text = format!(
                "      left out {group}: {}, {}",
                page::count(pruned.files, "file", "files"),
                page::size(pruned.bytes)
            );
            self.line(Verbosity::Normal, &text);
        }
        for kept in &pruned.kept {
            self.line(Verbosity::Normal, &format!("      kept of {group}: {kept}"));
        }
    }

    fn packed(&self, report: &PackReport) {
        self.line(
            Verbosity::Normal,
            &format!(
                "      {}, {}",
                page::count(report.files, "file or link", "files and links"),
                report.compression
            ),
        );
        self.line(
            Verbosity::Normal,
            &format!("      sha256 {}", report.sha256),
        );
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
        self.line(
            Verbosity::Normal,
            &format!(
                "{} {package} {version} ({}, installed {}) in {seconds:.1} s",
                self.errors().good(verb),
                page::size(size),
                page::size(installed_size_kib * 1024),
            ),
        );
    }
}

impl Reporter for Human {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Started(stage) => self.start(*stage),
            Event::Output(line) => self.output(*line),
            Event::Ended {
                stage,
                seconds,
                done,
            } => self.end(*stage, *seconds, *done),
            Event::Note(text) => self.line(Verbosity::Normal, &printable(text)),
            Event::Warning(text) => self.line(
                Verbosity::Warnings,
                &format!("{} {}", self.errors().warning("warning:"), printable(text)),
            ),
            // Errors are told to who wants quiet, too.
            Event::Failed(error) => print_error(error, self.errors()),
            Event::Checked(recipes) => self.checked(recipes),
            Event::Built(report) => self.built(report),
            Event::Packed(report) => self.packed(report),
        }
    }

    fn paint(&self, stream: Stream) -> Paint {
        self.look.paint(stream)
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

//! The only code that prints. Progress and errors go to standard error; standard output has the result and nothing else.

mod answer;
mod bug;
mod built;
mod checkup;
mod difference;
mod human;
mod inspection;
mod look;
mod page;
mod plan;
mod planned;
mod problems;
mod time;
mod warnings;

pub use answer::{print_answer, print_error};
pub use bug::print_bug;
pub use built::{
    BuildDocument, BuildReport, BuiltDistribution, BuiltExtra, BuiltPruned, BuiltPython,
    BuiltPythonPart, BuiltRewrite, BuiltSource, FailedBuild, JSON_FORMAT,
};
pub use checkup::render_checkup;
pub use difference::render_difference;
pub use human::Human;
pub use inspection::{Detail, render_inspection};
pub use look::{Color, Look, Verbosity};
pub use plan::{PlanDetail, render_plan};
pub use planned::{PlanDocument, PlanParts, PlannedPackage};
pub use problems::{CheckDocument, CheckedRecipe};
pub use warnings::Warnings;

use crate::paint::Paint;
use crate::sys::process::Line;
use std::io::{self, Write};
use std::path::PathBuf;

/// The stages as the user sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Debian packages of the build machine.
    Apt,
    /// The commit.
    Source,
    /// The virtualenv.
    Venv,
    /// The package's content, and the search for leaks.
    Package,
    /// The archive.
    Deb,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 5] = [
        Stage::Apt,
        Stage::Source,
        Stage::Venv,
        Stage::Package,
        Stage::Deb,
    ];

    /// Returns what is being done, in a few words.
    pub fn describe(self) -> &'static str {
        match self {
            Stage::Apt => "checking Debian packages",
            Stage::Source => "exporting the source",
            Stage::Venv => "building the virtualenv",
            Stage::Package => "assembling the package",
            Stage::Deb => "writing the archive",
        }
    }
}

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A stage began.
    Started(Stage),
    /// A stage runs a command, or the command has written a line.
    Output(Line<'a>),
    /// A stage ended.
    Ended {
        /// Which one.
        stage: Stage,
        /// How long it took.
        seconds: f64,
        /// Whether it did what it was to do.
        done: bool,
    },
    /// Something the user may want to know.
    Note(&'a str),
    /// Something that may be wrong, and does not stop the build.
    Warning(&'a str),
    /// Recipes were looked at.
    Checked(&'a [CheckedRecipe]),
    /// One of several recipes cannot be planned or built: what there is to say of it, whole.
    Failed(&'a anyhow::Error),
    /// The package is there.
    Built(&'a BuildReport),
    /// The package of a plain tree is there.
    Packed(&'a PackReport),
}

/// The two streams that a process writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: the result.
    Result,
    /// Standard error: all the rest.
    Progress,
}

/// Told of events as they happen.
pub trait Reporter: Sync {
    /// Takes one event.
    fn event(&self, event: &Event<'_>);

    /// Returns the colours that a text for `stream` gets.
    fn paint(&self, _stream: Stream) -> Paint {
        Paint::Plain
    }

    /// Writes a line of the result to standard output.
    ///
    /// # Errors
    /// When it cannot be written: who reads it must not take silence for success.
    fn result(&self, line: &[u8]) -> io::Result<()>;

    /// Lets `write` write a result that is too large to be a line of text, to standard output.
    ///
    /// # Errors
    /// When it cannot be written.
    fn document(&self, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()>;
}

/// What was packed.
#[derive(Clone, Debug, PartialEq)]
pub struct PackReport {
    /// The package's name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Where it is.
    pub path: PathBuf,
    /// The file's size in bytes.
    pub size: u64,
    /// What it takes on the host, in KiB as dpkg counts.
    pub installed_size_kib: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// How many files and links are in it.
    pub files: usize,
    /// How the data is compressed: `zstd:9`.
    pub compression: String,
    /// How long it took.
    pub seconds: f64,
}

//! The only code that prints. Progress and errors go to standard error; standard output has the result and nothing else.

mod difference;
mod human;
mod inspection;
mod page;
mod problems;
mod time;

pub use difference::render_difference;
pub use human::Human;
pub use inspection::{Detail, render_inspection};
pub use problems::{CheckDocument, CheckedRecipe};

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
    /// A program that a stage runs has written a line.
    Output(&'a str),
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
    /// The package is there.
    Built(&'a BuildReport),
    /// The package of a plain tree is there.
    Packed(&'a PackReport),
}

/// Told of events as they happen.
pub trait Reporter: Sync {
    /// Takes one event.
    fn event(&self, event: &Event<'_>);

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

/// What a build has made, and from what.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildReport {
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
    /// The commit it was made from: its id, and what `git describe` says.
    pub commit: Option<(String, String)>,
    /// Which installer was used.
    pub installer: String,
    /// How many distributions are in it.
    pub distributions: usize,
    /// How many files were rewritten for their final path.
    pub rewrites: usize,
    /// How long the build took.
    pub seconds: f64,
}

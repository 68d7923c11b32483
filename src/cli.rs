//! The command line: types and help text only.

use crate::deb::Compression;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Turns a Python app in a git repository into a .deb that installs a configured, running service.
#[derive(Debug, Parser)]
#[command(name = "deb-build-app", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Print nothing but the result and errors.
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Print the output of the programs that are run.
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the package that a recipe describes; the path of the .deb is printed to standard output.
    Build(Build),
    /// Show how two packages differ: fields, relations, scripts, files, sizes and Python distributions.
    Diff(Diff),
    /// Show what is in a .deb, and with --check what dpkg, apt and Debian Policy have against it.
    Inspect(Inspect),
    /// Pack a folder as it is, with the control fields of a description; the path of the .deb is printed to standard output.
    Pack(Pack),
}

/// How many threads compress.
#[derive(Args, Clone, Copy, Debug)]
pub struct Jobs {
    /// How many threads compress; their number does not change a byte [default: one for each processor, fewer where memory is short].
    #[arg(
        long,
        value_name = "N",
        env = "DEB_BUILD_APP_JOBS",
        value_parser = clap::value_parser!(u16).range(1..=256)
    )]
    pub jobs: Option<u16>,
}

impl Jobs {
    /// Returns the number of threads on a machine with so many processors and so many bytes of free memory, of which half is
    /// left to others; the user's number is taken as it is.
    pub fn threads(self, cores: usize, memory: Option<u64>, compression: Compression) -> usize {
        let fitting = memory.map_or(usize::MAX, |bytes| {
            usize::try_from(bytes / 2 / compression.memory_per_thread()).unwrap_or(usize::MAX)
        });
        let own = self.jobs.map(usize::from);
        own.unwrap_or_else(|| cores.min(fitting).max(1))
    }
}

/// Where the package goes.
#[derive(Args, Clone, Debug)]
pub struct Output {
    /// Where the package goes: a folder, or the file itself.
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "PATH",
        default_value = ".",
        env = "DEB_BUILD_APP_OUTPUT"
    )]
    pub path: PathBuf,
}

/// Options of `build`.
#[derive(Args, Debug)]
pub struct Build {
    /// The recipe.
    pub recipe: PathBuf,

    /// Where the package goes.
    #[command(flatten)]
    pub output: Output,

    /// Where caches and the work folder are kept [default: deb-build-app in `XDG_CACHE_HOME` or ~/.cache].
    #[arg(long, value_name = "DIR", env = "DEB_BUILD_APP_CACHE_DIR")]
    pub cache_dir: Option<PathBuf>,

    /// Keep the work folder for a look, until the next build.
    #[arg(long)]
    pub keep_work: bool,

    /// Install no Debian packages on this machine: fail if one is missing.
    #[arg(long)]
    pub no_apt: bool,

    /// How many threads compress.
    #[command(flatten)]
    pub jobs: Jobs,
}

/// Options of `pack`.
#[derive(Args, Debug)]
pub struct Pack {
    /// What the package says of itself, in TOML.
    pub description: PathBuf,

    /// The folder whose content is the package's, as it is to lie below `/`.
    pub tree: PathBuf,

    /// Where the package goes.
    #[command(flatten)]
    pub output: Output,

    /// zstd, xz, gzip or none, with `:LEVEL` or without [default: what the description says, else zstd:9].
    #[arg(long, value_name = "METHOD")]
    pub compression: Option<Compression>,

    /// How many threads compress.
    #[command(flatten)]
    pub jobs: Jobs,
}

/// Options of `inspect`.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct Inspect {
    /// The package; `-` is standard input.
    #[arg(value_name = "FILE.deb")]
    pub package: PathBuf,

    /// Print JSON, with every file.
    #[arg(long)]
    pub json: bool,

    /// Print the text of the scripts.
    #[arg(long)]
    pub scripts: bool,

    /// List every file, directory and link.
    #[arg(long)]
    pub files: bool,

    /// Judge the package; exit with 1 when there are errors.
    #[arg(long)]
    pub check: bool,

    /// With --check, exit with 5 when there are warnings only.
    #[arg(long, requires = "check")]
    pub strict: bool,
}

/// Options of `diff`.
#[derive(Args, Debug)]
pub struct Diff {
    /// The old package; `-` is standard input.
    #[arg(value_name = "OLD.deb")]
    pub old: PathBuf,

    /// The new package; `-` is standard input.
    #[arg(value_name = "NEW.deb")]
    pub new: PathBuf,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,

    /// Exit with 6 when they differ.
    #[arg(long)]
    pub exit_code: bool,
}

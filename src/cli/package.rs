//! `pack`, `inspect` and `diff`: packages without a recipe.

use super::build::{Jobs, Output};
use crate::deb::Compression;
use clap::Args;
use std::path::PathBuf;

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
    #[arg(long)]
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

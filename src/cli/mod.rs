//! The command line: types and help text only.
//!
//! Each flag has a variable `DEB_BUILD_APP_…` that is named after it, and needs no word here for that: see [`command`].

mod build;
mod completion;
mod manual;
mod package;
mod read;
mod recipe;
mod shell;

pub use build::{Build, BuildOptions, Jobs, Output, SourceOptions};
pub use completion::completion;
pub use manual::{ManualPage, manual};
pub use package::{Diff, Inspect, Pack};
pub use read::{color_of, command};
pub use recipe::{Check, Doctor, Init, Plan};
pub use shell::{Completions, Man};

use crate::report::Color;
use clap::{ArgAction, Parser, Subcommand, ValueHint};
use std::path::PathBuf;

/// Turns a Python app in a git repository into a .deb that installs a configured, running service.
#[derive(Debug, Parser)]
#[command(name = "deb-build-app", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Say less: -q no progress and no summary, -qq errors only.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub quiet: u8,

    /// Say more: -v the commands that run, -vv their output too, as it comes.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,

    /// Colours: on a terminal, always or never; `NO_COLOR` and `CLICOLOR_FORCE` are respected.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_possible_values = true
    )]
    pub color: Color,

    /// Never let a line move: one line for each stage, when it is done.
    #[arg(long, global = true)]
    pub no_progress: bool,

    /// Work as if started in this folder: relative paths are looked up there. A second one is relative to the first.
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "FOLDER",
        value_hint = ValueHint::DirPath
    )]
    pub directory: Vec<PathBuf>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the package that a recipe describes; the path of the .deb is printed to standard output.
    Build(Build),
    /// Look for what is wrong with recipes: every problem with its line, without network, root or a build.
    Check(Check),
    /// Print a completion script for a shell.
    Completions(Completions),
    /// Show how two packages differ: fields, relations, scripts, files, sizes and Python distributions.
    Diff(Diff),
    /// Look for what this machine lacks for a build, all at once.
    Doctor(Doctor),
    /// Write a commented recipe for the app in a folder.
    Init(Init),
    /// Show what is in a .deb, and with --check what dpkg, apt and Debian Policy have against it.
    Inspect(Inspect),
    /// Print the manual page, or write one for each command into a folder.
    Man(Man),
    /// Pack a folder as it is, with the control fields of a description; the path of the .deb is printed to standard output.
    Pack(Pack),
    /// Show what a build would do, without doing it: packages, commands, paths, files and scripts.
    Plan(Plan),
    /// Print the JSON schema of a recipe.
    Schema,
}

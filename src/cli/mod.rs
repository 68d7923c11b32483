//! The command line: types and help text only.

mod build;
mod package;
mod recipe;
mod shell;

pub use build::{Build, BuildOptions, Jobs, Output};
pub use package::{Diff, Inspect, Pack};
pub use recipe::{Check, Doctor, Init, Plan};
pub use shell::{Completions, Man};

use clap::{Parser, Subcommand};

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

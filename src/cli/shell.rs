//! `completions` and `man`: what a shell and a manual reader want.

use clap::Args;
use std::path::PathBuf;

/// Options of `completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Options of `man`.
#[derive(Args, Debug)]
pub struct Man {
    /// The folder that gets a page for each command [default: the main page goes to standard output].
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

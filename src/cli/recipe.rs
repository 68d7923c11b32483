//! Commands around a recipe: `init`, `check`, `plan`, `doctor` and `schema`.

use crate::recipe::Code;
use clap::Args;
use std::path::PathBuf;

/// Options of `init`.
#[derive(Args, Debug)]
pub struct Init {
    /// The folder of the app.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,

    /// Where the recipe goes, which must not be there yet; `-` prints it, as it would be in the folder of the app [default:
    /// deb-build-app.toml in that folder].
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Options of `check`.
#[derive(Args, Debug)]
#[command(after_long_help = codes())]
pub struct Check {
    /// The recipes [default: deb-build-app.toml, or the only recipe in the folder `recipes`].
    #[arg(value_name = "RECIPE")]
    pub recipes: Vec<PathBuf>,

    /// Print JSON: every problem with its place, in lines and characters, and its code.
    #[arg(long)]
    pub json: bool,

    /// Exit with 5 when there are warnings only.
    #[arg(long)]
    pub strict: bool,
}

/// Options of `plan`.
#[derive(Args, Debug)]
pub struct Plan {
    /// What `build` would be given.
    #[command(flatten)]
    pub build: super::build::BuildOptions,

    /// Print the content of every file that is known, too.
    #[arg(long)]
    pub files: bool,
}

/// Options of `doctor`.
#[derive(Args, Debug)]
pub struct Doctor {
    /// Recipes whose needs are looked at too.
    #[arg(value_name = "RECIPE")]
    pub recipes: Vec<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,

    /// Ask the package index whether it answers: without this nothing goes over the network.
    #[arg(long)]
    pub online: bool,

    /// The cache folder that builds are given.
    #[arg(long, value_name = "DIR")]
    pub cache_dir: Option<PathBuf>,
}

/// Lists the codes of problems for the help and the manual.
fn codes() -> String {
    let width = Code::ALL.iter().map(|code| code.as_str().len()).max();
    let lines = Code::ALL.iter().map(|code| {
        let (name, meaning) = (code.as_str(), code.meaning());
        format!(
            "  {name:width$}  {meaning}",
            width = width.unwrap_or_default()
        )
    });
    format!("Codes:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

//! `init`: looks at the folder of an app, and writes a recipe for it. Nothing else is written, and nothing is run.

use super::destination::resolve;
use crate::cli::Init;
use crate::failure::{Failure, OrFailure as _};
use crate::init::{self, Draft};
use crate::plan::RELEASES;
use crate::report::{Event, Reporter};
use crate::sys::environment::Environment;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// The name of the recipe in the folder of the app.
const RECIPE: &str = "deb-build-app.toml";

/// Writes the recipe and says where it is and what it needs.
pub fn run(options: &Init, reporter: &dyn Reporter) -> Result<()> {
    let environment = Environment::read()?;
    let written = &options.folder;
    let path = environment.current_dir.join(written);
    if !fs::is_dir(&path) {
        return Err(
            Failure::build(format!("there is no folder `{}`", written.display()))
                .hint("name the folder of the app")
                .into(),
        );
    }
    let path = fs::canonicalize(&path)?;
    let output = match &options.output {
        Some(output) if output.as_os_str() == "-" => None,
        Some(output) => Some((resolve(&environment, output), output.clone())),
        None => {
            let shown: PathBuf = written.join(RECIPE).components().collect();
            Some((path.join(RECIPE), shown))
        }
    };
    if let Some((output, shown)) = &output {
        refuse_existing(output, shown)?;
    }
    let recipe_folder = match &output {
        Some((output, shown)) => folder_of(output, shown)?,
        None => path.clone(),
    };
    let releases = RELEASES.iter().map(|it| (it.name, it.python));
    let releases: Vec<_> = releases.collect();
    let draft = init::draft(&init::look(path, recipe_folder, written, &releases)?)?;
    match output {
        None => {
            reporter
                .document(&mut |out| out.write_all(draft.text.trim_end().as_bytes()))
                .context("the recipe could not be printed")?;
            tell(&draft, "the recipe", reporter);
            Ok(())
        }
        Some((output, shown)) => {
            fs::write_new(&output, draft.text.as_bytes()).or_failure(|| {
                Failure::build(format!("`{}` cannot be written", shown.display()))
                    .hint("name another place with `--output`")
            })?;
            tell(
                &draft,
                &format!("the recipe `{}`", shown.display()),
                reporter,
            );
            reporter
                .result(shown.as_os_str().as_encoded_bytes())
                .context("the path of the recipe could not be printed")
        }
    }
}

/// Says what needs a human, one line each.
fn tell(draft: &Draft, recipe: &str, reporter: &dyn Reporter) {
    if draft.todos.is_empty() {
        reporter.event(&Event::Note(&format!("{recipe} is complete")));
        return;
    }
    reporter.event(&Event::Note(&format!(
        "{recipe} is there; before you ship it:"
    )));
    for todo in &draft.todos {
        reporter.event(&Event::Note(&format!("- {todo}")));
    }
}

/// Refuses what is there already, a link to nowhere too, before the folder is looked at.
fn refuse_existing(output: &Path, shown: &Path) -> Result<()> {
    if !fs::exists(output) && !fs::is_link(output) {
        return Ok(());
    }
    Err(Failure::build(format!(
        "`{}` is there already, and will not be overwritten",
        shown.display()
    ))
    .hint("move it away, or name another file with `--output`")
    .into())
}

/// Returns the folder that a recipe will be in, which must be there.
fn folder_of(output: &Path, shown: &Path) -> Result<PathBuf> {
    let folder = output.parent().unwrap_or(Path::new("/"));
    if !fs::is_dir(folder) {
        return Err(
            Failure::build(format!("the folder of `{}` is not there", shown.display()))
                .hint("make it first, or name another file with `--output`")
                .into(),
        );
    }
    Ok(fs::canonicalize(folder)?)
}

//! `check`: recipes are looked at, and nothing is built.

use super::answer::write_json;
use super::recipe_file;
use crate::cli::Check;
use crate::failure::{Failure, Kind};
use crate::recipe::{self, RecipeText, Severity};
use crate::report::{CheckDocument, CheckedRecipe, Event, Reporter};
use crate::sys::environment::Environment;
use crate::sys::fs::{self, FileKind};
use anyhow::Result;
use std::path::Path;

/// Looks at every recipe, shows what is wrong, and fails when one cannot be built.
pub fn run(options: &Check, reporter: &dyn Reporter) -> Result<()> {
    let environment = Environment::read()?;
    let current_dir = &environment.current_dir;
    let recipes = recipe_file::find(current_dir, &options.recipes)?;
    let checked: Vec<_> = recipes
        .iter()
        .map(|written| check(current_dir, written))
        .collect();
    if options.json {
        write_json(reporter, &CheckDocument::of(&checked))?;
    } else {
        reporter.event(&Event::Checked(&checked));
    }
    judge(&checked, options.strict)
}

fn check(current_dir: &Path, written: &Path) -> CheckedRecipe {
    let path = current_dir.join(written);
    let (text, problems) = match recipe_file::bytes(&path) {
        Ok(bytes) => {
            let recipe = RecipeText::of(&bytes);
            let folder = path.parent().unwrap_or(current_dir);
            let problems = recipe::check(&recipe, folder, &look);
            (recipe.text, problems)
        }
        Err(problem) => (String::new(), vec![problem]),
    };
    CheckedRecipe {
        file: written.to_string_lossy().into_owned(),
        text,
        problems,
    }
}

fn look(path: &Path) -> Option<FileKind> {
    if fs::is_file(path) {
        Some(FileKind::File)
    } else if fs::is_dir(path) {
        Some(FileKind::Directory)
    } else {
        fs::exists(path).then_some(FileKind::Special)
    }
}

/// Everything is told already; here is only what the exit code says.
fn judge(checked: &[CheckedRecipe], strict: bool) -> Result<()> {
    if !checked.iter().all(CheckedRecipe::is_valid) {
        return Err(Failure::told(Kind::Recipe).into());
    }
    let warned = checked
        .iter()
        .any(|recipe| recipe.count(Severity::Warning) > 0);
    if strict && warned {
        return Err(Failure::told(Kind::Warnings).into());
    }
    Ok(())
}

//! Which recipes a command is about: those that are named, else the one that is where recipes are by custom.

use crate::failure::{Failure, Kind};
use crate::recipe::{Lines, Problem, Recipe, RecipeText, Severity};
use crate::report::{Event, Reporter};
use crate::sys::fs;
use anyhow::Result;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The recipe of a folder.
const OWN: &str = "deb-build-app.toml";

/// How many bytes a recipe may have: the longest that anybody wrote has some ten thousand.
const LARGEST: usize = 4 << 20;

/// The folder of several.
const FOLDER: &str = "recipes";

/// Returns the recipes as the user calls them.
///
/// # Errors
/// When none is named, and there is none or more than one by custom.
pub(super) fn find(current_dir: &Path, named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    if fs::is_file(&current_dir.join(OWN)) {
        return Ok(vec![PathBuf::from(OWN)]);
    }
    let names = fs::names_in(&current_dir.join(FOLDER)).unwrap_or_default();
    let found: Vec<_> = names
        .iter()
        .map(|name| Path::new(FOLDER).join(name))
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .filter(|path| fs::is_file(&current_dir.join(path)))
        .collect();
    if found.len() == 1 {
        return Ok(found);
    }
    let failure = if found.is_empty() {
        Failure::new(
            Kind::Recipe,
            format!("there is no recipe here: neither `{OWN}` nor a `.toml` file in `{FOLDER}`"),
        )
        .hint("name a recipe, or write one with `deb-build-app init`")
    } else {
        let found = found.iter().map(|path| path.display().to_string());
        Failure::new(
            Kind::Recipe,
            format!("no recipe is named, there is no `{OWN}`, and there are several in `{FOLDER}`"),
        )
        .details(found)
        .hint("name one or more of them")
    };
    Err(failure.into())
}

/// Reads a recipe, and says what is doubtful in it; `release` is the one of the machine, if it is known, for `[release]`.
///
/// # Errors
/// When it is not there, or every problem in it.
pub(super) fn read(
    current_dir: &Path,
    path: &Path,
    release: Option<&str>,
    reporter: &dyn Reporter,
) -> Result<Recipe> {
    let file = current_dir.join(path);
    let bytes = bytes(&file).map_err(|problem| {
        let said = format!("`{}`: {}", path.display(), problem.title);
        let failure = Failure::new(Kind::Recipe, said);
        if problem.help.is_empty() {
            failure
        } else {
            failure.hint(problem.help)
        }
    })?;
    let folder = file.parent().unwrap_or(current_dir);
    let recipe = RecipeText::of(&bytes);
    let reading = recipe.read(folder, release);
    let problems = reading.problems();
    let warnings = problems.iter();
    for warning in warnings.filter(|it| it.severity == Severity::Warning) {
        let place = Lines::of(&recipe.text).place(&warning.span);
        reporter.event(&Event::Warning(&format!(
            "{}:{}:{}: {}",
            path.display(),
            place.line,
            place.column,
            warning.sentence()
        )));
    }
    Ok(reading.into_value(&path.display().to_string(), &recipe.text)?)
}

/// Returns what is in the file: no more than [`LARGEST`], so that a device or a wrong file does not fill the memory.
///
/// # Errors
/// When it cannot be read or is larger.
pub(super) fn bytes(file: &Path) -> Result<Vec<u8>, Problem> {
    let bytes = fs::read_start(file, LARGEST + 1).map_err(|error| unreadable(file, &error))?;
    if bytes.len() > LARGEST {
        return Err(Problem::unreadable(
            "this is larger than 4 MiB, and no recipe",
            "name a recipe file, such as `recipes/demosite.toml`",
        ));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::unreadable(
            "there is no such recipe",
            "name a recipe file, such as `recipes/demosite.toml`",
        ),
        _ if fs::is_dir(path) => Problem::unreadable(
            "this is a folder, and no recipe",
            "name the recipes in it one by one",
        ),
        ErrorKind::PermissionDenied => Problem::unreadable(
            "the recipe cannot be read: permission denied",
            "run this as a user who may read it, or change its mode",
        ),
        _ => Problem::unreadable(&format!("the recipe cannot be read: {error}"), ""),
    }
}

//! The paths of this machine that a package must not name: what the scan for leaks looks for (DESIGN 1.1).

use crate::failure::Failure;
use crate::package::{Forbidden, ForbiddenPaths};
use crate::plan::{InterpreterOrigin, Plan, SourcePlan};
use crate::recipe::Recipe;
use crate::sys::environment::Environment;
use crate::sys::fs;
use anyhow::Result;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders that every machine has.
const WELL_KNOWN: &[&str] = &["/", "/dev/shm", "/home", "/opt", "/srv", "/tmp", "/var/tmp"];

/// Refuses a machine whose own folders are where the package will be: every `#!` line would count as a leak.
///
/// # Errors
/// When one of them is.
pub(super) fn check_prefix_is_free(recipe: &Recipe, plan: &Plan) -> Result<()> {
    let folders = own_folders(recipe, plan);
    let prefix = Path::new(recipe.venv.prefix.as_str());
    match folders.iter().find(|folder| prefix.starts_with(lexically_clean(folder)) && folder.components().count() > 2) {
        None => Ok(()),
        Some(folder) => Err(Failure::build(format!(
            "the app will be at `{}`, and this build uses `{}`",
            prefix.display(),
            folder.display()
        ))
        .hint("move the recipe, the repository or the cache elsewhere, or set another `prefix` in `[venv]`")
        .into()),
    }
}

/// Returns the folders of this build.
fn own_folders(recipe: &Recipe, plan: &Plan) -> Vec<PathBuf> {
    let places = &plan.places;
    let mut folders = vec![
        places.work.clone(),
        places.cache.clone(),
        recipe.folder.clone(),
    ];
    folders.extend(plan.source.iter().flat_map(SourcePlan::folders));
    if let InterpreterOrigin::Folder(folder) = &plan.interpreter.origin {
        folders.push(folder.clone());
    }
    folders
}

/// Returns the paths of this machine that the package must not name.
pub(super) fn forbidden(
    recipe: &Recipe,
    plan: &Plan,
    environment: &Environment,
) -> Result<ForbiddenPaths> {
    let folders = own_folders(recipe, plan);
    let mut paths = spellings(&folders);
    let everywhere = Forbidden::new(&paths)?;
    let mut own = vec![environment.temporary.clone()];
    own.extend(environment.home.clone());
    own.retain(|folder| !WELL_KNOWN.iter().any(|known| folder == Path::new(known)));
    paths.extend(spellings(&own));
    Ok(ForbiddenPaths {
        everywhere,
        in_app: Forbidden::new(&paths)?,
    })
}

/// Returns folders as the user calls them and as they really are. One directly below `/`, such as `/root` or `/app`, stands in
/// many a comment: of that what is in it is taken.
fn spellings(folders: &[PathBuf]) -> BTreeSet<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut paths = BTreeSet::new();
    for folder in folders {
        for form in [
            lexically_clean(folder),
            fs::canonicalize(folder).unwrap_or_else(|_| folder.clone()),
        ] {
            let children = if form.components().count() == 2
                && !WELL_KNOWN.iter().any(|known| form == Path::new(known))
            {
                fs::names_in(&form).unwrap_or_default()
            } else {
                Vec::new()
            };
            paths.extend(
                children
                    .iter()
                    .map(|name| form.join(name).as_os_str().as_bytes().to_vec()),
            );
            paths.insert(form.as_os_str().as_bytes().to_vec());
        }
    }
    paths
}

/// Removes `.` and `..` from a path without asking the disk.
fn lexically_clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                clean.pop();
            }
            std::path::Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

//! What each command of an installer installs, in order.
//!
//! Wheels of the lock, the recipe's own requirements and the projects come first, in one command that resolves them together; what a
//! lock has only as source follows, in commands that may build.

use super::draft::Draft;
use super::lock::LockPlan;
use super::places::Places;
use crate::recipe::{Recipe, SourcePath};
use std::path::{Path, PathBuf};

/// What is installed.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Requirement files.
    pub(super) requirement_files: Vec<PathBuf>,
    /// Constraint files.
    pub(super) constraint_files: Vec<PathBuf>,
    /// Whether every requirement must have a hash; nothing when that is not known yet.
    pub(super) require_hashes: Option<bool>,
    /// Whether exactly this is installed, and nothing that it needs: a lock names that, too.
    pub(super) exact: bool,
    /// Whether nothing is built.
    pub(super) only_wheels: bool,
}

/// Returns what each command installs, in order, and the requirements files that are written for it.
pub(super) fn wanted(
    recipe: &Recipe,
    root: &Path,
    with_wheels: bool,
    lock: Option<&LockPlan>,
    require_hashes: Option<bool>,
    places: &Places,
) -> (Vec<Wanted>, Vec<(PathBuf, Draft)>) {
    let venv = &recipe.venv;
    let builds_checked = venv.build_constraints.is_some();
    let mut files = Vec::new();
    let mut first = Wanted {
        requirement_files: in_folder(root, venv.requirements.iter().map(SourcePath::as_path)),
        constraint_files: in_folder(root, venv.constraints.iter().map(SourcePath::as_path)),
        require_hashes,
        exact: lock.is_some(),
        only_wheels: lock.is_some() || builds_checked,
    };
    let mut later = Vec::new();
    if let Some(lock) = lock {
        first.requirement_files.push(places.locked_wheels());
        files.push((places.locked_wheels(), lock.wheels()));
        let mut add = |path: PathBuf, text: Option<Draft>, require_hashes| {
            if let Some(text) = text {
                files.push((path.clone(), text));
                later.push(Wanted {
                    requirement_files: vec![path],
                    require_hashes: Some(require_hashes),
                    exact: true,
                    ..Wanted::default()
                });
            }
        };
        add(places.locked_sdists(), lock.sdists(), true);
        // A commit's id is a hash of what is in it; a folder of the source is part of the commit that is packaged.
        add(places.locked_sources(), lock.unhashed(), false);
        if builds_checked && !later.is_empty() {
            // Wheels were made of them before.
            later = vec![Wanted {
                requirement_files: vec![places.built_requirement()],
                require_hashes: Some(true),
                exact: true,
                only_wheels: true,
                ..Wanted::default()
            }];
        }
    }
    if !venv.packages.is_empty() {
        let packages = venv.packages.iter();
        let text: String = packages.map(|it| format!("{}\n", it.as_str())).collect();
        files.push((places.packages(), Draft::from(text)));
        first.requirement_files.push(places.packages());
    }
    if with_wheels {
        first.requirement_files.push(places.project_requirement());
    }
    let mut all = vec![first];
    all.retain(|it| !it.requirement_files.is_empty());
    all.extend(later);
    (all, files)
}

fn in_folder<'a>(folder: &Path, paths: impl Iterator<Item = &'a Path>) -> Vec<PathBuf> {
    paths.map(|path| folder.join(path)).collect()
}

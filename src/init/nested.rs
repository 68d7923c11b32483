//! An app that is in a folder of the repository, as `backend/` beside `frontend/`: the folder that the recipe is for.
//!
//! # Limits
//! Only folders right below the top, and only where the top says nothing of an app itself.

use super::folder::Folder;
use super::pyproject;

/// Files that make the top itself an app.
const AT_THE_TOP: &[&str] = &[
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "manage.py",
    "Procfile",
];

/// Files that make a folder an app.
const IN_A_FOLDER: &[&str] = &["pyproject.toml", "setup.py", "requirements.txt"];

/// Folders whose requirements are for something else than the app.
const BESIDE: &[&str] = &[
    "benchmarks",
    "doc",
    "docs",
    "example",
    "examples",
    "requirements",
    "scripts",
    "test",
    "tests",
    "tools",
];

/// Returns the only folder below the top that is an app, when the top is none.
pub(super) fn project(folder: &Folder) -> Option<Folder> {
    let is_app = AT_THE_TOP.iter().any(|file| folder.has(file))
        || pyproject::read(folder).is_some()
        || pyproject::problem(folder).is_some()
        || folder.python().iter().any(|(path, _)| !path.contains('/'));
    if is_app {
        return None;
    }
    let mut names: Vec<&str> = folder
        .files
        .keys()
        .filter_map(|path| path.split_once('/'))
        .filter(|(name, file)| IN_A_FOLDER.contains(file) && !BESIDE.contains(name))
        .map(|(name, _)| name)
        .collect();
    names.dedup();
    let [name] = names.as_slice() else {
        return None;
    };
    Some(inside(folder, name))
}

/// Returns a folder of a folder, with what is known of it.
fn inside(folder: &Folder, name: &str) -> Folder {
    let prefix = format!("{name}/");
    let below = |path: &String| path.strip_prefix(&prefix).map(str::to_owned);
    let mut git = folder.git.clone();
    if let Some(checkout) = &mut git.checkout {
        checkout.committed = checkout
            .committed
            .as_ref()
            .map(|files| files.iter().filter_map(below).collect());
    }
    Folder {
        path: folder.path.join(name),
        recipe_folder: folder.recipe_folder.clone(),
        files: folder
            .files
            .iter()
            .filter_map(|(path, text)| Some((below(path)?, text.clone())))
            .collect(),
        programs: folder.programs.iter().filter_map(below).collect(),
        git,
        release: folder.release.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn the_only_app_below_the_top_is_the_app() {
        let app = ("backend/pyproject.toml", "[project]\nname = \"app\"\n");
        let name =
            |files: &[(&str, &str)]| project(&folder("shop", files)).map(|found| found.name());
        assert_eq!(
            name(&[
                app,
                ("frontend/package.json", ""),
                ("docs/requirements.txt", "")
            ])
            .as_deref(),
            Some("backend")
        );
        assert_eq!(name(&[app, ("app.py", "")]), None);
        assert_eq!(name(&[app, ("requirements.txt", "")]), None);
        assert_eq!(name(&[app, ("other/setup.py", "")]), None);
        assert_eq!(name(&[("web/manage.py", "")]), None);
        let found = project(&folder("shop", &[app])).expect("an app");
        assert!(found.has("pyproject.toml"));
    }
}

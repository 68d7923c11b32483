//! The one edge of `init`: walks the folder of an app, and reads what [`super::selection`] asks for. Nothing is written or run.

use super::Folder;
use super::selection::{DEEPEST, LONGEST_TEXT, MOST_FILES, is_of_the_app, says_something, text};
use crate::failure::Failure;
use crate::source;
use crate::sys::{fs, host};
use anyhow::Result;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Looks at the folder `path`, for a recipe that will be in `recipe_folder`; both are absolute and without links. `written` is
/// how the user named it, `releases` what can be built for, with the Python of each.
///
/// # Errors
/// When the folder may not be read, or git refuses it.
pub fn look(
    path: PathBuf,
    recipe_folder: PathBuf,
    written: &Path,
    releases: &[(&str, &str)],
) -> Result<Folder> {
    if let Err(error) = fs::names_in(&path) {
        return Err(Failure::build(format!(
            "the folder `{}` cannot be read: {}",
            written.display(),
            error.kind()
        ))
        .hint("run `init` as the user who owns the folder, or make it readable")
        .into());
    }
    let git = source::look_at(&path)?;
    let mut files = BTreeMap::new();
    collect(&path, &path, 0, &mut files)?;
    let programs = files
        .keys()
        .filter(|file| fs::mode(&path.join(file)).is_ok_and(|mode| mode & 0o111 != 0))
        .cloned()
        .collect();
    let here = host::release();
    let release = releases
        .iter()
        .find(|(name, _)| here.as_deref() == Some(*name));
    Ok(Folder {
        path,
        recipe_folder,
        files,
        programs,
        git,
        release: release
            .copied()
            .map(|(name, python)| (name.to_owned(), python.to_owned())),
    })
}

/// Collects names, and the texts of those files that say something of an app. Links are not followed, and what may not be read
/// is passed over: no commit holds it either.
fn collect(
    top: &Path,
    folder: &Path,
    depth: usize,
    files: &mut BTreeMap<String, Option<String>>,
) -> Result<()> {
    let Ok(names) = fs::names_in(folder) else {
        return Ok(());
    };
    for name in names {
        let path = folder.join(&name);
        let Some(relative) = path.strip_prefix(top)?.to_str() else {
            continue;
        };
        if files.len() >= MOST_FILES || fs::is_link(&path) {
            continue;
        }
        if fs::is_dir(&path) {
            let is_environment = fs::exists(&path.join("pyvenv.cfg"));
            if depth < DEEPEST && !is_environment && is_of_the_app(&name.to_string_lossy()) {
                collect(top, &path, depth + 1, files)?;
            }
        } else if fs::is_file(&path) {
            let text = says_something(relative).then(|| read(&path)).flatten();
            files.insert(relative.to_owned(), text);
        }
    }
    Ok(())
}

/// Reads the beginning of a file.
fn read(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::open_regular(path)
        .ok()?
        .take(LONGEST_TEXT)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(text(&bytes))
}

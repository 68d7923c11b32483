//! The files of `[files]`, read beside the recipe or out of the commit, before anything is built.

use crate::failure::Failure;
use crate::plan::CommitFacts;
use crate::recipe::{FileOrigin, HostPath, Recipe};
use crate::sys::fs;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads every file that the recipe ships; without a commit those of the source are left out.
///
/// # Errors
/// When one is not there.
pub fn read_files(
    recipe: &Recipe,
    commit: Option<&CommitFacts>,
) -> Result<BTreeMap<HostPath, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for file in &recipe.files {
        let bytes = match &file.origin {
            FileOrigin::Text(text) => Some(text.clone().into_bytes()),
            FileOrigin::Source(path) => {
                commit.and_then(|commit| commit.files.get(path.as_path()).cloned())
            }
            FileOrigin::Recipe(path) => Some(read_beside(path)?),
        };
        files.extend(bytes.map(|bytes| (file.path.clone(), bytes)));
    }
    Ok(files)
}

fn read_beside(path: &Path) -> Result<Vec<u8>> {
    if !fs::is_file(path) {
        return Err(Failure::build(format!("there is no file `{}`", path.display()))
            .hint("`[files]` is looked up beside the recipe; what is committed is named by `from-source`")
            .into());
    }
    Ok(fs::read(path)?)
}

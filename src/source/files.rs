//! The files of `[files]`, read beside the recipe or out of the export, before anything is built.

use super::SourceTree;
use crate::failure::Failure;
use crate::recipe::{FileOrigin, HostPath, Recipe};
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;

/// Reads every file that the recipe ships.
///
/// # Errors
/// When one is not there.
pub fn read_files(
    recipe: &Recipe,
    source: Option<&SourceTree>,
) -> Result<BTreeMap<HostPath, Vec<u8>>> {
    recipe
        .files
        .iter()
        .map(|file| Ok((file.path.clone(), read(&file.origin, source)?)))
        .collect()
}

fn read(origin: &FileOrigin, source: Option<&SourceTree>) -> Result<Vec<u8>> {
    let path = match origin {
        FileOrigin::Text(text) => return Ok(text.clone().into_bytes()),
        FileOrigin::Source(name) => source
            .context("`from-source` is refused without a source")?
            .file(name)?,
        FileOrigin::Recipe(path) if fs::is_file(path) => path.clone(),
        FileOrigin::Recipe(path) => {
            return Err(Failure::build(format!("there is no file `{}`", path.display()))
                .hint("`[files]` is looked up beside the recipe; what is committed is named by `from-source`")
                .into());
        }
    };
    Ok(fs::read(&path)?)
}

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
    let (path, place, name) = match origin {
        FileOrigin::Text(text) => return Ok(text.clone().into_bytes()),
        FileOrigin::Recipe(path) => (path.clone(), "the recipe's folder", path.as_path()),
        FileOrigin::Source(name) => {
            let source = source.context("`from-source` is refused without a source")?;
            (
                source.root.join(name.as_path()),
                "the source",
                name.as_path(),
            )
        }
    };
    if !fs::is_file(&path) {
        return Err(
            Failure::build(format!("there is no file `{}` in {place}", name.display()))
                .hint(
                    "`[files]` is looked up beside the recipe; `from-source` is what is committed",
                )
                .into(),
        );
    }
    Ok(fs::read(&path)?)
}

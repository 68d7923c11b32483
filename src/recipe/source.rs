//! `[source]`: which commit of which repository is built.

use super::source_path::SourcePath;
use super::table::Table;
use std::path::{Path, PathBuf};

/// `[source]`: one commit of a repository.
#[derive(Clone, Debug)]
pub struct Source {
    /// The folder of the repository, as an absolute path or relative to the current folder.
    pub repository: PathBuf,
    /// A tag, branch or commit.
    pub reference: String,
    /// The folder of the repository that holds the app.
    pub subdirectory: Option<SourcePath>,
}

pub(super) fn read(document: &Table<'_>, folder: &Path) -> Option<Source> {
    let table = document.table("source")?;
    let git = table.string("git");
    let reference = table.string("ref");
    let subdirectory = table.parsed("subdirectory");
    let git = git.and_then(|git| {
        if is_address(&git.value) {
            table.problem(
                "recipe::not-supported-yet",
                git.span,
                "fetching a repository from an address is not supported yet".to_owned(),
                "",
                "clone it yourself and name the folder, such as `git = \"..\"`".to_owned(),
            );
            return None;
        }
        Some(git.value)
    });
    if let Some(reference) = &reference
        && (reference.value.is_empty()
            || reference.value.starts_with('-')
            || reference.value.chars().any(char::is_control))
    {
        table.problem(
            "recipe::invalid-value",
            reference.span.clone(),
            "`source.ref` is not valid".to_owned(),
            "this names no tag, branch or commit",
            String::new(),
        );
    }
    Some(Source {
        repository: folder.join(git?),
        reference: reference.map_or_else(|| "HEAD".to_owned(), |text| text.value),
        subdirectory,
    })
}

/// Returns whether git would reach for the network: a URL, or `user@host:path` as scp writes it.
fn is_address(text: &str) -> bool {
    text.contains("://")
        || text
            .split_once(':')
            .is_some_and(|(host, _)| !host.is_empty() && !host.contains('/'))
}

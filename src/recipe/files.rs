//! `[files]`: what is shipped besides the virtualenv, each file with its place, origin and mode.

use super::accounts::{Accounts, GroupName, UserName};
use super::cure;
use super::directories::checked_path;
use super::drop_in;
use super::host_path::HostPath;
use super::key_name::joined;
use super::names::FileMode;
use super::source_path::SourcePath;
use super::substitutions::Substitutions;
use super::table::{Located, Table};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// An entry of `[files]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedFile {
    /// Where it is on the host.
    pub path: HostPath,
    /// Where its content comes from.
    pub origin: FileOrigin,
    /// Its permission bits.
    pub mode: FileMode,
    /// Its owner; root when the recipe does not say.
    pub owner: Option<UserName>,
    /// Its group; root's when the recipe does not say.
    pub group: Option<GroupName>,
    /// Whether dpkg keeps the administrator's changes to it.
    pub conffile: bool,
}

/// Where the content of a shipped file comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOrigin {
    /// A file beside the recipe.
    Recipe(PathBuf),
    /// A file of the exported source.
    Source(SourcePath),
    /// Text in the recipe.
    Text(String),
}

pub(super) fn read(
    document: &Table<'_>,
    folder: &Path,
    has_source: bool,
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Vec<ShippedFile> {
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in document.entries("files") {
        let Some(path) = checked_path(document, "files", &entry, substitutions, &mut seen) else {
            continue;
        };
        let place = path
            .check_file()
            .map_err(|error| (error.to_string(), cure::of("files.*", path.as_str())))
            .and_then(|()| drop_in::check_name(&path));
        if let Err(refusal) = place {
            refuse(
                document,
                entry.name.span.clone(),
                &joined("files", path.as_str()),
                refusal,
            );
            continue;
        }
        let conffile = path.is_configuration();
        if let Some(source) = entry.as_string() {
            check_mode(
                document,
                &path,
                FileMode::PLAIN_FILE,
                entry.name.span.clone(),
            );
            if let Some(origin) = beside_recipe(document, folder, &source) {
                files.push(ShippedFile {
                    path,
                    origin,
                    mode: FileMode::PLAIN_FILE,
                    owner: None,
                    group: None,
                    conffile,
                });
            }
            continue;
        }
        let Some(table) = document.entry_table("files", &entry) else {
            continue;
        };
        let origins: Vec<FileOrigin> = [
            table
                .string("content")
                .map(|text| FileOrigin::Text(text.value)),
            table.parsed("from-source").map(FileOrigin::Source),
            table
                .string("from")
                .and_then(|source| beside_recipe(&table, folder, &source)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mode = read_mode(&table, &path, &entry.name);
        let owner = accounts.user(&table, "owner").map(|owner| owner.value);
        let group = accounts.group(&table, "group").map(|group| group.value);
        let conffile = table.boolean("conffile").unwrap_or(conffile);
        match <[FileOrigin; 1]>::try_from(origins) {
            Ok([FileOrigin::Source(_)]) if !has_source => document.problem(
                "recipe::conflict",
                entry.name.span,
                "`from-source` needs a `[source]`".to_owned(),
                "",
                String::new(),
            ),
            Ok([origin]) => files.push(ShippedFile {
                path,
                origin,
                mode,
                owner,
                group,
                conffile,
            }),
            Err(_) => document.problem(
                "recipe::conflict",
                entry.name.span,
                format!("`{path}` needs exactly one origin"),
                "",
                "give `content`, `from` (beside the recipe) or `from-source` (in the source)"
                    .to_owned(),
            ),
        }
    }
    files
}

fn beside_recipe(table: &Table<'_>, folder: &Path, source: &Located<String>) -> Option<FileOrigin> {
    if source.value.ends_with('/') || source.value.is_empty() {
        table.problem(
            "recipe::not-supported-yet",
            source.span.clone(),
            "shipping a folder is not supported yet".to_owned(),
            "",
            "name its files one by one".to_owned(),
        );
        return None;
    }
    Some(FileOrigin::Recipe(folder.join(&source.value)))
}

fn read_mode(table: &Table<'_>, path: &HostPath, entry: &Located<String>) -> FileMode {
    let (mode, span) = match table.string("mode") {
        Some(text) => (table.check("mode", &text), text.span),
        None => (Some(FileMode::PLAIN_FILE), entry.span.clone()),
    };
    if let Some(mode) = mode {
        check_mode(table, path, mode, span);
    }
    mode.unwrap_or(FileMode::PLAIN_FILE)
}

fn check_mode(table: &Table<'_>, path: &HostPath, mode: FileMode, span: Range<usize>) {
    if let Err(refusal) = drop_in::check_mode(path, mode) {
        refuse(
            table,
            span,
            &format!("{}.mode", joined("files", path.as_str())),
            refusal,
        );
    }
}

fn refuse(table: &Table<'_>, span: Range<usize>, name: &str, (why, help): drop_in::Refusal) {
    table.problem(
        "recipe::invalid-value",
        span,
        format!("`{name}` is not valid"),
        &why,
        help,
    );
}

//! `[files]`: what is shipped besides the virtualenv, each file with its place, origin and mode.

mod folder;

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
use crate::recipe::code::Code;
use folder::{beside_recipe, check_folder, in_source};
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
    /// The user whose own group it gets, where only the host knows which that is.
    pub reader: Option<UserName>,
    /// Whether dpkg keeps the administrator's changes to it.
    pub conffile: bool,
}

/// Where the content of a shipped file comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOrigin {
    /// A file beside the recipe.
    Recipe(PathBuf),
    /// Every file of a folder beside the recipe; the entry's path is that of the folder.
    RecipeFolder(PathBuf),
    /// A file of the exported source.
    Source(SourcePath),
    /// Every file of a folder of the exported source, `None` of the whole; the entry's path is that of the folder.
    SourceFolder(Option<SourcePath>),
    /// Text in the recipe.
    Text(String),
}

impl FileOrigin {
    /// Returns whether it is a folder, whose files are shipped one by one.
    pub(super) fn is_folder(&self) -> bool {
        matches!(
            self,
            FileOrigin::RecipeFolder(_) | FileOrigin::SourceFolder(_)
        )
    }
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
        if let Err(refusal) = check_place(&path, substitutions) {
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
                    reader: None,
                    conffile,
                });
            }
            continue;
        }
        let Some(table) = document.entry_table("files", &entry) else {
            continue;
        };
        let origins = read_origins(&table, folder);
        let mode = read_mode(&table, &path, &entry.name);
        let owner = accounts.user(&table, "owner").map(|owner| owner.value);
        let group = accounts.group(&table, "group").map(|group| group.value);
        let conffile = table.boolean("conffile").unwrap_or(conffile);
        if let [origin] = origins.as_slice()
            && !check_folder(&table, origin)
        {
            continue;
        }
        if let [FileOrigin::Text(text)] = origins.as_slice()
            && let Err(refusal) = drop_in::check_text(&path, text)
        {
            let span = table.place_of("content").unwrap_or(entry.name.span);
            let name = format!("{}.content", joined("files", path.as_str()));
            refuse(document, span, &name, refusal);
            continue;
        }
        match <[FileOrigin; 1]>::try_from(origins) {
            Ok([FileOrigin::Source(_) | FileOrigin::SourceFolder(_)]) if !has_source => document
                .problem(
                    Code::Conflict,
                    entry.name.span,
                    "`from-source` needs a `[source]`".to_owned(),
                    "",
                    "add `[source]`, or ship a file beside the recipe with `from`".to_owned(),
                ),
            Ok([origin]) => files.push(ShippedFile {
                path,
                origin,
                mode,
                owner,
                group,
                reader: None,
                conffile,
            }),
            // One that is there and wrong was told already.
            Err(none) if none.is_empty() && has_one_origin(&table) => {}
            Err(_) => document.problem(
                Code::Conflict,
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

/// Returns every origin that an entry gives: there should be one.
fn read_origins(table: &Table<'_>, folder: &Path) -> Vec<FileOrigin> {
    [
        table
            .string("content")
            .map(|text| FileOrigin::Text(text.value)),
        in_source(table),
        table
            .string("from")
            .and_then(|source| beside_recipe(table, folder, &source)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Checks that something may be there. `/etc/NAME` can be a folder that is shipped as a whole; `own_files` refuses it as a file.
fn check_place(path: &HostPath, substitutions: &Substitutions) -> Result<(), drop_in::Refusal> {
    match path.check_file() {
        Err(error) if !substitutions.is_own_folder(path.as_str()) => {
            Err((error.to_string(), cure::of("files.*", path.as_str())))
        }
        _ => drop_in::check_name(path),
    }
}

fn has_one_origin(table: &Table<'_>) -> bool {
    let there = |key| table.place_of(key).is_some();
    ["content", "from", "from-source"]
        .into_iter()
        .filter(|key| there(key))
        .count()
        == 1
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
        Code::InvalidValue,
        span,
        format!("`{name}` is not valid"),
        &why,
        help,
    );
}

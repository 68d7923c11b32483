//! `[files]`: what is shipped besides the virtualenv, each file with its place, origin and mode.
//!
//! `from-source = "app/"` is a folder of the source, file by file; `"./"` is the whole source. Its files keep the modes that git
//! has.

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

/// Checks what cannot be said of a whole folder; returns whether it was not.
fn check_folder(table: &Table<'_>, origin: &FileOrigin) -> bool {
    let (keys, why): (&[&str], _) = match origin {
        FileOrigin::SourceFolder(_) => (
            &["owner", "group"],
            "its files are root's, and nobody else writes them",
        ),
        FileOrigin::RecipeFolder(_) => (
            &["mode"],
            "its files are 0755 where they can be run, and 0644 elsewhere",
        ),
        _ => return true,
    };
    let place = keys
        .iter()
        .find_map(|key| Some((key, table.place_of(key)?)));
    if let Some((key, span)) = &place {
        table.problem(
            Code::Conflict,
            span.clone(),
            format!("a folder has no `{key}`"),
            why,
            "remove it, or name the files one by one".to_owned(),
        );
    }
    place.is_none()
}

fn has_one_origin(table: &Table<'_>) -> bool {
    let there = |key| table.place_of(key).is_some();
    ["content", "from", "from-source"]
        .into_iter()
        .filter(|key| there(key))
        .count()
        == 1
}

/// Reads `from-source`: what ends in `/` is a folder, as is `.`.
fn in_source(table: &Table<'_>) -> Option<FileOrigin> {
    let text = table.string("from-source")?;
    if !text.value.ends_with('/') && text.value != "." {
        return table.check("from-source", &text).map(FileOrigin::Source);
    }
    if let Some(span) = table.place_of("mode") {
        table.problem(
            Code::Conflict,
            span,
            "a folder of the source has no `mode`".to_owned(),
            "its files keep the modes that git has",
            "remove it, or name one file in `from-source`".to_owned(),
        );
    }
    if matches!(text.value.as_str(), "." | "./") {
        return Some(FileOrigin::SourceFolder(None));
    }
    table
        .check("from-source", &text)
        .map(|path| FileOrigin::SourceFolder(Some(path)))
}

fn beside_recipe(table: &Table<'_>, folder: &Path, source: &Located<String>) -> Option<FileOrigin> {
    if source.value.is_empty() {
        table.problem(
            Code::InvalidValue,
            source.span.clone(),
            "no file is named".to_owned(),
            "",
            "name one beside the recipe, or a folder with a `/` at its end".to_owned(),
        );
        return None;
    }
    let path = folder.join(source.value.trim_end_matches('/'));
    Some(if source.value.ends_with('/') {
        FileOrigin::RecipeFolder(path)
    } else {
        FileOrigin::Recipe(path)
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;

    fn origins(files: &str) -> Result<Vec<FileOrigin>, String> {
        let text = format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n\
             [source]\ngit = \".\"\n[files]\n{files}"
        );
        Recipe::parse(&text, "recipe.toml", Path::new("/r"))
            .map(|recipe| recipe.files.into_iter().map(|file| file.origin).collect())
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_path_that_ends_in_a_slash_is_a_folder_of_the_source() {
        let path = |text: &str| text.parse::<SourcePath>().expect("a path");
        assert_eq!(
            origins(
                "\"@prefix@/app\" = { from-source = \"./\" }\n\"/opt/demo/b\" = { from-source = \"b/\" }\n\
                 \"/opt/demo/c\" = { from-source = \"c\" }\n\"/opt/demo/d\" = { from-source = \".\" }\n"
            ),
            Ok(vec![
                FileOrigin::SourceFolder(None),
                FileOrigin::SourceFolder(Some(path("b"))),
                FileOrigin::Source(path("c")),
                FileOrigin::SourceFolder(None),
            ])
        );
    }

    #[test]
    fn the_packages_own_folder_in_etc_can_be_shipped_whole_and_no_other() {
        let folder = |text: &str| FileOrigin::SourceFolder(text.parse::<SourcePath>().ok());
        assert_eq!(
            origins("\"/etc/@name@\" = { from-source = \"etc/\" }\n"),
            Ok(vec![folder("etc")])
        );
        assert_eq!(
            origins("\"/etc/demo\" = \"etc/\"\n"),
            Ok(vec![FileOrigin::RecipeFolder(PathBuf::from("/r/etc"))])
        );
        for (entry, why) in [
            (
                "\"/etc/demo\" = { from-source = \"demo\" }",
                "`/etc/demo` is a folder",
            ),
            ("\"/etc/@name@\" = \"demo\"", "`/etc/demo` is a folder"),
            (
                "\"/etc/demo\" = { content = \"\" }",
                "`/etc/demo` is a folder",
            ),
            (
                "\"/etc/cron.d\" = { from-source = \"cron/\" }",
                "directly in `/etc`",
            ),
            ("\"/etc/other\" = \"other/\"", "directly in `/etc`"),
        ] {
            let text = origins(&format!("{entry}\n")).expect_err("it is refused");
            assert!(text.contains(why), "{entry}: {text}");
        }
    }

    #[test]
    fn a_folder_has_no_mode_and_does_not_leave_the_source() {
        for (entry, why) in [
            (
                "{ from-source = \"b/\", mode = \"0640\" }",
                "error[recipe::conflict]: a folder of the source has no `mode`",
            ),
            (
                "{ from-source = \"../b/\" }",
                "error[recipe::invalid-value]: `files.\"/opt/demo/b\".from-source` is not valid",
            ),
        ] {
            let text = origins(&format!("\"/opt/demo/b\" = {entry}\n")).expect_err("it is refused");
            assert!(text.lines().any(|line| line == why), "{text}");
        }
    }
}

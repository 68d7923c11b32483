//! The files that a recipe names beside it, each with its place: what `check` looks for without building anything.
//!
//! Pure: who may look says what is there.

use super::git_address::is_git_address;
use super::problem::Problem;
use super::syntax;
use crate::recipe::code::Code;
use crate::sys::fs::FileKind;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file that is named.
struct Named<'a> {
    text: &'a str,
    span: Range<usize>,
    wanted: Wanted,
}

/// What a name may stand for.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    /// A file.
    File,
    /// A file, or, with a `/` at its end, a folder whose files are shipped.
    FileOrFolder,
    /// A folder, with a `/` at its end or without.
    Folder,
}

/// Finds every file that the recipe names and that is not as it should be; `folder` is that of the recipe, and `look` says what
/// is at a path, links followed.
pub(super) fn check(
    text: &str,
    folder: &Path,
    look: &dyn Fn(&Path) -> Option<FileKind>,
) -> Vec<Problem> {
    let Ok(document) = syntax::parse(text) else {
        return Vec::new();
    };
    let mut named = Vec::new();
    collect(document.get_ref(), &mut named);
    let releases = inner(document.get_ref(), "release");
    for (_, overrides) in releases.into_iter().flatten() {
        if let DeValue::Table(overrides) = overrides.get_ref() {
            collect(overrides, &mut named);
        }
    }
    named
        .iter()
        .filter_map(|named| {
            // With the `/`, the system would not find a file there.
            let path = folder.join(named.text.trim_end_matches('/'));
            named.judge(look(&path))
        })
        .collect()
}

fn value<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeValue<'a>> {
    table.get(key).map(Spanned::get_ref)
}

fn inner<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeTable<'a>> {
    match value(table, key) {
        Some(DeValue::Table(inner)) => Some(inner),
        _ => None,
    }
}

/// Collects what the tables of a recipe, or of what differs for a release, name.
fn collect<'a>(tables: &'a DeTable<'a>, named: &mut Vec<Named<'a>>) {
    let mut add = |value: &'a Spanned<DeValue<'a>>, wanted| {
        // What is empty or no string is refused where it is read.
        if let DeValue::String(text) = value.get_ref()
            && !text.is_empty()
        {
            named.push(Named {
                text,
                span: value.span(),
                wanted,
            });
        }
    };
    for (_, file) in inner(tables, "files").into_iter().flatten() {
        match file.get_ref() {
            DeValue::Table(table) => {
                if let Some(from) = table.get("from") {
                    add(from, Wanted::FileOrFolder);
                }
            }
            _ => add(file, Wanted::FileOrFolder),
        }
    }
    if let Some(DeValue::Array(patches)) =
        inner(tables, "source").and_then(|source| value(source, "patches"))
    {
        for patch in patches {
            add(patch, Wanted::File);
        }
    }
    let source = inner(tables, "source");
    let extra = source.and_then(|source| match value(source, "extra") {
        Some(DeValue::Array(items)) => Some(items),
        _ => None,
    });
    let extra = extra.into_iter().flat_map(|items| items.iter());
    let extra = extra.filter_map(|item| item.get_ref().as_table());
    for git in source
        .into_iter()
        .chain(extra)
        .filter_map(|table| table.get("git"))
    {
        // An address, and what only looks like one, is judged where it is read.
        if git
            .get_ref()
            .as_str()
            .is_some_and(|text| !is_git_address(text))
        {
            add(git, Wanted::Folder);
        }
    }
    for (_, script) in inner(tables, "scripts").into_iter().flatten() {
        add(script, Wanted::File);
    }
}

impl Named<'_> {
    fn judge(&self, found: Option<FileKind>) -> Option<Problem> {
        let text = self.text;
        let wants_folder = match self.wanted {
            Wanted::File => false,
            Wanted::FileOrFolder => text.ends_with('/'),
            Wanted::Folder => true,
        };
        let (title, help) = match found {
            Some(FileKind::Directory) if wants_folder => return None,
            Some(FileKind::File) if !wants_folder => return None,
            None => (
                format!(
                    "there is no {} `{text}` beside the recipe",
                    if wants_folder { "folder" } else { "file" }
                ),
                "make it, or mend the name: it is looked up from the recipe's own folder"
                    .to_owned(),
            ),
            Some(FileKind::Directory) if self.wanted == Wanted::FileOrFolder => (
                format!("`{text}` is a folder"),
                format!("write `{text}/` for all the files in it"),
            ),
            Some(FileKind::Directory) => {
                (format!("`{text}` is a folder"), "name a file".to_owned())
            }
            Some(FileKind::File) if self.wanted == Wanted::Folder => (
                format!("`{text}` is a file"),
                "name the folder of a repository, or its address".to_owned(),
            ),
            Some(FileKind::File) => (
                format!("`{text}` is a file"),
                format!("write `{}`", text.trim_end_matches('/')),
            ),
            Some(FileKind::Special | FileKind::Link) => (
                format!("`{text}` is no regular file"),
                "name a file that can be copied".to_owned(),
            ),
        };
        let span = self.span.clone();
        Some(Problem::error(Code::MissingFile, span, title, "", help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_beside_the_recipe_is_looked_for() {
        let text = r#"
[files]
"/etc/a" = "there"
"/etc/b" = "none"
"/etc/c" = { from = "none/" }
"/etc/d" = { from-source = "none", content = "x" }
"/etc/e" = "folder"
"/etc/f" = { from = "there/" }
"/etc/g" = "folder/"
"/etc/h" = 1
"/etc/i" = ""
[source]
git = "nowhere"
extra = [{ git = "folder" }, { git = "there" }, { git = "https://example.org/x" }]
patches = ["none", "there", 1, "pipe"]
[scripts]
before-start = "folder"
[release.trixie.files]
"/etc/j" = "/absolute"
"#;
        let look = |path: &Path| match path.to_str() {
            Some("r/there") => Some(FileKind::File),
            Some("r/folder") => Some(FileKind::Directory),
            Some("r/pipe") => Some(FileKind::Special),
            _ => None,
        };
        let problems = check(text, Path::new("r"), &look);
        let said: Vec<_> = problems
            .iter()
            .map(|problem| problem.title.as_str())
            .collect();
        assert_eq!(
            said,
            [
                "there is no file `none` beside the recipe",
                "there is no folder `none/` beside the recipe",
                "`folder` is a folder",
                "`there/` is a file",
                "there is no file `none` beside the recipe",
                "`pipe` is no regular file",
                "there is no folder `nowhere` beside the recipe",
                "`there` is a file",
                "`folder` is a folder",
                "there is no file `/absolute` beside the recipe",
            ]
        );
    }
}

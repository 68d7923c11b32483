//! The files that a recipe names beside it, each with its place: what `check` looks for without building anything.
//!
//! Pure: who may look says what is there.

use super::problem::Problem;
use super::syntax;
use crate::sys::fs::FileKind;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file that is named.
struct Named<'a> {
    /// The key that names it.
    key: String,
    text: &'a str,
    span: Range<usize>,
    /// Whether a `/` at its end makes it a folder, whose files are shipped.
    may_be_folder: bool,
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
    collect("", document.get_ref(), &mut named);
    if let Some(DeValue::Table(releases)) = value(document.get_ref(), "release") {
        for (release, overrides) in releases {
            if let DeValue::Table(overrides) = overrides.get_ref() {
                let table = format!("release.{}.", release.get_ref());
                collect(&table, overrides, &mut named);
            }
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
fn collect<'a>(before: &str, tables: &'a DeTable<'a>, named: &mut Vec<Named<'a>>) {
    let mut add = |key: String, value: &'a Spanned<DeValue<'a>>, may_be_folder| {
        // What is empty or no string is refused where it is read.
        if let DeValue::String(text) = value.get_ref()
            && !text.is_empty()
        {
            named.push(Named {
                key,
                text,
                span: value.span(),
                may_be_folder,
            });
        }
    };
    for (path, file) in inner(tables, "files").into_iter().flatten() {
        let key = format!("{before}files.{:?}", path.get_ref());
        match file.get_ref() {
            DeValue::Table(table) => {
                if let Some(from) = table.get("from") {
                    add(format!("{key}.from"), from, true);
                }
            }
            _ => add(key, file, true),
        }
    }
    if let Some(DeValue::Array(patches)) =
        inner(tables, "source").and_then(|source| value(source, "patches"))
    {
        for patch in patches {
            add(format!("{before}source.patches"), patch, false);
        }
    }
    for (point, script) in inner(tables, "scripts").into_iter().flatten() {
        let key = format!("{before}scripts.{}", point.get_ref());
        add(key, script, false);
    }
}

impl Named<'_> {
    fn judge(&self, found: Option<FileKind>) -> Option<Problem> {
        let Named { key, text, .. } = self;
        let wants_folder = self.may_be_folder && text.ends_with('/');
        let (label, help) = match found {
            Some(FileKind::Directory) if wants_folder => return None,
            Some(FileKind::File) if !wants_folder => return None,
            None => (
                "there is no such file",
                "files are looked up from the recipe's own folder: make it, or mend the name"
                    .to_owned(),
            ),
            Some(FileKind::Directory) if self.may_be_folder => (
                "this is a folder",
                format!("write `{text}/` for all the files in it"),
            ),
            Some(FileKind::Directory) => ("this is a folder", "name a file".to_owned()),
            Some(FileKind::File) => (
                "this is a file",
                format!("write `{}` for a file", text.trim_end_matches('/')),
            ),
            Some(FileKind::Special | FileKind::Link) => (
                "this is no regular file",
                "name a file that can be copied".to_owned(),
            ),
        };
        Some(Problem::error(
            "recipe::missing-file",
            self.span.clone(),
            format!("`{text}`, which `{key}` names, cannot be packaged"),
            label,
            help,
        ))
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
        let said: Vec<_> = check(text, Path::new("r"), &look)
            .iter()
            .map(|problem| format!("{} {}", &text[problem.span.clone()], problem.label))
            .collect();
        assert_eq!(
            said,
            [
                "\"none\" there is no such file",
                "\"none/\" there is no such file",
                "\"folder\" this is a folder",
                "\"there/\" this is a file",
                "\"none\" there is no such file",
                "\"pipe\" this is no regular file",
                "\"folder\" this is a folder",
                "\"/absolute\" there is no such file",
            ]
        );
    }
}

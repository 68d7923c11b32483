//! The files of `[files]`, read beside the recipe or out of the export, before anything is built.
//!
//! A folder of the source is taken file by file with the modes of git. Files that only git reads (`.gitignore`,
//! `.gitattributes`, the folder `.github`) are left out.
//!
//! # Limits
//! Names that dpkg or the shell of the administrator would suffer from are refused, as in `[files]` itself.

use super::SourceTree;
use crate::deb::{Content, Entry, Mode};
use crate::failure::{Failure, printable};
use crate::recipe::{FileOrigin, HostPath, Recipe, ShippedFile, SourcePath};
use crate::sys::fs::{self, FileKind, Found};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// A file or link that the recipe ships.
#[derive(Clone, Debug)]
pub struct ReadFile {
    /// What it is.
    pub entry: Entry,
    /// Whether dpkg keeps the administrator's changes to it.
    pub conffile: bool,
}

/// Reads every file that the recipe ships.
///
/// # Errors
/// When one is not there, or two are to be at the same place.
pub fn read_files(
    recipe: &Recipe,
    source: Option<&SourceTree>,
) -> Result<BTreeMap<HostPath, ReadFile>> {
    let mut files = BTreeMap::new();
    for file in &recipe.files {
        for (path, read) in read(file, source)? {
            let place = path.to_string();
            if files.insert(path, read).is_some() {
                return Err(Failure::build(format!(
                    "two entries of `[files]` want to be `{place}`"
                ))
                .hint("one of them is a folder that holds this file: remove the other, or ship the folder elsewhere")
                .into());
            }
        }
    }
    Ok(files)
}

fn read(file: &ShippedFile, source: Option<&SourceTree>) -> Result<Vec<(HostPath, ReadFile)>> {
    let in_source = || source.context("`from-source` is refused without a source");
    let bytes = match &file.origin {
        FileOrigin::SourceFolder(folder) => {
            return read_folder(file, in_source()?, folder.as_ref());
        }
        FileOrigin::Text(text) => text.clone().into_bytes(),
        FileOrigin::Source(name) => fs::read(in_source()?.file(name)?)?,
        FileOrigin::Recipe(path) if fs::is_file(path) => fs::read(path)?,
        FileOrigin::Recipe(path) => {
            return Err(Failure::build(format!("there is no file `{}`", path.display()))
                .hint("`[files]` is looked up beside the recipe; what is committed is named by `from-source`")
                .into());
        }
    };
    let mode = Mode::explicit(file.mode.bits())
        .map_err(|error| anyhow::anyhow!("`{}`: {error}", file.path))?;
    let read = ReadFile {
        entry: Entry::File {
            mode,
            content: Content::Bytes(bytes),
        },
        conffile: file.conffile,
    };
    Ok(vec![(file.path.clone(), read)])
}

fn read_folder(
    shipped: &ShippedFile,
    source: &SourceTree,
    folder: Option<&SourcePath>,
) -> Result<Vec<(HostPath, ReadFile)>> {
    let root = match folder {
        None => source.root.clone(),
        Some(folder) => source.folder(folder)?,
    };
    let mut files = Vec::new();
    for found in fs::walk(&root)? {
        if found.kind == FileKind::Directory || is_gits_own(&found.relative) {
            continue;
        }
        let (entry, conffile) = match found.kind {
            FileKind::Link => (link(&root, &found)?, false),
            _ => (on_disk(&root, &found), shipped.conffile),
        };
        let path = place(&shipped.path, &found.relative)?;
        files.push((path, ReadFile { entry, conffile }));
    }
    if files.is_empty() {
        return Err(Failure::build(format!(
            "the folder that `{}` is to be has no file in the source",
            shipped.path
        ))
        .hint("only what is committed counts, and git keeps no empty folders")
        .into());
    }
    Ok(files)
}

/// Returns whether only git reads it.
fn is_gits_own(relative: &Path) -> bool {
    relative
        .components()
        .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b".git"))
}

fn place(folder: &HostPath, relative: &Path) -> Result<HostPath> {
    let refused = |why: String| {
        let shown = printable(&relative.display().to_string());
        Failure::build(format!(
            "`{shown}` of the source cannot be in the package: {why}"
        ))
        .hint("rename it in the source, or ship the folders beside it one by one")
    };
    let relative = relative
        .to_str()
        .ok_or_else(|| refused("its name is no UTF-8".to_owned()))?;
    Ok(format!("{folder}/{relative}")
        .parse()
        .map_err(|why| refused(format!("{why}")))?)
}

fn on_disk(root: &Path, found: &Found) -> Entry {
    Entry::File {
        mode: Mode::of_file(found.executable),
        content: Content::OnDisk {
            path: root.join(&found.relative),
            size: found.size,
        },
    }
}

/// Takes a link that stays in the folder; the export has refused those that leave the source.
fn link(root: &Path, found: &Found) -> Result<Entry> {
    let target = fs::read_link(root.join(&found.relative))?;
    if !stays_inside(&found.relative, &target) {
        return Err(Failure::build(format!(
            "the link `{}` leads out of the folder that is shipped, to `{}`",
            printable(&found.relative.display().to_string()),
            printable(&target.display().to_string())
        ))
        .hint("ship a folder that holds both, or replace the link by the file itself")
        .into());
    }
    Ok(Entry::Link {
        target: target.into_os_string().into_encoded_bytes(),
    })
}

fn stays_inside(link: &Path, target: &Path) -> bool {
    let mut inside = link.parent().map(Path::to_path_buf).unwrap_or_default();
    target.components().all(|part| match part {
        Component::ParentDir => PathBuf::pop(&mut inside),
        Component::Normal(part) => {
            inside.push(part);
            true
        }
        Component::CurDir => true,
        Component::RootDir | Component::Prefix(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_of_a_shipped_folder_stays_in_it() {
        for (link, target, stays) in [
            ("a", "b", true),
            ("d/a", "../b", true),
            ("d/a", "./e/../b", true),
            ("a", "../b", false),
            ("d/a", "../../b", false),
            ("a", "/b", false),
        ] {
            assert_eq!(
                stays_inside(Path::new(link), Path::new(target)),
                stays,
                "{link} -> {target}"
            );
        }
    }

    #[test]
    fn what_only_git_reads_is_left_out() {
        for (path, own) in [
            (".gitignore", true),
            ("a/.gitattributes", true),
            (".github/workflows/ci.yml", true),
            ("a/git.py", false),
            (".env.example", false),
        ] {
            assert_eq!(is_gits_own(Path::new(path)), own, "{path}");
        }
    }

    #[test]
    fn names_that_dpkg_would_suffer_from_are_refused_with_the_cure() {
        let folder: HostPath = "/opt/demo/app".parse().expect("a path");
        assert_eq!(
            place(&folder, Path::new("a b/c.py"))
                .expect("it fits")
                .as_str(),
            "/opt/demo/app/a b/c.py"
        );
        let error = place(&folder, Path::new("a\n.py")).expect_err("it is refused");
        assert_eq!(
            crate::failure::render(&error),
            "error: `a\u{fffd}.py` of the source cannot be in the package: a path holds no control characters and no `\\`\n\n\
             hint: rename it in the source, or ship the folders beside it one by one\n"
        );
    }
}

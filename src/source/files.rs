//! The files of `[files]`, read beside the recipe or out of the export, before anything is built; and what is known of them
//! before there is an export.
//!
//! A folder of the source is taken file by file with the modes of git. Files that only git reads (`.gitignore`,
//! `.gitattributes`, the folder `.github`) are left out.
//!
//! # Limits
//! Names that dpkg or the shell of the administrator would suffer from are refused, as in `[files]` itself.

use super::SourceTree;
use crate::deb::{Content, Entry, Mode};
use crate::failure::{Failure, printable};
use crate::plan::{CommitFacts, ListedFile};
use crate::recipe::{FileOrigin, HostPath, Recipe, ShippedFile, SourcePath, cron_table};
use crate::sys::fs::{self, FileKind};
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
    collect(recipe, |file| {
        let in_source = || source.context("`from-source` is refused without a source");
        let bytes = match &file.origin {
            FileOrigin::SourceFolder(folder) => {
                let source = in_source()?;
                let root = match folder {
                    None => source.root.clone(),
                    Some(folder) => source.folder(folder)?,
                };
                return take_folder(file, &root, &listed(&root)?);
            }
            FileOrigin::Source(name) => fs::read(in_source()?.file(name)?)?,
            FileOrigin::Text(text) => text.clone().into_bytes(),
            FileOrigin::Recipe(path) => read_beside(path)?,
            FileOrigin::RecipeFolder(folder) => return take_folder_beside(file, folder),
        };
        Ok(vec![take_file(file, bytes)?])
    })
}

/// Reads what can be known before the export, which will be in `source`: without a commit nothing of the source.
///
/// # Errors
/// When a file is not there, or two are to be at the same place.
pub fn foresee_files(
    recipe: &Recipe,
    commit: Option<&CommitFacts>,
    source: &Path,
) -> Result<BTreeMap<HostPath, ReadFile>> {
    collect(recipe, |file| {
        let bytes = match &file.origin {
            FileOrigin::SourceFolder(folder) => {
                let folder = folder.as_ref().map_or(Path::new(""), SourcePath::as_path);
                let listed = commit.and_then(|commit| commit.folders.get(folder));
                return listed.map_or(Ok(Vec::new()), |listed| {
                    take_folder(file, &source.join(folder), listed)
                });
            }
            FileOrigin::Source(name) => {
                commit.and_then(|commit| commit.files.get(name.as_path()).cloned())
            }
            FileOrigin::Text(text) => Some(text.clone().into_bytes()),
            FileOrigin::Recipe(path) => Some(read_beside(path)?),
            FileOrigin::RecipeFolder(folder) => return take_folder_beside(file, folder),
        };
        bytes.map_or(Ok(Vec::new()), |bytes| Ok(vec![take_file(file, bytes)?]))
    })
}

fn collect(
    recipe: &Recipe,
    mut read: impl FnMut(&ShippedFile) -> Result<Vec<(HostPath, ReadFile)>>,
) -> Result<BTreeMap<HostPath, ReadFile>> {
    let mut files = BTreeMap::new();
    for file in &recipe.files {
        for (path, read) in read(file)? {
            let place = path.to_string();
            if recipe.is_made_on_host(&path) {
                return Err(Failure::build(format!(
                    "`{place}` is written on the host by deb-build-app itself"
                ))
                .hint("take it out of the folder that `[files]` ships")
                .into());
            }
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

fn read_beside(path: &Path) -> Result<Vec<u8>> {
    if !fs::is_file(path) {
        return Err(Failure::build(format!("there is no file `{}`", path.display()))
            .hint("`[files]` is looked up beside the recipe; what is committed is named by `from-source`")
            .into());
    }
    Ok(fs::read(path)?)
}

fn take_folder_beside(file: &ShippedFile, folder: &Path) -> Result<Vec<(HostPath, ReadFile)>> {
    if !fs::is_dir(folder) {
        return Err(Failure::build(format!("there is no folder `{}`", folder.display()))
            .hint("`[files]` is looked up beside the recipe; what is committed is named by `from-source`")
            .into());
    }
    take_folder(file, folder, &listed(folder)?)
}

fn take_file(file: &ShippedFile, bytes: Vec<u8>) -> Result<(HostPath, ReadFile)> {
    if file.path.is_cron_table() {
        check_cron_table(&file.path, &bytes)?;
    }
    let mode = Mode::explicit(file.mode.bits())
        .map_err(|error| anyhow::anyhow!("`{}`: {error}", file.path))?;
    let read = ReadFile {
        entry: Entry::File {
            mode,
            content: Content::Bytes(bytes),
        },
        conffile: file.conffile,
    };
    Ok((file.path.clone(), read))
}

fn check_cron_table(path: &HostPath, bytes: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(bytes);
    cron_table::check(&text).map_err(|why| {
        Failure::build(format!("cron would not read `{path}`: {why}"))
            .hint("write lines such as `0 4 * * * demo /opt/demo/bin/tidy`, see crontab(5)")
            .into()
    })
}

/// Returns the files and links of a folder of the export.
pub(super) fn listed(root: &Path) -> Result<Vec<ListedFile>> {
    fs::walk(root)?
        .into_iter()
        .filter(|found| found.kind != FileKind::Directory)
        .map(|found| {
            let target = match found.kind {
                FileKind::Link => Some(fs::read_link(root.join(&found.relative))?),
                _ => None,
            };
            Ok(ListedFile {
                relative: found.relative,
                executable: found.executable,
                size: found.size,
                target,
            })
        })
        .collect()
}

fn take_folder(
    shipped: &ShippedFile,
    root: &Path,
    listed: &[ListedFile],
) -> Result<Vec<(HostPath, ReadFile)>> {
    let mut files = Vec::new();
    for file in listed.iter().filter(|file| !is_gits_own(&file.relative)) {
        let (entry, conffile) = match &file.target {
            Some(target) => (link(&file.relative, target)?, false),
            None => (on_disk(root, file), shipped.conffile),
        };
        let path = place(&shipped.path, &file.relative)?;
        files.push((path, ReadFile { entry, conffile }));
    }
    if files.is_empty() {
        let (place, hint) = match shipped.origin {
            FileOrigin::RecipeFolder(_) => {
                ("beside the recipe", "put one in, or name another folder")
            }
            _ => (
                "in the source",
                "only what is committed counts, and git keeps no empty folders",
            ),
        };
        return Err(Failure::build(format!(
            "the folder that `{}` is to be has no file {place}",
            shipped.path
        ))
        .hint(hint)
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

fn on_disk(root: &Path, file: &ListedFile) -> Entry {
    Entry::File {
        mode: Mode::of_file(file.executable),
        content: Content::OnDisk {
            path: root.join(&file.relative),
            size: file.size,
        },
    }
}

/// Takes a link that stays in the folder; the export refuses those that leave the source.
fn link(relative: &Path, target: &Path) -> Result<Entry> {
    if !stays_inside(relative, target) {
        return Err(Failure::build(format!(
            "the link `{}` leads out of the folder that is shipped, to `{}`",
            printable(&relative.display().to_string()),
            printable(&target.display().to_string())
        ))
        .hint("ship a folder that holds both, or replace the link by the file itself")
        .into());
    }
    Ok(Entry::Link {
        target: target.as_os_str().as_encoded_bytes().to_vec(),
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

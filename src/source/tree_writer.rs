//! The one way by which a source gets onto the disk: commits, folders and archives alike.
//!
//! Nothing is ever written over or through something else: files are made anew, links come last, and a link that leads out
//! of the tree is refused, because a build tool that follows it would read the builder's own files. Modes are 0644 or 0755
//! whatever the umask.
//!
//! Names are bytes. Two that differ in case only, or in the form of their accents, are two files, as on every file system
//! that Debian is installed on; a file system that takes one for the other is refused when it does.

use super::lfs;
use crate::failure::Failure;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

/// How many bytes are copied at a time.
const BLOCK: usize = 1 << 16;

/// Whether a file can be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Executable {
    /// 0755.
    Yes,
    /// 0644.
    No,
}

/// A tree that is being written.
#[derive(Debug)]
pub(super) struct TreeWriter {
    top: PathBuf,
    links: BTreeMap<PathBuf, PathBuf>,
}

impl TreeWriter {
    /// Starts a tree at `top`, which does not exist yet.
    pub(super) fn new(top: &Path) -> Result<Self> {
        fs::create_dir_all(top)?;
        fs::set_mode(top, 0o755)?;
        Ok(TreeWriter {
            top: top.to_path_buf(),
            links: BTreeMap::new(),
        })
    }

    /// Returns whether there is something at `relative` already, or a link on the way to it.
    pub(super) fn is_taken(&self, relative: &Path) -> bool {
        let full = self.top.join(relative);
        let is_empty_folder = fs::is_dir(&full)
            && fs::names_in(&full).is_ok_and(|names| names.is_empty())
            && !self.links.keys().any(|link| link.starts_with(relative));
        let on_the_way = relative
            .ancestors()
            .any(|place| self.links.contains_key(place) || fs::is_file(&self.top.join(place)));
        on_the_way || fs::exists(&full) && !is_empty_folder
    }

    /// Makes a folder, with those above it.
    pub(super) fn folder(&mut self, relative: &Path) -> Result<()> {
        check_names(relative)?;
        let mut path = PathBuf::new();
        for part in relative.components() {
            path.push(part);
            if self.links.contains_key(&path) {
                return Err(taken(&path).into());
            }
            let full = self.top.join(&path);
            if fs::is_dir(&full) {
                continue;
            }
            if fs::exists(&full) {
                return Err(taken(&path).into());
            }
            fs::create_dir_all(&full)?;
            fs::set_mode(&full, 0o755)?;
        }
        Ok(())
    }

    /// Writes a file of these bytes.
    pub(super) fn file(
        &mut self,
        relative: &Path,
        executable: Executable,
        bytes: &[u8],
    ) -> Result<()> {
        self.copy(relative, executable, &mut &*bytes, u64::MAX)?;
        Ok(())
    }

    /// Copies at most `limit` bytes into a file; returns how many there were.
    pub(super) fn copy(
        &mut self,
        relative: &Path,
        executable: Executable,
        content: &mut dyn Read,
        limit: u64,
    ) -> Result<u64> {
        check_names(relative)?;
        if let Some(parent) = relative.parent() {
            self.folder(parent)?;
        }
        if self.links.contains_key(relative) {
            return Err(taken(relative).into());
        }
        let path = self.top.join(relative);
        let mut file = fs::create_new(&path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => taken(relative).into(),
            _ => anyhow::Error::from(error),
        })?;
        let mut block = vec![0; BLOCK];
        let mut total = 0;
        loop {
            let length = read_block(content, &mut block)
                .with_context(|| format!("reading `{}` failed", relative.display()))?;
            if total == 0 {
                lfs::check(relative, &block[..length])?;
            }
            if length == 0 {
                break;
            }
            total += length as u64;
            if total > limit {
                return Err(too_large(relative).into());
            }
            file.write_all(&block[..length])?;
        }
        fs::set_mode(
            &path,
            match executable {
                // The builder's umask must not decide what a build tool finds.
                Executable::Yes => 0o755,
                Executable::No => 0o644,
            },
        )?;
        Ok(total)
    }

    /// Takes a link, which is made when all files are there.
    pub(super) fn link(&mut self, relative: &Path, target: &Path) -> Result<()> {
        check_names(relative)?;
        check_link(relative, target)?;
        if let Some(parent) = relative.parent() {
            self.folder(parent)?;
        }
        let is_there = fs::exists(&self.top.join(relative));
        if is_there
            || self
                .links
                .insert(relative.to_path_buf(), target.to_path_buf())
                .is_some()
        {
            return Err(taken(relative).into());
        }
        Ok(())
    }

    /// Makes the links.
    pub(super) fn finish(self) -> Result<()> {
        for (relative, target) in &self.links {
            fs::symlink(target, self.top.join(relative))?;
        }
        check_ends(&self.top, self.links.keys())
    }
}

/// Fills the block as far as there is something to read.
fn read_block(content: &mut dyn Read, block: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match content.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Refuses links that lead out of the tree through other links: only the disk knows where they end.
pub(super) fn check_ends<'a>(
    top: &Path,
    links: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<()> {
    let real = fs::canonicalize(top)?;
    for relative in links {
        let path = top.join(relative);
        if fs::canonicalize(&path).is_ok_and(|end| !end.starts_with(&real)) {
            return Err(leads_out(relative, &fs::read_link(&path)?).into());
        }
    }
    Ok(())
}

/// Refuses links that leave the tree by what they say.
pub(super) fn check_link(relative: &Path, target: &Path) -> Result<()> {
    let mut inside = PathBuf::new();
    let mut leaves = target.is_absolute();
    let from = relative.parent().context("an entry has a name")?;
    for part in from.join(target).components() {
        match part {
            Component::ParentDir => leaves |= !inside.pop(),
            Component::Normal(part) => inside.push(part),
            _ => {}
        }
    }
    if leaves {
        return Err(leads_out(relative, target).into());
    }
    Ok(())
}

/// Refuses names that would write outside the tree, or into the repository that is made beside it.
pub(super) fn check_names(relative: &Path) -> Result<()> {
    let bytes = relative.as_os_str().as_bytes();
    // The top itself has no name.
    let forbidden = !bytes.is_empty()
        && bytes
            .split(|byte| *byte == b'/')
            .any(|name| matches!(name, b"" | b"." | b"..") || is_gits(name) || name.contains(&0));
    if !forbidden {
        return Ok(());
    }
    Err(Failure::build(format!(
        "the source has a file of the forbidden name `{}`",
        relative.display()
    ))
    .hint("no commit made by git has one, and no archive of a project: look where this one comes from")
    .into())
}

/// Returns whether some file system takes a name for `.git`, so that git itself refuses it everywhere (`core.protectNTFS`).
fn is_gits(name: &[u8]) -> bool {
    let name = name.split(|byte| *byte == b':').next().unwrap_or(name);
    let end = name.iter().rposition(|byte| !b" .".contains(byte));
    let name = &name[..end.map_or(0, |end| end + 1)];
    name.eq_ignore_ascii_case(b".git") || name.eq_ignore_ascii_case(b"git~1")
}

fn taken(relative: &Path) -> Failure {
    Failure::build(format!(
        "the source has `{}` twice, or has a file of a name that this file system takes for the same",
        relative.display()
    ))
    .hint("names that differ in case only need a file system that tells them apart: give one with `--cache-dir DIR`")
}

fn too_large(relative: &Path) -> Failure {
    Failure::build(format!(
        "`{}` is larger than what is unpacked from one archive",
        relative.display()
    ))
    .hint("an archive of a program's source is no larger: look what it holds before you trust it")
}

fn leads_out(relative: &Path, target: &Path) -> Failure {
    Failure::build(format!(
        "the link `{}` leads out of the source, to `{}`",
        relative.display(),
        target.display()
    ))
    .hint("replace it by the file itself, and commit that")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_leave_the_tree_are_refused() {
        for name in [
            ".",
            "..",
            "a/../b",
            "a//b",
            ".git",
            "a/.GIT/config",
            "/a",
            ".git. ",
            "a/Git~1/x",
            ".git::$INDEX_ALLOCATION",
        ] {
            assert!(check_names(Path::new(name)).is_err(), "{name:?}");
        }
        for name in [
            "",
            ".gitignore",
            "a/.gitmodules",
            "a/b",
            "...",
            "git~2",
            "a:b",
            "git",
        ] {
            assert!(check_names(Path::new(name)).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn links_that_leave_the_tree_are_refused() {
        for (at, target) in [
            ("a", "/etc/passwd"),
            ("a", "../x"),
            ("d/a", "../../x"),
            ("d/a", "..//../x"),
        ] {
            assert!(
                check_link(Path::new(at), Path::new(target)).is_err(),
                "{at} -> {target}"
            );
        }
        for (at, target) in [("a", "b"), ("d/a", "../x"), ("d/e/a", "../../x/../y")] {
            assert!(
                check_link(Path::new(at), Path::new(target)).is_ok(),
                "{at} -> {target}"
            );
        }
    }
}

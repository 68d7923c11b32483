//! Paths inside a root. Its links are followed as the root itself would follow them, never out of it.

use crate::failure::Failure;
use crate::sys::fs;
use anyhow::Result;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// What the kernel follows at most (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// Returns where the absolute path `inside` is below `top`, links followed; the last part need not exist.
///
/// # Errors
/// When the path is relative or has `..`, or its links go round in circles.
pub(super) fn resolve(top: &Path, inside: &str) -> Result<PathBuf> {
    check(inside)?;
    let mut waiting = parts(Path::new(inside));
    let mut reached: Vec<OsString> = Vec::new();
    let mut links = 0;
    while let Some(part) = waiting.pop_front() {
        if part == ".." {
            reached.pop();
            continue;
        }
        let path = top.join(reached.iter().collect::<PathBuf>()).join(&part);
        let Ok(target) = fs::read_link(&path) else {
            reached.push(part);
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return Err(Failure::build(format!("`{inside}` has too many links")).into());
        }
        if target.is_absolute() {
            reached.clear();
        }
        for part in parts(&target).into_iter().rev() {
            waiting.push_front(part);
        }
    }
    Ok(top.join(reached.iter().collect::<PathBuf>()))
}

/// Checks that `inside` is an absolute path without `..`.
pub(super) fn check(inside: &str) -> Result<()> {
    let path = Path::new(inside);
    if path.is_absolute() && path.components().all(|part| part != Component::ParentDir) {
        return Ok(());
    }
    Err(Failure::build(format!(
        "`{inside}` is not an absolute path without `..`, as a path inside a root has to be"
    ))
    .into())
}

fn parts(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some(OsString::from("..")),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside_the_root_only() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let top = root.path();
        fs::create_dir_all(top.join("srv/www")).expect("folders");
        for (target, link) in [
            ("/srv", "data"),
            ("../../../../srv/www", "srv/up"),
            ("loop", "loop"),
            ("../data/new", "srv/file"),
        ] {
            fs::symlink(target, top.join(link)).expect("a link");
        }
        let found = |inside| resolve(top, inside).ok();
        assert_eq!(found("/data/www/x"), Some(top.join("srv/www/x")));
        assert_eq!(found("/srv/up/x"), Some(top.join("srv/www/x")));
        assert_eq!(found("/srv/file"), Some(top.join("srv/new")));
        assert_eq!(found("/"), Some(top.to_path_buf()));
        for refused in ["etc/passwd", "/srv/../etc", "/loop/x", ""] {
            assert_eq!(found(refused), None, "{refused}");
        }
    }
}

//! Git LFS: what is in the repository is a pointer, and the file is on a server of its own (git-lfs-spec).
//!
//! Such a server is not asked: a package whose files are pointers would be broken, and is refused.

use crate::failure::Failure;
use std::path::Path;

/// The first line of a pointer.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Refuses a file that begins as a pointer does.
pub(super) fn check(relative: &Path, start: &[u8]) -> Result<(), Failure> {
    if !start.starts_with(POINTER) {
        return Ok(());
    }
    Err(Failure::build(format!(
        "`{}` is a Git LFS pointer: its content is not in the repository",
        relative.display()
    ))
    .hint("commit the file itself, or package a checkout that has it with `path`, or fetch it in a wheel that the app depends on"))
}

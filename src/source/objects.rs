//! Whether the objects of a repository are there and whole.
//!
//! libgit2 checks every object against its id when it reads it. One that is a file of its own and ends too early, as after a
//! full disk or a power cut, it would read for ever (1.9): such files are looked at here first.
//!
//! # Limits
//! Commits and tags are not looked at: one that is cut off hangs what asks for its history.

use crate::failure::Failure;
use crate::sys::fs;
use anyhow::Result;
use flate2::read::ZlibDecoder;
use git2::{ErrorClass, ErrorCode, Oid, Repository};
use std::io::ErrorKind;
use std::path::Path;

/// How many digits of an id name the folder of its file (gitrepository-layout(5), "objects/").
const FOLDER_DIGITS: usize = 2;

/// Refuses an object that is cut off.
pub(super) fn check(repository: &Repository, id: Oid) -> Result<()> {
    let name = id.to_string();
    let (folder, rest) = name.split_at(FOLDER_DIGITS);
    let path = repository
        .commondir()
        .join("objects")
        .join(folder)
        .join(rest);
    // Most are in packs.
    let Ok(file) = fs::open_regular(&path) else {
        return Ok(());
    };
    match std::io::copy(&mut ZlibDecoder::new(file), &mut std::io::sink()) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(git2::Error::new(
            ErrorCode::GenericError,
            ErrorClass::Odb,
            format!("the object {id} is cut off"),
        )
        .into()),
        // Whatever else is wrong libgit2 finds itself.
        _ => Ok(()),
    }
}

/// Says of an object of the user's own repository that cannot be read which repository it is, and what to do.
pub(super) fn explain(error: anyhow::Error, folder: &Path) -> anyhow::Error {
    let is_object =
        |error: &git2::Error| matches!(error.class(), ErrorClass::Odb | ErrorClass::Zlib);
    if !error
        .chain()
        .any(|cause| cause.downcast_ref().is_some_and(is_object))
    {
        return error;
    }
    Failure::build(format!(
        "the repository at `{}` is not whole",
        folder.display()
    ))
    .caused_by(error)
    .hint("`git fsck` in it says what is missing or broken; a clone without its files (`--filter`) gets them by `git checkout`")
    .into()
}

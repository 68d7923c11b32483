//! The files of `[scripts]`, which become part of the maintainer scripts.
//!
//! # Limits
//! A script is one word of a command when its syntax is tried, so it is no longer than the kernel passes.

use crate::failure::Failure;
use crate::recipe::{HookPoint, Recipe};
use crate::sys::fs;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads the files of `[scripts]`, which become part of the maintainer scripts.
///
/// # Errors
/// When one is not there, or is no sh.
pub fn read_hooks(recipe: &Recipe) -> Result<BTreeMap<HookPoint, String>> {
    recipe
        .hooks
        .iter()
        .map(|(point, path)| Ok((*point, read_hook(*point, path)?)))
        .collect()
}

/// The kernel passes no single word that is longer (`MAX_ARG_STRLEN` of execve(2), less some room).
const LONGEST_HOOK: usize = 120 * 1024;

fn read_hook(point: HookPoint, path: &Path) -> Result<String> {
    let refused = |why: &str, hint: &str| {
        let failure = Failure::build(format!(
            "the script `{}` of `{}` {why}",
            path.display(),
            point.as_str()
        ));
        anyhow::Error::from(failure.hint(hint))
    };
    if !fs::is_file(path) {
        return Err(refused(
            "is not there",
            "`[scripts]` is looked up beside the recipe",
        ));
    }
    let plain = "write lines of sh in UTF-8, each ended by a line feed";
    let text = String::from_utf8(fs::read(path)?).map_err(|_| refused("is no UTF-8", plain))?;
    if text.contains(['\0', '\r']) {
        return Err(refused("holds a NUL or a carriage return", plain));
    }
    let line = text.lines().next().unwrap_or_default();
    let interpreter = line.strip_prefix("#!").map(str::trim);
    if interpreter.is_some_and(|line| !["/bin/sh", "/bin/sh -e", "/usr/bin/env sh"].contains(&line))
    {
        return Err(refused(
            "is not for /bin/sh",
            "write it in sh, or call your program from a script of sh",
        ));
    }
    if text.len() > LONGEST_HOOK {
        return Err(refused(
            "is longer than 120 KiB",
            "ship a program in `[files]`, and call it from the script",
        ));
    }
    Ok(text)
}

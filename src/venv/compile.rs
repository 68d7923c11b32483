//! Compiles the modules, and tells which do not compile.
//!
//! Python 2 templates and test data are no reason to stop: such a file is shipped without bytecode, and the report says so.

use super::build::Surroundings;
use crate::plan::{Command, Plan};
use crate::sys::process::Line;
use anyhow::{Context as _, Result};
use std::path::Path;

/// Compiles the modules, and returns those that do not compile: Python 2 templates and test data are no reason to stop.
pub(super) fn compile(
    plan: &Plan,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Vec<String>> {
    match &plan.venv.compile {
        Some(compile) => run_compiler(compile, &plan.places.stage(), surroundings, on_line),
        None => Ok(Vec::new()),
    }
}

/// Compiles what is below `stage`, and returns what does not compile, as paths on the host.
pub(super) fn run_compiler(
    compile: &Command,
    stage: &Path,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Vec<String>> {
    let mut not_compiled = Vec::new();
    let cmd = compile.complete()?;
    let ended = surroundings
        .runner
        .run_to_end(&cmd, surroundings.log, &mut |line| {
            if let Some(file) = line.text().strip_prefix("*** Error compiling '") {
                not_compiled.push(file.trim_end_matches("'...").to_owned());
            }
            on_line(line);
        })?;
    // 1 is what compileall says of files that do not compile; anything else went wrong with itself.
    if not_compiled.is_empty() || ended.code() != Some(1) {
        ended.succeeded().context("compiling the bytecode failed")?;
    }
    let prefix = stage.to_string_lossy();
    not_compiled.sort();
    Ok(not_compiled
        .iter()
        .map(|file| {
            file.strip_prefix(prefix.as_ref())
                .unwrap_or(file)
                .to_owned()
        })
        .collect())
}

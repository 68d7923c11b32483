//! Runs the installers, and turns what they say into a hint: a full disk, an index out of reach or closed, another Python.
//!
//! The lines are recognised in `said`; what no line explains gets the hint that is right most of the time.

use super::build::Surroundings;
use super::other_python::{self, Refused};
use super::said;
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{Command, Plan};
use crate::sys::fs;
use crate::sys::process::Line;
use anyhow::Result;

/// What to do when the network is in the way.
pub(super) const INDEX_OUT_OF_REACH: &str = "this machine does not reach its package index: check the network, `https_proxy`, \
    `PIP_INDEX_URL` and the certificates of the machine";

/// Makes the environment with the pinned build requirements, or builds in it.
pub(super) fn prepare(
    command: &Command,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<()> {
    let mut lacking = false;
    let mut unreachable = false;
    let result = surroundings.run(command, &mut |line| {
        lacking |= said::says_lacking(line.text());
        unreachable |= said::says_unreachable(line.text());
        on_line(line);
    });
    result.or_failure(|| {
        let failure = Failure::build("building with the requirements of `build-constraints` failed");
        if lacking {
            failure.hint(LACKING)
        } else if unreachable {
            failure.hint(INDEX_OUT_OF_REACH)
        } else {
            failure.hint("the file must name everything that is needed to build, also what that needs, each with one version and its hash, and as a wheel")
        }
    })
}

/// What to do when an environment for building lacks something.
pub(super) const LACKING: &str = "add what the lines above name to the file of `build-constraints`, with its version and hash, and with what it needs itself";

/// Runs one command that installs.
pub(super) fn install(
    command: &Command,
    plan: &Plan,
    newest: &Command,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<()> {
    let mut unreachable = false;
    let mut disk_full = false;
    let mut denied = false;
    let mut other_python = None;
    let mut said = Vec::new();
    let result = surroundings.run(command, &mut |line| {
        other_python = other_python.take().or(other_python::refused(line.text()));
        if line.text().starts_with("ERROR: ") {
            said.push(line.text().to_owned());
        }
        unreachable |= said::says_unreachable(line.text());
        denied |= said::says_denied(line.text());
        disk_full |= line.text().contains("No space left on device");
        on_line(line);
    });
    let log = plan.places.pip_log();
    if result.is_err() && fs::is_file(&log) {
        denied |= String::from_utf8_lossy(&fs::read(&log)?)
            .lines()
            .any(said::says_denied);
    }
    let refused: Option<Refused> = other_python.or_else(|| other_python::ignored(&said));
    let is_wanted = result.is_err() && !(disk_full || denied || unreachable);
    // A hint that cannot be made must not hide why it was wanted.
    let other_python = refused
        .filter(|_| is_wanted)
        .and_then(|it| it.hint(newest, plan, surroundings).ok());
    result.or_failure(|| {
        let failure = Failure::build("installing the Python distributions failed");
        if disk_full {
            failure.hint("the disk of the cache is full: make room, or give another place with `--cache-dir DIR`")
        } else if denied {
            failure.hint(
                "the index wants a name and password, or takes none of those it was given: put them into netrc (`NETRC`, `~/.netrc`), or \
                 into an address of the same host in `PIP_INDEX_URL` or `PIP_EXTRA_INDEX_URL`, never into the recipe",
            )
        } else if unreachable {
            failure.hint(INDEX_OUT_OF_REACH)
        } else if let Some(hint) = other_python {
            failure.hint(hint)
        } else if let Some(hint) = other_indexes(plan) {
            failure.hint(hint)
        } else {
            failure.hint("check the pins: the lines above say which one the index does not have, or has with another hash")
        }
    })
}

/// Says which indexes the lock names: they are not asked unless the recipe or the machine names them.
fn other_indexes(plan: &Plan) -> Option<String> {
    let lock = plan.venv.lock.as_ref()?;
    let indexes: Vec<_> = lock.indexes().map(|it| format!("`{it}`")).collect();
    (!indexes.is_empty()).then(|| {
        format!(
            "the lock was made with {}, and the files are looked up in the indexes of the recipe and of this machine: name what lacks in \
             `extra-index-url`",
            indexes.join(", ")
        )
    })
}

/// Warns where a lock does not bring what its distributions say they need: `pyproject.toml` may have changed since, or the lock
/// knows better.
pub(super) fn check_needs(
    command: &Command,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<()> {
    let mut said = Vec::new();
    let cmd = command.complete()?;
    let ended = surroundings
        .runner
        .run_to_end(&cmd, surroundings.log, &mut |line| {
            if let Line::Output(text) = line
                && text.contains(" require")
            {
                said.push(text.to_owned());
            }
            on_line(line);
        })?;
    if ended.code() != Some(0) {
        (surroundings.warn)(&format!(
            "the lock does not bring all that its distributions say they need: {}; lock again if the project has changed",
            said.join("; ")
        ));
    }
    Ok(())
}

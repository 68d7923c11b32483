//! The project itself: a wheel built from the clean export, installed like everything else.

use super::build::{INDEX_OUT_OF_REACH, Surroundings};
use crate::deb::hexadecimal;
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{Command, ProjectWheel, SourceProject, installer};
use crate::sys::fs;
use crate::sys::process::Line;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Builds the wheel from the export.
pub(super) fn build_wheel(
    command: &Command,
    project: &SourceProject,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<ProjectWheel> {
    let out = &project.wheels;
    fs::create_dir_all(out)?;
    let mut unreachable = false;
    let result = surroundings.run(command, &mut |line| {
        unreachable |= installer::says_unreachable(line.text());
        on_line(line);
    });
    result.or_failure(|| {
        let failure = Failure::build("building a wheel of the source failed");
        if unreachable {
            failure.hint(INDEX_OUT_OF_REACH)
        } else {
            failure.hint("the lines above say why; a source that is no Python project needs `project = false` in `[venv]`")
        }
    })?;
    let wheels: Vec<_> = fs::names_in(out)?
        .into_iter()
        .filter(|name| name.to_string_lossy().ends_with(".whl"))
        .collect();
    match wheels.as_slice() {
        [wheel] => Ok(ProjectWheel {
            name: distribution_name(Path::new(wheel))?,
            sha256: hexadecimal(&Sha256::digest(fs::read(out.join(wheel))?)),
            file: wheel.to_string_lossy().into_owned(),
        }),
        found => Err(anyhow::anyhow!(
            "building the source made {} wheels instead of one",
            found.len()
        )),
    }
}

/// Returns the normalised name of a wheel's distribution (PEP 427, PEP 503).
fn distribution_name(wheel: &Path) -> Result<String> {
    let name = wheel
        .to_str()
        .and_then(|name| name.split('-').next())
        .with_context(|| format!("`{}` has no wheel's name", wheel.display()))?;
    Ok(super::distribution::normalise(name))
}

//! The project itself: a wheel built from the clean export, installed like everything else.

use super::build::Surroundings;
use super::install::{INDEX_OUT_OF_REACH, LACKING};
use super::said;
use crate::deb::hexadecimal;
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{Command, ProjectWheel, SourceProject, project_requirement};
use crate::sys::fs;
use crate::sys::process::Line;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::ffi::OsStr;
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
    let mut lacking = false;
    let result = surroundings.run(command, &mut |line| {
        lacking |= said::says_lacking(line.text());
        unreachable |= said::says_unreachable(line.text());
        on_line(line);
    });
    result.or_failure(|| {
        let failure = Failure::build("building a wheel of the source failed");
        if unreachable {
            failure.hint(INDEX_OUT_OF_REACH)
        } else if lacking {
            failure.hint(LACKING)
        } else {
            failure.hint("the lines above say why; a source that is no Python project needs `project = false` in `[venv]`")
        }
    })?;
    let wheels: Vec<_> = fs::names_in(out)?
        .into_iter()
        .filter(|name| name.to_string_lossy().ends_with(".whl"))
        .collect();
    match wheels.as_slice() {
        [wheel] => wheel_of(out, wheel),
        found => Err(anyhow::anyhow!(
            "building the source made {} wheels instead of one",
            found.len()
        )),
    }
}

/// Returns the requirements that install every wheel of a folder, each with its hash; nothing when there is no such folder.
pub(super) fn requirements_of(folder: &Path) -> Result<String> {
    let mut names = if fs::is_dir(folder) {
        fs::names_in(folder)?
    } else {
        Vec::new()
    };
    names.sort();
    let mut text = String::new();
    for name in names {
        let wheel = wheel_of(folder, &name)?;
        let project = SourceProject {
            root: folder.to_path_buf(),
            wheels: folder.to_path_buf(),
            extras: Vec::new(),
            is_app: false,
        };
        text.push_str(&project_requirement(&project, Some(true), Some(&wheel)).complete()?);
    }
    Ok(text)
}

fn wheel_of(folder: &Path, name: &OsStr) -> Result<ProjectWheel> {
    Ok(ProjectWheel {
        name: distribution_name(Path::new(name))?,
        sha256: hexadecimal(&Sha256::digest(fs::read(folder.join(name))?)),
        file: name.to_string_lossy().into_owned(),
    })
}

/// Returns the normalised name of a wheel's distribution (PEP 427, PEP 503).
fn distribution_name(wheel: &Path) -> Result<String> {
    let name = wheel
        .to_str()
        .and_then(|name| name.split('-').next())
        .with_context(|| format!("`{}` has no wheel's name", wheel.display()))?;
    Ok(super::distribution::normalise(name))
}

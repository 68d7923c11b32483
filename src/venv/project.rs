//! The project itself: a wheel built from the clean export, installed like everything else.

use super::build::{INDEX_OUT_OF_REACH, Surroundings};
use super::installer::{self, Installer, Places};
use crate::failure::{Failure, OrFailure as _};
use crate::recipe::Extra;
use crate::source::SourceTree;
use crate::sys::fs;
use crate::sys::process::Line;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The wheel of the project.
pub(super) struct ProjectWheel {
    /// The normalised name of its distribution.
    pub(super) name: String,
    path: PathBuf,
}

/// Builds the wheel from the export.
pub(super) fn build_wheel(
    source: &SourceTree,
    installer: &Installer,
    surroundings: &Surroundings<'_>,
    places: &Places,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<ProjectWheel> {
    let out = surroundings.work.join("wheels");
    fs::create_dir_all(&out)?;
    let cmd = installer.build_wheel(
        &source.root,
        &out,
        surroundings.interpreter,
        surroundings
            .environment
            .source_date_epoch
            .map_or(source.time.seconds(), |latest| {
                latest.min(source.time.seconds())
            }),
        places,
        surroundings.environment,
    );
    let mut unreachable = false;
    let result = surroundings
        .runner
        .run(&cmd, surroundings.log, &mut |line| {
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
    let wheels: Vec<_> = fs::names_in(&out)?
        .into_iter()
        .filter(|name| name.to_string_lossy().ends_with(".whl"))
        .collect();
    match wheels.as_slice() {
        [wheel] => Ok(ProjectWheel {
            name: distribution_name(Path::new(wheel))?,
            path: out.join(wheel),
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

impl ProjectWheel {
    /// Writes a requirements file that installs the wheel. Where others have hashes it has one too: with the first hash, pip
    /// demands one of everything.
    pub(super) fn requirements_file(
        &self,
        extras: &[Extra],
        with_hash: bool,
        places: &Places,
    ) -> Result<PathBuf> {
        let extras: Vec<_> = extras.iter().map(Extra::as_str).collect();
        let extras = if extras.is_empty() {
            String::new()
        } else {
            format!("[{}]", extras.join(","))
        };
        let mut line = format!(
            "{}{extras} @ file://{}",
            self.name,
            percent_encode(&self.path)
        );
        if with_hash {
            line.push_str(" --hash=sha256:");
            for byte in Sha256::digest(fs::read(&self.path)?) {
                let _ = write!(line, "{byte:02x}");
            }
        }
        line.push('\n');
        let file = places.temporary.join("project.txt");
        fs::write(&file, line.as_bytes())?;
        Ok(file)
    }
}

fn percent_encode(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~+".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_is_a_url_that_both_installers_read() {
        assert_eq!(
            percent_encode(Path::new("/a b/ä#.whl")),
            "/a%20b/%C3%A4%23.whl"
        );
    }
}

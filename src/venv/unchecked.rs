//! What came in without a hash though there is a lock, because something had to be built.
//!
//! uv tells in its log what it builds with, and pip leaves its environments where they are when it is asked to.

use super::build::Surroundings;
use super::{resolved, said};
use crate::failure::Failure;
use crate::plan::{BUILD_UNLOCKED, Command, Places, Plan, UncheckedBuilds};
use crate::sys::fs;
use anyhow::Result;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The line in front of the file that pins it.
const HEAD: &str = "# What deb-build-app built with. To build with the same again, commit this file and name it in `[venv] build-constraints`.\n";

/// Distributions that something was built with: normal names with versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unchecked(BTreeMap<String, BTreeSet<String>>);

impl Unchecked {
    /// Takes what a line of an installer's output tells.
    pub(super) fn listen(&mut self, line: &str) {
        for (name, version) in said::told_builds(line) {
            self.0.entry(name).or_default().insert(version);
        }
    }

    /// Refuses what came in where the user wants hashes: a backend may ask for more than `pyproject.toml` says.
    ///
    /// # Errors
    /// When something came in.
    pub(super) fn refuse(&self, unchecked: UncheckedBuilds) -> Result<(), Failure> {
        if unchecked == UncheckedBuilds::Told || self.0.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = self.0.keys().map(String::as_str).collect();
        Err(Failure::build(format!(
            "with `--locked`, nothing is built with build requirements that have no hash, and these came in: `{}`",
            names.join("`, `")
        ))
        .hint(BUILD_UNLOCKED))
    }

    /// Takes what is in the environments that pip has left.
    pub(super) fn look(&mut self, places: &Places) -> Result<()> {
        for environment in names_in(&places.temporary(), "pip-build-env-")? {
            for part in ["overlay", "normal"] {
                let libraries = environment.join(part).join("lib");
                for library in names_in(&libraries, "python")? {
                    for folder in names_in(&library.join("site-packages"), "")? {
                        let name = folder.file_name().unwrap_or_default().to_string_lossy();
                        if let Some(whole) = name.strip_suffix(".dist-info")
                            && let Some((name, version)) = whole.split_once('-')
                        {
                            let name = crate::lockfile::normal_name(name);
                            let versions = self.0.entry(name).or_default();
                            versions.insert(version.to_owned());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Says what came in, and returns the requirements file that pins it, where one can.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn pin(
        &self,
        command: &Command,
        places: &Places,
        surroundings: &Surroundings<'_>,
    ) -> Result<Option<String>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let several = self.0.iter().find(|(_, versions)| versions.len() > 1);
        let pinned = match several {
            None => self.resolve(command, places, surroundings)?,
            Some(_) => None,
        };
        let named = self.0.iter().map(|(name, versions)| {
            let versions: Vec<_> = versions.iter().map(String::as_str).collect();
            format!("`{name}` {}", versions.join(" and "))
        });
        let named: Vec<_> = named.collect();
        let rest = match (&pinned, several) {
            (Some(_), _) => "the file `….build-requirements.txt` beside the package pins it: commit it, and name it in `build-constraints` of `[venv]`".to_owned(),
            (None, Some((name, _))) => format!("pin one version of `{name}` that all can be built with, in a file that `build-constraints` of `[venv]` names"),
            (None, None) => "pin it in a file that `build-constraints` of `[venv]` names".to_owned(),
        };
        (surroundings.warn)(&format!(
            "the lock says nothing of what is built with, so that this came unchecked: {}; {rest}",
            named.join(", ")
        ));
        Ok(pinned)
    }

    fn resolve(
        &self,
        command: &Command,
        places: &Places,
        surroundings: &Surroundings<'_>,
    ) -> Result<Option<String>> {
        let all = self.0.iter().flat_map(|(name, versions)| {
            let versions = versions.iter();
            versions.map(move |version| (name.clone(), version.clone()))
        });
        let all: BTreeMap<_, _> = all.collect();
        let lines = all
            .iter()
            .map(|(name, version)| format!("{name}=={version}\n"));
        let lines: String = lines.collect();
        // A source without a pyproject.toml is built with setuptools, and by pip, which builds the next time, with wheel too.
        let also: &[&str] = if all.contains_key("setuptools") && !all.contains_key("wheel") {
            &["wheel\n", ""]
        } else {
            &[""]
        };
        let cmd = command.complete()?;
        let answer = places.unchecked_resolved();
        for also in also {
            fs::write(&places.unchecked(), format!("{lines}{also}").as_bytes())?;
            let ended = surroundings
                .runner
                .run_to_end(&cmd, surroundings.log, &mut |_| {})?;
            if ended.code() != Some(0) || !fs::is_file(&answer) {
                continue;
            }
            let text = fs::read_to_string(&answer)?;
            let mut all = all.clone();
            if let Some(version) = resolved::version_of(&text, also.trim()) {
                all.insert(also.trim().to_owned(), version);
            }
            let rendered = resolved::render(HEAD, &text, &all, &BTreeSet::new());
            return Ok(rendered.ok().flatten());
        }
        Ok(None)
    }
}

/// Returns what is in a folder whose names begin so; nothing when it is not there.
fn names_in(folder: &Path, start: &str) -> Result<Vec<std::path::PathBuf>> {
    if !fs::is_dir(folder) {
        return Ok(Vec::new());
    }
    let names = fs::names_in(folder)?.into_iter();
    let names = names.filter(|name| name.to_string_lossy().starts_with(start));
    Ok(names.map(|name| folder.join(name)).collect())
}

#[derive(Deserialize)]
struct Pyproject {
    #[serde(rename = "build-system")]
    build_system: Option<BuildSystem>,
}

#[derive(Deserialize)]
struct BuildSystem {
    #[serde(default)]
    requires: Vec<String>,
}

/// Refuses to build a project of the source with anything that has no hash, where the user wants that.
///
/// # Errors
/// When it says that it is built with something.
pub(super) fn refuse(plan: &Plan) -> Result<()> {
    let venv = &plan.venv;
    if venv.unchecked == UncheckedBuilds::Told || venv.builds_checked || venv.lock.is_none() {
        return Ok(());
    }
    for project in &venv.projects {
        let file = project.root.join("pyproject.toml");
        let text = if fs::is_file(&file) {
            Some(fs::read_to_string(&file)?)
        } else {
            None
        };
        let requires = requires(text.as_deref());
        if !requires.is_empty() {
            return Err(Failure::build(format!(
                "with `--locked`, nothing is built with build requirements that have no hash, and the source is built with `{}`",
                requires.join("`, `")
            ))
            .hint(BUILD_UNLOCKED)
            .into());
        }
    }
    Ok(())
}

/// Returns what a project says it is built with; setuptools where it says nothing (PEP 517, PEP 518).
fn requires(pyproject: Option<&str>) -> Vec<String> {
    let read = pyproject.and_then(|text| toml::from_str::<Pyproject>(text).ok());
    match read.and_then(|it| it.build_system) {
        Some(build_system) => build_system.requires,
        None => vec!["setuptools".to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_that_says_nothing_is_built_with_setuptools() {
        for (text, wanted) in [
            (None, &["setuptools"][..]),
            (Some("[project]\nname = \"x\"\n"), &["setuptools"]),
            (Some("[build-system]\nrequires = []\n"), &[]),
            (Some("[build-system]\nrequires = [\"a>=1\"]\n"), &["a>=1"]),
        ] {
            assert_eq!(requires(text), wanted);
        }
    }
}

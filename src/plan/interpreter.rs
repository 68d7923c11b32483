//! The Python that a package runs with: the distribution's own, never another one (DESIGN 5).

use crate::failure::{Failure, Kind};
use crate::recipe::{PythonChoice, Recipe};
use crate::sys::host::HostFacts;
use anyhow::Result;
use std::path::PathBuf;

/// The distribution's Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// `3.11`.
    pub version: String,
}

impl Interpreter {
    /// Returns where the distribution installs it, here and on the target.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(format!("/usr/bin/python{}", self.version))
    }

    /// Returns its package, which the built package depends on.
    pub fn package(&self) -> String {
        format!("python{}", self.version)
    }

    /// Returns the tag in the names of its bytecode files (PEP 3147): `cpython-311`.
    pub fn cache_tag(&self) -> String {
        format!("cpython-{}", self.version.replace('.', ""))
    }
}

/// Releases that can be built for, with the version of their Python 3.
pub const RELEASES: &[(&str, &str)] = &[("bookworm", "3.11"), ("trixie", "3.13")];

/// Chooses the interpreter of the release that the recipe is for.
///
/// # Errors
/// When the machine is not of that release, or the recipe wants a Python that is not the distribution's.
pub(super) fn choose(recipe: &Recipe, host: &HostFacts) -> Result<Interpreter> {
    let release = recipe.target.release.as_deref().unwrap_or(&host.release);
    let Some((_, python)) = RELEASES.iter().find(|(name, _)| *name == release) else {
        let known: Vec<_> = RELEASES
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        return Err(Failure::new(
            Kind::Host,
            format!("packages for `{release}` cannot be built"),
        )
        .hint(format!(
            "the releases that can be built for are {}",
            known.join(" and ")
        ))
        .into());
    };
    if release != host.release {
        return Err(Failure::new(
            Kind::Host,
            format!("the recipe is for `{release}`, but this machine is `{}`", host.release),
        )
        .hint(format!(
            "build on `{release}`: a virtualenv works only with the Python of the release it was made on"
        ))
        .into());
    }
    interpreter(recipe.venv.python.as_ref(), python, host)
}

fn interpreter(
    choice: Option<&PythonChoice>,
    distribution: &str,
    host: &HostFacts,
) -> Result<Interpreter> {
    let own = Interpreter {
        version: distribution.to_owned(),
    };
    let refused = |asked: String, why: String| -> anyhow::Error {
        Failure::new(
            Kind::Recipe,
            format!("`{asked}` cannot be the Python of a package: {why}"),
        )
        .hint(format!(
            "leave `python` in `[venv]` away: this release's own is `{}`",
            own.path().display()
        ))
        .into()
    };
    match choice {
        None => Ok(own),
        Some(PythonChoice::Version(version)) if *version == own.version => Ok(own),
        Some(PythonChoice::Version(version)) => Err(refused(
            format!("python {version}"),
            format!("`{}` has Python {}", host.release, own.version),
        )),
        Some(PythonChoice::Program(path)) if *path == own.path() => Ok(own),
        Some(PythonChoice::Program(path)) => {
            let at_home = path.starts_with("/home")
                || path.starts_with("/root")
                || host
                    .environment
                    .home
                    .as_ref()
                    .is_some_and(|home| path.starts_with(home));
            let why = if at_home {
                "it is under a home folder, which the target does not have"
            } else {
                "it is not the distribution's, so that nothing would bring it to the target"
            };
            Err(refused(path.display().to_string(), why.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::environment::Environment;
    use crate::sys::isolation::Isolation;

    fn host() -> HostFacts {
        HostFacts {
            release: "bookworm".to_owned(),
            architecture: "amd64".to_owned(),
            root: true,
            cores: 2,
            isolation: Isolation::ParentDeathSignal,
            environment: Environment {
                home: Some(PathBuf::from("/srv/build")),
                ..Environment::default()
            },
        }
    }

    fn error(choice: &str) -> String {
        let choice: PythonChoice = choice.parse().expect("a version or a path");
        interpreter(Some(&choice), "3.11", &host())
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn only_the_distributions_python_is_taken() {
        assert_eq!(error("3.11"), "");
        assert_eq!(error("/usr/bin/python3.11"), "");
        for home in [
            "/root/.pyenv/bin/python3",
            "/home/ada/bin/python",
            "/srv/build/py/bin/python",
        ] {
            assert!(
                error(home).contains("under a home folder"),
                "{home}: {}",
                error(home)
            );
        }
        assert!(error("/opt/py/bin/python").contains("not the distribution's"));
        assert!(error("3.12").contains("`bookworm` has Python 3.11"));
    }
}

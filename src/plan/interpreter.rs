//! The Python that a package runs with: the distribution's own, on the host or in the package, or the one of a folder that
//! becomes part of the package; never another one (DESIGN 5).

use crate::failure::{Failure, Kind};
use crate::recipe::{InterpreterChoice, PythonChoice, Recipe};
use crate::sys::host::HostFacts;
use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// The Python that a package runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// `3.11`.
    pub version: String,
    /// `3.11.2`.
    pub full: String,
    /// The release that it runs on.
    pub release: &'static Release,
    /// Where it comes from.
    pub origin: InterpreterOrigin,
}

/// Where the Python of a package comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterpreterOrigin {
    /// The distribution installs it on the host.
    Host,
    /// The package brings it, out of the distribution's packages.
    Packages,
    /// The package brings it, out of this folder of the build machine.
    Folder(PathBuf),
}

/// The folder below the prefix that holds a Python which the package brings.
pub const OWN_PYTHON: &str = "python";

impl Interpreter {
    /// The distribution's Python on the host.
    pub fn of_host(release: &'static Release) -> Self {
        Interpreter {
            version: release.python.to_owned(),
            full: release.full_python.to_owned(),
            release,
            origin: InterpreterOrigin::Host,
        }
    }

    /// Returns the program that builds. The distribution's own makes the same as the one that a package takes out of its
    /// packages, and has headers and pip besides.
    pub fn path(&self) -> PathBuf {
        let folder = match &self.origin {
            InterpreterOrigin::Host | InterpreterOrigin::Packages => PathBuf::from("/usr"),
            InterpreterOrigin::Folder(folder) => folder.clone(),
        };
        folder.join("bin").join(self.name())
    }

    /// Returns the folder that it has its library in.
    pub fn base(&self) -> PathBuf {
        match &self.origin {
            InterpreterOrigin::Host | InterpreterOrigin::Packages => PathBuf::from("/usr"),
            InterpreterOrigin::Folder(folder) => folder.clone(),
        }
    }

    /// Returns the name of its program: `python3.11`.
    pub fn name(&self) -> String {
        format!("python{}", self.version)
    }

    /// Returns the distribution's package of it.
    pub fn package(&self) -> String {
        self.name()
    }

    /// Returns whether the package brings it.
    pub fn is_bundled(&self) -> bool {
        self.origin != InterpreterOrigin::Host
    }

    /// Returns where `bin/python` of the virtualenv leads.
    pub fn link(&self) -> String {
        if self.is_bundled() {
            format!("../{OWN_PYTHON}/bin/{}", self.name())
        } else {
            format!("/usr/bin/{}", self.name())
        }
    }

    /// Returns the folder of its program on the host, where the virtualenv is at `prefix`. It is absolute: Python takes no other
    /// for `home` in `pyvenv.cfg`.
    pub fn home(&self, prefix: &str) -> String {
        if self.is_bundled() {
            format!("{prefix}/{OWN_PYTHON}/bin")
        } else {
            "/usr/bin".to_owned()
        }
    }

    /// Returns the tag in the names of its bytecode files (PEP 3147): `cpython-311`.
    pub fn cache_tag(&self) -> String {
        format!("cpython-{}", self.version.replace('.', ""))
    }
}

/// What the Python in a folder says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPython {
    /// The folder, as it really is.
    pub folder: PathBuf,
    /// `3.11`.
    pub version: String,
    /// `3.11.2`.
    pub full: String,
}

/// A release of the distribution. It changes nothing of this while it lives.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// `bookworm`.
    pub name: &'static str,
    /// The version of its Python 3: `3.11`.
    pub python: &'static str,
    /// The same in full: `3.11.2`.
    pub full_python: &'static str,
    /// The version of its C library after `2.`.
    pub glibc: u32,
}

/// Releases that can be built for.
pub const RELEASES: &[Release] = &[
    Release {
        name: "bookworm",
        python: "3.11",
        full_python: "3.11.2",
        glibc: 36,
    },
    Release {
        name: "trixie",
        python: "3.13",
        full_python: "3.13.5",
        glibc: 41,
    },
];

impl Release {
    /// Returns the release of this name, when it can be built for.
    pub fn named(name: &str) -> Option<&'static Self> {
        RELEASES.iter().find(|release| release.name == name)
    }
}

/// Chooses the interpreter of the release that the recipe is for.
///
/// # Errors
/// When the machine is not of that release, or the recipe wants a Python that is not the distribution's.
pub(super) fn choose(
    recipe: &Recipe,
    host: &HostFacts,
    home: Option<&FoundPython>,
) -> Result<Interpreter> {
    let name = recipe.target.release.as_deref().unwrap_or(&host.release);
    let Some(release) = Release::named(name) else {
        let known: Vec<_> = RELEASES
            .iter()
            .map(|release| format!("`{}`", release.name))
            .collect();
        return Err(
            Failure::new(Kind::Host, format!("packages for `{name}` cannot be built"))
                .hint(format!(
                    "the releases that can be built for are {}",
                    known.join(" and ")
                ))
                .into(),
        );
    };
    if name != host.release {
        return Err(Failure::new(
            Kind::Host,
            format!("the recipe is for `{name}`, but this machine is `{}`", host.release),
        )
        .hint(format!(
            "build on `{name}`: a virtualenv works only with the Python of the release it was made on"
        ))
        .into());
    }
    match &recipe.venv.interpreter {
        InterpreterChoice::System => interpreter(recipe.venv.python.as_ref(), release, host),
        InterpreterChoice::Bundled => Ok(Interpreter {
            origin: InterpreterOrigin::Packages,
            ..interpreter(recipe.venv.python.as_ref(), release, host)?
        }),
        InterpreterChoice::Home(_) => {
            let home = home.context("nobody has looked at `python-home`")?;
            Ok(Interpreter {
                version: home.version.clone(),
                full: home.full.clone(),
                release,
                origin: InterpreterOrigin::Folder(home.folder.clone()),
            })
        }
    }
}

fn interpreter(
    choice: Option<&PythonChoice>,
    release: &'static Release,
    host: &HostFacts,
) -> Result<Interpreter> {
    let own = Interpreter::of_host(release);
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
        interpreter(Some(&choice), &RELEASES[0], &host())
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn a_python_of_its_own_is_below_the_prefix_and_its_builder_is_not() {
        let places = |origin| {
            let it = Interpreter {
                origin,
                ..Interpreter::of_host(&RELEASES[0])
            };
            (it.path(), it.link(), it.home("/opt/demo"))
        };
        let of =
            |path: &str, link: &str, home: &str| (path.into(), link.to_owned(), home.to_owned());
        assert_eq!(
            places(InterpreterOrigin::Host),
            of("/usr/bin/python3.11", "/usr/bin/python3.11", "/usr/bin")
        );
        let (link, home) = ("../python/bin/python3.11", "/opt/demo/python/bin");
        assert_eq!(
            places(InterpreterOrigin::Packages),
            of("/usr/bin/python3.11", link, home)
        );
        assert_eq!(
            places(InterpreterOrigin::Folder("/srv/python".into())),
            of("/srv/python/bin/python3.11", link, home)
        );
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

//! The commands of the two installers, uv and pip, as values.
//!
//! Both get the same requirements, install without bytecode, and read no configuration of the builder but what reaches
//! the index: see [`super::index`].

use super::command::Command;
use super::draft::Placeholder;
use super::index;
use super::interpreter::Interpreter;
use super::places::Places;
use super::venv::SourceProject;
use crate::lockfile::normal_name;
use crate::recipe::{Build, Indexes};
use crate::sys::environment::Environment;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A program that installs distributions into a virtualenv.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Installer {
    /// uv at this path.
    Uv {
        /// The program.
        program: PathBuf,
    },
    /// The pip of a virtualenv that holds nothing else; this is its Python.
    Pip {
        /// The Python that has pip.
        python: PathBuf,
    },
}

/// `SOURCE_DATE_EPOCH` for source distributions that are built on the way: a fixed one, so that their wheels depend neither on
/// today nor on the app. What they are is known only after they are built, so that the time of their layer cannot be used.
pub(super) const SDIST_EPOCH: &str = "1577836800";

/// What is installed.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Requirement files.
    pub(super) requirement_files: Vec<PathBuf>,
    /// Constraint files.
    pub(super) constraint_files: Vec<PathBuf>,
    /// Whether every requirement must have a hash; nothing when that is not known yet.
    pub(super) require_hashes: Option<bool>,
    /// Whether exactly this is installed, and nothing that it needs: a lock names that, too.
    pub(super) exact: bool,
    /// Whether nothing is built.
    pub(super) only_wheels: bool,
}

/// What surrounds every installation: the machine, and what the recipe says of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) places: &'a Places,
    /// The folder of the source that holds the app.
    pub(super) root: &'a Path,
    pub(super) environment: &'a Environment,
    pub(super) indexes: &'a Indexes,
    pub(super) build: &'a Build,
    /// Whether syncs to the disk are left out.
    pub(super) eatmydata: bool,
    /// Whether the installer tells what it fetches to build with, because nothing pins it though there is a lock.
    pub(super) tells_builds: bool,
}

impl Installer {
    /// Builds a wheel of a project into its folder of wheels.
    pub(super) fn build_wheel(
        &self,
        project: &SourceProject,
        interpreter: &Interpreter,
        epoch: Option<u64>,
        surroundings: &Surroundings<'_>,
    ) -> Command {
        let places = surroundings.places;
        let (source, out) = (&project.root, &project.wheels);
        let cmd = match self {
            Installer::Uv { program } => uv(program, places)
                .args([
                    "build",
                    "--wheel",
                    "--no-config",
                    "--no-sources",
                    "--python",
                ])
                .arg(interpreter.path())
                .args(index::words(surroundings.indexes))
                .arg("--out-dir")
                .arg(out)
                .arg(source),
            Installer::Pip { python } => pip(python, places)
                .args(["wheel", "--no-deps"])
                .args(index::words(surroundings.indexes))
                .arg("--wheel-dir")
                .arg(out)
                .arg(source),
        };
        let cmd = cmd
            .envs(build_environment(surroundings))
            .envs(git_environment(places));
        self.telling(cmd, surroundings).env_or(
            "SOURCE_DATE_EPOCH",
            epoch.map(|epoch| epoch.to_string()),
            Placeholder::CommitTime,
        )
    }

    /// Installs what is wanted into the staged virtualenv.
    pub(super) fn install(&self, wanted: &Wanted, surroundings: &Surroundings<'_>) -> Command {
        let places = surroundings.places;
        let python = places.venv().join("bin/python");
        let mut cmd = match self {
            Installer::Uv { program } => {
                let strict = (!wanted.exact).then_some("--strict");
                uv(program, places)
                    .args(["pip", "install", "--no-config"])
                    .args(strict)
                    .arg("--python")
                    .arg(python)
            }
            Installer::Pip { python: own } => {
                let cmd = pip(own, places).arg("--python").arg(python).args([
                    "install",
                    "--no-compile",
                    "--no-warn-script-location",
                ]);
                if wanted.exact {
                    cmd
                } else {
                    cmd.arg("--report").arg(places.resolved())
                }
            }
        };
        cmd = cmd.flag(
            "--require-hashes",
            wanted.require_hashes,
            Placeholder::RequireHashes,
        );
        if wanted.exact {
            cmd = cmd.arg("--no-deps");
        }
        cmd = match self {
            // With a hash it does not matter which index a file is from; uv would look into the first alone.
            Installer::Uv { .. } if wanted.exact => {
                cmd.args(["--index-strategy", "unsafe-best-match"])
            }
            _ => cmd,
        };
        cmd = match self {
            _ if !wanted.only_wheels => cmd,
            Installer::Uv { .. } => cmd.arg("--no-build"),
            Installer::Pip { .. } => cmd.args(["--only-binary", ":all:"]),
        };
        cmd = cmd.args(index::words(surroundings.indexes));
        if !wanted.only_wheels {
            cmd = self.telling(cmd, surroundings);
            if surroundings.tells_builds {
                // What a cache has was built before, and what it was built with is told no more.
                cmd = cmd.arg(match self {
                    Installer::Uv { .. } => "--no-cache",
                    Installer::Pip { .. } => "--no-cache-dir",
                });
            }
        }
        with_requirements(cmd, wanted, true)
            .envs(build_environment(surroundings))
            .env("SOURCE_DATE_EPOCH", SDIST_EPOCH)
    }

    /// Lets a command tell what it fetches to build with: uv in lines of its log ([`told_builds`]), pip by leaving its
    /// environments where they are, in the folder for temporary files.
    fn telling(&self, cmd: Command, surroundings: &Surroundings<'_>) -> Command {
        match self {
            _ if !surroundings.tells_builds => cmd,
            Installer::Uv { .. } => cmd.env("RUST_LOG", "uv_dispatch=debug"),
            Installer::Pip { .. } => cmd.arg("--no-clean"),
        }
    }

    /// Finds the newest versions with their hashes of what `asked` names, and installs nothing.
    pub(super) fn look_up(
        &self,
        (asked, answer): (PathBuf, PathBuf),
        surroundings: &Surroundings<'_>,
    ) -> Command {
        let places = surroundings.places;
        let python = places.venv().join("bin/python");
        let cmd = match self {
            Installer::Uv { program } => uv(program, places)
                // Without what it needs, uv does not read a file of a folder, and tells no hash of it.
                .args(["pip", "compile", "--no-config", "--quiet"])
                .args(["--generate-hashes", "--no-header", "--no-annotate"])
                .arg("--python")
                .arg(python)
                .arg("--output-file")
                .arg(answer)
                .args(index::words(surroundings.indexes))
                .arg(asked),
            Installer::Pip { python: own } => pip(own, places)
                .arg("--python")
                .arg(python)
                .args(["install", "--dry-run", "--ignore-installed", "--no-deps"])
                .args(["--only-binary", ":all:", "--report"])
                .arg(answer)
                .args(index::words(surroundings.indexes))
                .arg("-r")
                .arg(asked),
        };
        cmd.envs(build_environment(surroundings))
    }

    /// Writes what `wanted` comes to on this machine as requirements with hashes; pip does so while it installs, as its report.
    pub(super) fn resolve(
        &self,
        wanted: &Wanted,
        surroundings: &Surroundings<'_>,
    ) -> Option<Command> {
        let Installer::Uv { program } = self else {
            return None;
        };
        let places = surroundings.places;
        let cmd = uv(program, places)
            .args(["pip", "compile", "--no-config", "--quiet"])
            .args([
                "--generate-hashes",
                "--no-header",
                "--no-annotate",
                "--no-strip-extras",
            ])
            .arg("--python")
            .arg(places.venv().join("bin/python"))
            .arg("--output-file")
            .arg(places.resolved())
            .args(index::words(surroundings.indexes));
        Some(
            with_requirements(cmd, wanted, false)
                .envs(build_environment(surroundings))
                .env("SOURCE_DATE_EPOCH", SDIST_EPOCH),
        )
    }

    /// Compares what is installed with what it says it needs.
    pub(super) fn check(&self, surroundings: &Surroundings<'_>) -> Command {
        let places = surroundings.places;
        let python = places.venv().join("bin/python");
        match self {
            Installer::Uv { program } => uv(program, places)
                .args(["pip", "check", "--no-config", "--python"])
                .arg(python),
            Installer::Pip { python: own } => {
                pip(own, places).arg("--python").arg(python).arg("check")
            }
        }
    }
}

fn with_requirements(mut cmd: Command, wanted: &Wanted, are_options: bool) -> Command {
    for file in &wanted.requirement_files {
        cmd = if are_options {
            cmd.arg("-r").arg(file)
        } else {
            cmd.arg(file)
        };
    }
    for file in &wanted.constraint_files {
        cmd = cmd.arg("-c").arg(file);
    }
    cmd
}

fn uv(program: &Path, places: &Places) -> Command {
    Command::new(program)
        .env("UV_CACHE_DIR", places.cache.join("uv"))
        .env("UV_PYTHON_DOWNLOADS", "never")
        .env("UV_NO_PROGRESS", "1")
        .env("UV_LINK_MODE", "hardlink")
        .cwd(places.temporary())
}

pub(super) fn pip(python: &Path, places: &Places) -> Command {
    Command::new(python)
        .args(["-I", "-m", "pip"])
        .env("PIP_CACHE_DIR", places.cache.join("pip"))
        // An isolated interpreter still reads pip's own variables; the machine's pip.conf is its network configuration.
        .env("PIP_NO_INPUT", "1")
        // pip says of a page that it may not read only that there was no such version; its log says why.
        .env("PIP_LOG", places.pip_log())
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PIP_PROGRESS_BAR", "off")
        .cwd(places.temporary())
}

/// Returns what the recipe does in the source before anything is built.
pub(super) fn before(surroundings: &Surroundings<'_>) -> Vec<Command> {
    let commands = surroundings.build.before.iter();
    commands
        .map(|text| {
            let places = surroundings.places;
            let own = surroundings.build.env.iter();
            let own = own.map(|(name, value)| (name.as_str().to_owned(), value.as_str().into()));
            Command::new("sh")
                .args(["-euc", text.as_str()])
                .env("HOME", places.home())
                .env("TMPDIR", places.temporary())
                .envs(git_environment(places))
                .envs(own.collect())
                .cwd(surroundings.root)
        })
        .collect()
}

/// Asks the interpreter where it is and which version it has; with the answer of the distribution's.
pub(super) fn check_interpreter(interpreter: &Interpreter) -> (Command, String) {
    let script = "import sys; print(sys.base_prefix, '%d.%d' % sys.version_info[:2])";
    (
        Command::new(interpreter.path()).args(["-I", "-B", "-c", script]),
        format!("{} {}", interpreter.base().display(), interpreter.version),
    )
}

/// Makes the virtualenv's frame: no pip in it, no system packages.
pub(super) fn create_venv(interpreter: &Interpreter, at: &Path) -> Command {
    Command::new(interpreter.path())
        .args(["-I", "-B", "-m", "venv", "--without-pip"])
        .arg(at)
}

/// Makes a virtualenv that has pip, to fetch or install with.
pub fn create_pip_venv(interpreter: &Interpreter, at: &Path) -> Command {
    Command::new(interpreter.path())
        .args(["-I", "-B", "-m", "venv"])
        .arg(at)
}

/// Fetches a wheel with a known hash into `target`, with the pip of `python`.
pub(super) fn fetch_tool(
    python: &Path,
    requirements: &Path,
    target: &Path,
    places: &Places,
    environment: &Environment,
) -> Command {
    pip(python, places)
        .args([
            "install",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--require-hashes",
            "--no-compile",
            "--target",
        ])
        .arg(target)
        .arg("-r")
        .arg(requirements)
        .envs(index::variables(&Indexes::default(), environment))
        .env("TMPDIR", places.temporary())
}

/// Asks the index which versions of uv there are, with the pip of `python`; gives up soon.
pub fn ask_index(python: &Path, places: &Places, environment: &Environment) -> Command {
    pip(python, places)
        .args([
            "index",
            "versions",
            "--retries",
            "0",
            "--timeout",
            "15",
            "uv",
        ])
        .envs(index::variables(&Indexes::default(), environment))
        .env("TMPDIR", places.temporary())
}

/// Compiles every module below `stage/prefix/lib`, so that the names in the bytecode are those of the host.
///
/// `unchecked-hash` (PEP 552): a timestamp would be stale, because the package clamps times, and the service user could
/// not rewrite the file; what an installer has compiled is compiled again. The hash seed is fixed although the compiler sorts what it once did not.
pub(super) fn compile(interpreter: &Interpreter, places: &Places) -> Command {
    compile_below(
        interpreter,
        &places.stage(),
        &places.venv().join("lib"),
        places,
    )
}

/// Compiles every module of `folder`, which is below `stage` as it will be below `/`.
pub(super) fn compile_below(
    interpreter: &Interpreter,
    stage: &Path,
    folder: &Path,
    places: &Places,
) -> Command {
    Command::new(interpreter.path())
        .args(["-s", "-m", "compileall", "-q", "-f", "-j", "0", "-s"])
        .arg(stage)
        .args(["-p", "/", "--invalidation-mode", "unchecked-hash"])
        .arg(folder)
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .cwd(places.temporary())
}

pub(super) fn build_environment(surroundings: &Surroundings<'_>) -> BTreeMap<String, OsString> {
    let Surroundings {
        places,
        environment,
        indexes,
        build,
        eatmydata,
        ..
    } = *surroundings;
    let mut variables = index::variables(indexes, environment);
    let mut set = |name: &str, value: OsString| {
        variables.insert(name.to_owned(), value);
    };
    set("TMPDIR", places.temporary().into_os_string());
    // A build backend that looks for the builder's settings finds an empty folder.
    set("HOME", places.home().into_os_string());
    set("PYTHONHASHSEED", "0".into());
    set("PYTHONDONTWRITEBYTECODE", "1".into());
    // Debug information names the folder a library was compiled in.
    set("CFLAGS", "-g0".into());
    set("CXXFLAGS", "-g0".into());
    // Some add `-g` behind that (uWSGI, for one of its files): the linker leaves out what is there all the same.
    set("LDFLAGS", "-Wl,--strip-debug".into());
    if eatmydata {
        set("LD_PRELOAD", "libeatmydata.so".into());
    }
    for (name, value) in &build.env {
        set(name.as_str(), value.as_str().into());
    }
    variables
}

/// A program of the build that asks git finds the repository of the export and none above it, also when that is another user's
/// (git-config(1), `safe.directory`).
pub(super) fn git_environment(places: &Places) -> BTreeMap<String, OsString> {
    [
        ("GIT_CEILING_DIRECTORIES", places.work.clone().into()),
        ("GIT_CONFIG_COUNT", "1".into()),
        ("GIT_CONFIG_KEY_0", "safe.directory".into()),
        ("GIT_CONFIG_VALUE_0", "*".into()),
    ]
    .map(|(name, value): (&str, OsString)| (name.to_owned(), value))
    .into()
}

/// Returns the distributions that a line of uv's log says a wheel is built with, as names and versions.
pub fn told_builds(line: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = line.split_once("DEBUG Installing ") else {
        return Vec::new();
    };
    let Some((named, _)) = rest.split_once(" in ") else {
        return Vec::new();
    };
    let named = named.split(", ").map(|it| it.trim_matches('`'));
    named
        .filter_map(|it| it.split_once("=="))
        .map(|(name, version)| (normal_name(name), version.to_owned()))
        .collect()
}

/// Returns whether a line of an installer's output says that something lacks to build with, as pip words it.
pub fn says_lacking(line: &str) -> bool {
    line.contains("Some build dependencies for") || line.contains("Cannot import '")
}

/// Returns whether a line of an installer's output says that the index wants other credentials, as uv and pip word it.
pub fn says_denied(line: &str) -> bool {
    [
        "401 Client Error",
        "401 Unauthorized",
        "403 Client Error",
        "403 Forbidden",
        "HTTP error 401",
        "HTTP error 403",
        "lack of valid authentication credentials",
    ]
    .iter()
    .any(|words| line.contains(words))
}

/// Returns whether a line of an installer's output says that the index could not be reached, as uv and pip word it.
pub fn says_unreachable(line: &str) -> bool {
    [
        "NewConnectionError",
        "ConnectTimeoutError",
        "ProxyError",
        "SSLError",
        "client error (Connect)",
        "dns error",
        "invalid peer certificate",
        "tcp connect error",
    ]
    .iter()
    .any(|words| line.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places::new("/cache".into(), "/w".into(), "opt/demo")
    }

    #[test]
    fn uv_tells_what_it_builds_with() {
        let owned = |(name, version): (&str, &str)| (name.to_owned(), version.to_owned());
        assert_eq!(
            told_builds(
                "DEBUG Installing `setuptools==84.2.1, Zope.Deprecation==4.4` in `/c/builds-v0/.tmpU`"
            ),
            [("setuptools", "84.2.1"), ("zope-deprecation", "4.4")].map(owned)
        );
        assert_eq!(
            told_builds("DEBUG Installing build requirement: setuptools==84.2.1"),
            []
        );
        assert_eq!(told_builds("Installing a==1 in b"), []);
    }

    #[test]
    fn hashes_are_demanded_of_either_installer() {
        let wanted = Wanted {
            requirement_files: vec!["/src/requirements.txt".into()],
            require_hashes: Some(true),
            ..Wanted::default()
        };
        let uv = Installer::Uv {
            program: "/cache/uv".into(),
        };
        let pip = Installer::Pip {
            python: "/w/pip/bin/python".into(),
        };
        let (places, environment) = (places(), Environment::default());
        let surroundings = Surroundings {
            places: &places,
            root: Path::new("/src"),
            environment: &environment,
            indexes: &Indexes::default(),
            build: &Build::default(),
            eatmydata: false,
            tells_builds: false,
        };
        assert_eq!(
            uv.install(&wanted, &surroundings).line(),
            "/cache/uv pip install --no-config --strict --python /w/stage/opt/demo/bin/python --require-hashes -r \
             /src/requirements.txt"
        );
        assert_eq!(
            pip.install(&wanted, &surroundings).line(),
            "/w/pip/bin/python -I -m pip --python /w/stage/opt/demo/bin/python install --no-compile \
             --no-warn-script-location --report /w/tmp/resolved --require-hashes -r /src/requirements.txt"
        );
    }
}

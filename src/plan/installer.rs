//! The commands of the two installers, uv and pip, as values.
//!
//! Both get the same requirements, install without bytecode, and read no configuration of the builder but what reaches
//! the index: see [`network`].

use super::command::Command;
use super::draft::Placeholder;
use super::interpreter::Interpreter;
use super::places::Places;
use super::venv::SourceProject;
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
const SDIST_EPOCH: &str = "1577836800";

/// What is installed.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Requirement files.
    pub(super) requirement_files: Vec<PathBuf>,
    /// Constraint files.
    pub(super) constraint_files: Vec<PathBuf>,
    /// Single requirements.
    pub(super) requirements: Vec<String>,
    /// Whether every requirement must have a hash; nothing when that is not known yet.
    pub(super) require_hashes: Option<bool>,
}

impl Installer {
    /// Builds a wheel of a project into its folder of wheels.
    pub(super) fn build_wheel(
        &self,
        project: &SourceProject,
        interpreter: &Interpreter,
        epoch: Option<u64>,
        places: &Places,
        environment: &Environment,
    ) -> Command {
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
                .arg("--out-dir")
                .arg(out)
                .arg(source),
            Installer::Pip { python } => pip(python, places)
                .args(["wheel", "--no-deps", "--wheel-dir"])
                .arg(out)
                .arg(source),
        };
        let cmd = cmd
            .envs(build_environment(places, environment))
            .envs(git_environment(places));
        cmd.env_or(
            "SOURCE_DATE_EPOCH",
            epoch.map(|epoch| epoch.to_string()),
            Placeholder::CommitTime,
        )
    }

    /// Installs what is wanted into the staged virtualenv.
    pub(super) fn install(
        &self,
        wanted: &Wanted,
        places: &Places,
        environment: &Environment,
    ) -> Command {
        let python = places.venv().join("bin/python");
        let mut cmd = match self {
            Installer::Uv { program } => uv(program, places)
                .args(["pip", "install", "--no-config", "--strict", "--python"])
                .arg(python),
            Installer::Pip { python: own } => pip(own, places).arg("--python").arg(python).args([
                "install",
                "--no-compile",
                "--no-warn-script-location",
            ]),
        };
        cmd = cmd.flag(
            "--require-hashes",
            wanted.require_hashes,
            Placeholder::RequireHashes,
        );
        for file in &wanted.requirement_files {
            cmd = cmd.arg("-r").arg(file);
        }
        for file in &wanted.constraint_files {
            cmd = cmd.arg("-c").arg(file);
        }
        cmd.args(wanted.requirements.iter().cloned())
            .envs(build_environment(places, environment))
            .env("SOURCE_DATE_EPOCH", SDIST_EPOCH)
    }
}

fn uv(program: &Path, places: &Places) -> Command {
    Command::new(program)
        .env("UV_CACHE_DIR", places.cache.join("uv"))
        .env("UV_PYTHON_DOWNLOADS", "never")
        .env("UV_NO_PROGRESS", "1")
        .env("UV_LINK_MODE", "hardlink")
        .cwd(places.temporary())
}

fn pip(python: &Path, places: &Places) -> Command {
    Command::new(python)
        .args(["-I", "-m", "pip"])
        .env("PIP_CACHE_DIR", places.cache.join("pip"))
        // An isolated interpreter still reads pip's own variables; the machine's pip.conf is its network configuration.
        .env("PIP_NO_INPUT", "1")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PIP_PROGRESS_BAR", "off")
        .cwd(places.temporary())
}

/// Asks the interpreter where it is and which version it has; with the answer of the distribution's.
pub(super) fn check_interpreter(interpreter: &Interpreter) -> (Command, String) {
    let script = "import sys; print(sys.base_prefix, '%d.%d' % sys.version_info[:2])";
    (
        Command::new(interpreter.path()).args(["-I", "-c", script]),
        format!("/usr {}", interpreter.version),
    )
}

/// Makes the virtualenv's frame: no pip in it, no system packages.
pub(super) fn create_venv(interpreter: &Interpreter, at: &Path) -> Command {
    Command::new(interpreter.path())
        .args(["-I", "-m", "venv", "--without-pip"])
        .arg(at)
}

/// Makes a virtualenv that has pip, to fetch or install with.
pub fn create_pip_venv(interpreter: &Interpreter, at: &Path) -> Command {
    Command::new(interpreter.path())
        .args(["-I", "-m", "venv"])
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
        .envs(network(environment))
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
        .envs(network(environment))
        .env("TMPDIR", places.temporary())
}

/// Compiles every module below `stage/prefix/lib`, so that the names in the bytecode are those of the host.
///
/// `unchecked-hash` (PEP 552): a timestamp would be stale, because the package clamps times, and the service user could
/// not rewrite the file; what an installer has compiled is compiled again. The hash seed is fixed although the compiler sorts what it once did not.
pub(super) fn compile(interpreter: &Interpreter, places: &Places) -> Command {
    Command::new(interpreter.path())
        .args(["-s", "-m", "compileall", "-q", "-f", "-j", "0", "-s"])
        .arg(places.stage())
        .args(["-p", "/", "--invalidation-mode", "unchecked-hash"])
        .arg(places.venv().join("lib"))
        .env("PYTHONHASHSEED", "0")
        .cwd(places.temporary())
}

fn build_environment(places: &Places, environment: &Environment) -> BTreeMap<String, OsString> {
    let mut variables = network(environment);
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
    variables
}

/// A build backend that asks git finds the repository of the export and none above it, also when that is another user's
/// (git-config(1), `safe.directory`).
fn git_environment(places: &Places) -> BTreeMap<String, OsString> {
    [
        ("GIT_CEILING_DIRECTORIES", places.work.clone().into()),
        ("GIT_CONFIG_COUNT", "1".into()),
        ("GIT_CONFIG_KEY_0", "safe.directory".into()),
        ("GIT_CONFIG_VALUE_0", "*".into()),
    ]
    .map(|(name, value): (&str, OsString)| (name.to_owned(), value))
    .into()
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

/// Returns what the machine's own configuration says about reaching the index, in the words of both installers.
fn network(environment: &Environment) -> BTreeMap<String, OsString> {
    let mut variables: BTreeMap<String, String> = environment.network.iter().cloned().collect();
    for (pip, uv) in [
        ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
        ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
        ("PIP_DEFAULT_TIMEOUT", "UV_HTTP_TIMEOUT"),
    ] {
        if let Some(value) = variables.get(pip).cloned() {
            variables.entry(uv.to_owned()).or_insert(value);
        }
    }
    if let Some(bundle) = &environment.certificates {
        // A company's own authority is in the machine's store, not in those that uv and pip bring.
        let bundle = bundle.display().to_string();
        for name in ["PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
            variables.insert(name.to_owned(), bundle.clone());
        }
        variables.insert("UV_SYSTEM_CERTS".to_owned(), "1".to_owned());
    }
    variables
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places::new("/cache".into(), "/w".into(), "opt/demo")
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
        let environment = Environment::default();
        assert_eq!(
            uv.install(&wanted, &places(), &environment).line(),
            "/cache/uv pip install --no-config --strict --python /w/stage/opt/demo/bin/python --require-hashes -r \
             /src/requirements.txt"
        );
        assert_eq!(
            pip.install(&wanted, &places(), &environment).line(),
            "/w/pip/bin/python -I -m pip --python /w/stage/opt/demo/bin/python install --no-compile \
             --no-warn-script-location --require-hashes -r /src/requirements.txt"
        );
    }

    #[test]
    fn both_installers_trust_whom_the_machine_trusts() {
        let environment = Environment {
            certificates: Some("/etc/ssl/certs/all.crt".into()),
            ..Environment::default()
        };
        let variables = network(&environment);
        for name in ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"] {
            assert_eq!(
                variables.get(name),
                Some(&OsString::from("/etc/ssl/certs/all.crt"))
            );
        }
    }

    #[test]
    fn pips_index_is_also_uvs() {
        let environment = Environment {
            network: vec![(
                "PIP_INDEX_URL".to_owned(),
                "https://index.example/simple".to_owned(),
            )],
            ..Environment::default()
        };
        assert_eq!(
            network(&environment).get("UV_DEFAULT_INDEX"),
            Some(&OsString::from("https://index.example/simple"))
        );
    }
}

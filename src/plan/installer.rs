//! The commands of the two installers, uv and pip, as values.
//!
//! Both get the same requirements, install without bytecode, and read no configuration of the builder but what reaches
//! the index: see [`super::index`]. What surrounds them is in [`super::build_environment`], what they install in [`super::wanted`].

use super::build_environment::{SDIST_EPOCH, Surroundings, build_environment, git_environment};
use super::command::Command;
use super::draft::Placeholder;
use super::index;
use super::interpreter::Interpreter;
use super::places::Places;
use super::project::SourceProject;
use super::wanted::Wanted;
use crate::recipe::WheelPlace;
use std::path::{Path, PathBuf};

/// A program that installs distributions into a virtualenv.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Installer {
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
        let cmd = self.looking_again(cmd, surroundings);
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
        if !wanted.exact && wanted.require_hashes != Some(true) {
            // Otherwise the hashes tell.
            cmd = self.looking_again(cmd, surroundings);
        }
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

    /// Lets a command see a file of `find-links` that was made anew under its old name: uv takes what its cache has of that name
    /// and version without a look at the file. pip reads wheels of a folder each time.
    fn looking_again(&self, cmd: Command, surroundings: &Surroundings<'_>) -> Command {
        let indexes = surroundings.indexes;
        let is_folder = |place: &WheelPlace| matches!(place, WheelPlace::Folder(_));
        if matches!(self, Installer::Pip { .. }) || !indexes.find_links.iter().any(is_folder) {
            return cmd;
        }
        // uv asks indexes again with `--refresh`, and so refuses it where it may ask none.
        cmd.arg(if indexes.offline {
            "--no-cache"
        } else {
            "--refresh"
        })
    }

    /// Lets a command tell what it fetches to build with: uv in lines of its log (`venv::said`), pip by leaving its
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
        self.looking_again(cmd, surroundings)
            .envs(build_environment(surroundings))
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
        let cmd = self.looking_again(cmd, surroundings);
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
        .args(["-I", "-B", "-m", "pip"])
        // For its children, which are not told by a flag: neither writes beside the modules of an interpreter in a folder.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PIP_CACHE_DIR", places.cache.join("pip"))
        // An isolated interpreter still reads pip's own variables; the machine's pip.conf is its network configuration.
        .env("PIP_NO_INPUT", "1")
        // pip says of a page that it may not read only that there was no such version; its log says why.
        .env("PIP_LOG", places.pip_log())
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PIP_PROGRESS_BAR", "off")
        .cwd(places.temporary())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Build, Indexes};
    use crate::sys::environment::Environment;

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
            "/w/pip/bin/python -I -B -m pip --python /w/stage/opt/demo/bin/python install --no-compile \
             --no-warn-script-location --report /w/tmp/resolved --require-hashes -r /src/requirements.txt"
        );
    }
}

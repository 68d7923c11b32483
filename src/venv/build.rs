//! Makes the virtualenv in the stage: the edge that runs the installers.

use super::installer::{self, Installer, Places, Wanted};
use super::project;
use super::uv;
use crate::failure::{Failure, OrFailure as _};
use crate::plan::Interpreter;
use crate::recipe::{SourcePath, Venv};
use crate::source::SourceTree;
use crate::sys::environment::Environment;
use crate::sys::fs;
use crate::sys::process::{Cmd, Runner};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// What to do when the network is in the way.
pub(super) const INDEX_OUT_OF_REACH: &str = "this machine does not reach its package index: check the network, `https_proxy`, \
    `PIP_INDEX_URL` and the certificates of the machine";

/// What the stage needs from its surroundings.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The distribution's Python.
    pub interpreter: &'a Interpreter,
    /// The caller's environment.
    pub environment: &'a Environment,
    /// Runs the commands.
    pub runner: Runner,
    /// The work folder of this build.
    pub work: &'a Path,
    /// The cache folder of all builds.
    pub cache: &'a Path,
    /// Where the programs' output is kept.
    pub log: &'a Path,
    /// Told of what may be wrong and does not stop the build.
    pub warn: &'a dyn Fn(&str),
}

/// A virtualenv on disk, not yet fit for its final path.
#[derive(Clone, Debug)]
pub struct StagedVenv {
    /// The folder that stands for `/`.
    pub stage: PathBuf,
    /// Who installed it.
    pub installer: Installer,
    /// The normalised name of the project that came from the source.
    pub project: Option<String>,
    /// Python files that could not be compiled, as paths on the host.
    pub not_compiled: Vec<String>,
}

/// Makes the virtualenv that the recipe describes, at `WORK/stage/PREFIX`.
///
/// # Errors
/// When the interpreter is not the distribution's, or an installer fails: its last lines are in the error.
pub fn build(
    venv: &Venv,
    source: Option<&SourceTree>,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<StagedVenv> {
    let Surroundings {
        interpreter,
        runner,
        log,
        ..
    } = *surroundings;
    check_interpreter(interpreter, runner)?;
    let stage = surroundings.work.join("stage");
    let places = Places {
        venv: stage.join(venv.prefix.inside()),
        cache: surroundings.cache.to_path_buf(),
        temporary: surroundings.work.join("tmp"),
    };
    fs::create_dir_all(places.temporary.join("home"))?;
    runner.run(
        &installer::create_venv(interpreter, &places.venv),
        log,
        on_line,
    )?;
    let installer = choose_installer(surroundings, &places, on_line)?;

    let mut wanted = wanted(venv, source)?;
    let mut project = None;
    if let Some(source) = source.filter(|_| venv.project) {
        let wheel = project::build_wheel(source, &installer, surroundings, &places, on_line)?;
        wanted.requirement_files.push(wheel.requirements_file(
            &venv.extras,
            wanted.require_hashes,
            &places,
        )?);
        project = Some(wheel.name);
    }
    let is_empty = wanted.requirement_files.is_empty() && wanted.requirements.is_empty();
    if is_empty && source.is_none() {
        return Err(Failure::build(
            "the recipe installs nothing: no project, no requirements, no packages",
        )
        .hint("add `[source]`, or list distributions in `[venv] packages`")
        .into());
    }
    // A source that is shipped as it is may need nothing but Python.
    if !is_empty {
        let install = installer.install(&wanted, &places, surroundings.environment);
        run_install(&install, surroundings, on_line)?;
    }

    let library = places.venv.join("lib");
    let not_compiled = compile(interpreter, &stage, &library, surroundings, &places)?;
    Ok(StagedVenv {
        stage,
        installer,
        project,
        not_compiled,
    })
}

/// Runs the installer, and says what to do when it fails.
fn run_install(
    install: &Cmd,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<()> {
    let mut unreachable = false;
    let mut disk_full = false;
    let result = surroundings
        .runner
        .run(install, surroundings.log, &mut |line| {
            unreachable |= installer::says_unreachable(line);
            disk_full |= line.contains("No space left on device");
            on_line(line);
        });
    result.or_failure(|| {
        let failure = Failure::build("installing the Python distributions failed");
        if disk_full {
            failure.hint("the disk of the cache is full: make room, or give another place with `--cache-dir DIR`")
        } else if unreachable {
            failure.hint(INDEX_OUT_OF_REACH)
        } else {
            failure.hint("check the pins: the lines above say which one the index does not have, or has with another hash")
        }
    })
}

/// Refuses an interpreter that is in truth somewhere else, such as a link into a pyenv under a home folder.
fn check_interpreter(interpreter: &Interpreter, runner: Runner) -> Result<()> {
    let path = interpreter.path();
    let real = fs::canonicalize(&path)?;
    let script = "import sys; print(sys.base_prefix, '%d.%d' % sys.version_info[:2])";
    let answer = runner.ask(&Cmd::new(&path).args(["-I", "-c", script]))?;
    let expected = format!("/usr {}", interpreter.version);
    if real == path && answer.stdout.trim() == expected {
        return Ok(());
    }
    Err(Failure::host(format!(
        "`{}` is not the distribution's Python: it is `{}` and says `{}`, not `{expected}`",
        path.display(),
        real.display(),
        answer.stdout.trim()
    ))
    .hint(format!(
        "reinstall it with `apt-get install --reinstall {0} {0}-minimal`: the target has no other",
        interpreter.package()
    ))
    .into())
}

fn choose_installer(
    surroundings: &Surroundings<'_>,
    places: &Places,
    on_line: &mut dyn FnMut(&str),
) -> Result<Installer> {
    let Surroundings {
        interpreter,
        environment,
        runner,
        work,
        log,
        ..
    } = *surroundings;
    if let Some(found) = uv::find(environment, places, runner) {
        return Ok(found);
    }
    let scratch = work.join("tools");
    let reason = match uv::fetch(
        interpreter,
        environment,
        places,
        &scratch,
        runner,
        log,
        on_line,
    ) {
        Ok(fetched) => return Ok(fetched),
        Err(reason) => reason,
    };
    // pip does the same work slower, and says what is wrong if the index cannot be reached at all.
    (surroundings.warn)(&format!(
        "pip installs, which is slower: uv could not be fetched ({reason:#})"
    ));
    let pip_venv = scratch.join("pip");
    if !fs::is_file(&pip_venv.join("bin/python")) {
        runner.run(
            &installer::create_pip_venv(interpreter, &pip_venv),
            log,
            on_line,
        )?;
    }
    Ok(Installer::Pip {
        python: pip_venv.join("bin/python"),
    })
}

fn wanted(venv: &Venv, source: Option<&SourceTree>) -> Result<Wanted> {
    let in_source = |paths: &[SourcePath]| -> Result<Vec<PathBuf>> {
        paths
            .iter()
            .map(|path| {
                source
                    .context("files of requirements are refused without a source")?
                    .file(path)
            })
            .collect()
    };
    let requirement_files = in_source(&venv.requirements)?;
    let mut require_hashes = false;
    for (file, path) in requirement_files.iter().zip(&venv.requirements) {
        let text = fs::read_to_string(file)?;
        check_requirements(&text, path.as_path())?;
        require_hashes |= text.contains("--hash=");
    }
    Ok(Wanted {
        require_hashes,
        requirement_files,
        constraint_files: in_source(&venv.constraints)?,
        requirements: venv
            .packages
            .iter()
            .map(|requirement| requirement.as_str().to_owned())
            .collect(),
    })
}

/// Refuses editable installs: they would leave the source's path in the package, and nothing at that path.
fn check_requirements(text: &str, file: &Path) -> Result<()> {
    let editable = text.lines().enumerate().find(|(_, line)| {
        line.trim_start().starts_with("-e") || line.trim_start().starts_with("--editable")
    });
    let Some((number, line)) = editable else {
        return Ok(());
    };
    Err(Failure::build(format!(
        "`{}` line {} asks for an editable install: `{}`",
        file.display(),
        number + 1,
        line.trim()
    ))
    .hint("name the distribution instead; the app itself is installed by `project = true`")
    .into())
}

/// Compiles the modules, and returns those that do not compile: Python 2 templates and test data are no reason to stop.
fn compile(
    interpreter: &Interpreter,
    stage: &Path,
    library: &Path,
    surroundings: &Surroundings<'_>,
    places: &Places,
) -> Result<Vec<String>> {
    let mut not_compiled = Vec::new();
    let cmd = installer::compile(interpreter, stage, library, &places.temporary);
    let ended = surroundings
        .runner
        .run_to_end(&cmd, surroundings.log, &mut |line| {
            if let Some(file) = line.strip_prefix("*** Error compiling '") {
                not_compiled.push(file.trim_end_matches("'...").to_owned());
            }
        })?;
    // 1 is what compileall says of files that do not compile; anything else went wrong with itself.
    if not_compiled.is_empty() || ended.code() != Some(1) {
        ended.succeeded().context("compiling the bytecode failed")?;
    }
    let prefix = stage.to_string_lossy();
    not_compiled.sort();
    Ok(not_compiled
        .iter()
        .map(|file| {
            file.strip_prefix(prefix.as_ref())
                .unwrap_or(file)
                .to_owned()
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editable_requirements_are_refused_with_their_line() {
        let error = check_requirements("flask\n  -e .\n", Path::new("req.txt"));
        assert_eq!(
            error.map_err(|error| error.to_string()),
            Err("`req.txt` line 2 asks for an editable install: `-e .`".to_owned())
        );
        assert!(check_requirements("elastic-e\n", Path::new("req.txt")).is_ok());
    }
}

//! Makes the virtualenv in the stage: the edge that runs the commands of the plan.

use super::compile::compile;
use super::install::{check_needs, install, prepare};
use super::unchecked::{self, Unchecked};
use super::{Distribution, built, project, resolved, uv};
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{
    Command, InstallerCommands, InstallerPlan, InterpreterOrigin, Plan, ProjectWheel,
    project_requirement,
};
use crate::sys::fs;
use crate::sys::process::{Line, Runner};
use anyhow::Result;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the stage needs from its surroundings.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Runs the commands.
    pub runner: Runner,
    /// Where the programs' output is kept.
    pub log: &'a Path,
    /// Told of what may be wrong and does not stop the build.
    pub warn: &'a dyn Fn(&str),
}

impl Surroundings<'_> {
    /// Runs a command of the plan as it stands there.
    pub(super) fn run(&self, command: &Command, on_line: &mut dyn FnMut(Line<'_>)) -> Result<()> {
        self.runner.run(&command.complete()?, self.log, on_line)
    }
}

/// A virtualenv on disk, not yet fit for its final path.
#[derive(Clone, Debug)]
pub struct StagedVenv {
    /// The folder that stands for `/`.
    pub stage: PathBuf,
    /// Who installed it: a name, and a version where it has one.
    pub installer: String,
    /// Where the installer wrote what it has chosen; nothing when there is a lock.
    pub resolved: Option<PathBuf>,
    /// Pins what came unchecked though there is a lock, as a requirements file.
    pub build_requirements: Option<String>,
    /// The wheel of the project that came from the source.
    pub project: Option<ProjectWheel>,
    /// The normalised names of all that came from the source: the project and the extra sources that are installed.
    pub from_source: BTreeSet<String>,
    /// Python files that could not be compiled, as paths on the host.
    pub not_compiled: Vec<String>,
}

/// Renders what was installed without a lock as requirements with hashes; the name of what cannot be pinned, where something
/// cannot.
///
/// # Errors
/// When what the installer wrote cannot be read.
pub fn resolved(
    staged: &StagedVenv,
    distributions: &[Distribution],
) -> Result<Option<Result<Option<String>, String>>> {
    let Some(file) = &staged.resolved else {
        return Ok(None);
    };
    let installed = distributions.iter();
    let installed = installed.map(|it| (it.name.clone(), it.version.clone()));
    let text = fs::read_to_string(file)?;
    Ok(Some(resolved::render(
        resolved::INSTALLED,
        &text,
        &installed.collect(),
        &staged.from_source,
    )))
}

/// Makes the virtualenv as planned, at `WORK/stage/PREFIX`.
///
/// # Errors
/// When the interpreter is not the distribution's, or an installer fails: its last lines are in the error.
pub fn build(
    plan: &Plan,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<StagedVenv> {
    let Plan { venv, places, .. } = plan;
    check_interpreter(plan, surroundings)?;
    unchecked::refuse(plan)?;
    fs::create_dir_all(places.home())?;
    for command in &venv.before {
        surroundings
            .run(command, on_line)
            .or_failure(|| Failure::build("a command of `[build] before` failed"))?;
    }
    for (path, text) in &venv.files {
        fs::write(path, text.complete()?.as_bytes())?;
    }
    surroundings.run(&venv.create, on_line)?;
    let (installer, commands) = choose_installer(&venv.installer, surroundings, on_line)?;
    let mut built_with = Unchecked::default();
    let on_line = &mut |line: Line<'_>| {
        built_with.listen(line.text());
        on_line(line);
    };
    for command in &commands.prepare {
        prepare(command, surroundings, on_line)?;
    }
    if venv.builds_checked {
        let text = project::requirements_of(&places.locked_built())?;
        fs::write(&places.built_requirement(), text.as_bytes())?;
    }
    let mut project = None;
    let mut from_source = BTreeSet::new();
    let mut lines = String::new();
    for (command, from) in commands.wheels.iter().zip(&venv.projects) {
        let wheel = project::build_wheel(command, from, surroundings, on_line)?;
        let line = project_requirement(from, venv.require_hashes, Some(&wheel));
        lines.push_str(&line.complete()?);
        from_source.insert(wheel.name.clone());
        if from.is_app {
            project = Some(wheel);
        }
    }
    if !venv.projects.is_empty() {
        fs::write(&places.project_requirement(), lines.as_bytes())?;
    }
    for command in &commands.install {
        install(command, plan, &commands.newest, surroundings, on_line)?;
    }
    let warning = match &venv.lock {
        Some(lock) => lock.warning(venv.builds_checked),
        None => built::warning(&built_here(plan)?),
    };
    if let Some(warning) = warning {
        (surroundings.warn)(&warning);
    }
    if let Some(check) = &commands.check {
        check_needs(check, surroundings, on_line)?;
    }
    if let Some(resolve) = commands
        .resolve
        .as_ref()
        .filter(|_| !commands.install.is_empty())
    {
        surroundings
            .run(resolve, on_line)
            .or_failure(|| Failure::build("writing down what was installed failed"))?;
    }
    let not_compiled = compile(plan, surroundings, on_line)?;
    let build_requirements = match &commands.pin_builds {
        Some(command) => {
            built_with.look(places)?;
            built_with.refuse(venv.unchecked)?;
            built_with.pin(command, places, surroundings)?
        }
        None => None,
    };
    let resolved = places.resolved();
    Ok(StagedVenv {
        build_requirements,
        resolved: fs::is_file(&resolved).then_some(resolved),
        stage: places.stage(),
        installer,
        project,
        from_source,
        not_compiled,
    })
}

/// Returns what the installer has built from source distributions, where no lock says it.
fn built_here(plan: &Plan) -> Result<BTreeSet<String>> {
    let report = plan.places.resolved();
    if fs::is_file(&report)
        && let Some(built) = built::of_report(&fs::read_to_string(&report)?)
    {
        return Ok(built);
    }
    let folder = format!("lib/python{}/site-packages", plan.interpreter.version);
    let folder = plan.places.venv().join(folder);
    let names = fs::names_in(&folder)?.into_iter();
    let built = names.filter_map(|name| {
        let has = |file: &str| fs::is_file(&folder.join(&name).join(file));
        built::of_folder(&name.to_string_lossy(), has)
    });
    Ok(built.collect())
}

/// Refuses an interpreter that is in truth somewhere else, such as a link into a pyenv under a home folder.
fn check_interpreter(plan: &Plan, surroundings: &Surroundings<'_>) -> Result<()> {
    let path = plan.interpreter.path();
    let real = fs::canonicalize(&path)?;
    let mut answer = String::new();
    surroundings.run(&plan.venv.check, &mut |line| {
        line.text().clone_into(&mut answer);
    })?;
    let is_folder = matches!(plan.interpreter.origin, InterpreterOrigin::Folder(_));
    if (real == path || is_folder) && answer == plan.venv.answer {
        return Ok(());
    }
    if is_folder {
        return Err(Failure::host(format!(
            "`{}` says `{answer}`, not `{}`, as it did when the build was planned",
            path.display(),
            plan.venv.answer
        ))
        .hint("build again when nobody changes the folder of `python-home`")
        .into());
    }
    Err(Failure::host(format!(
        "`{}` is not the distribution's Python: it is `{}` and says `{answer}`, not `{}`",
        path.display(),
        real.display(),
        plan.venv.answer
    ))
    .hint(format!(
        "reinstall it with `apt-get install --reinstall {0} {0}-minimal`: the target has no other",
        plan.interpreter.package()
    ))
    .into())
}

/// Returns the installer's name and version, and what it does.
fn choose_installer<'a>(
    plan: &'a InstallerPlan,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<(String, &'a InstallerCommands)> {
    let fetch = match plan {
        InstallerPlan::Found { version, commands } => return Ok((version.clone(), commands)),
        InstallerPlan::Fetched(fetch) => fetch,
        InstallerPlan::Pip(pip) => {
            surroundings.run(&pip.create, on_line)?;
            return Ok(("pip".to_owned(), &pip.commands));
        }
    };
    let reason = match uv::fetch(fetch, surroundings, on_line) {
        Ok(version) => return Ok((version, &fetch.uv)),
        Err(reason) => reason,
    };
    let Some(pip) = &fetch.pip else {
        return Err(reason).or_failure(|| {
            Failure::build("uv could not be fetched, and the recipe wants no other installer")
                .hint("set `installer = \"auto\"`, or put a uv into a folder of `PATH`")
        });
    };
    // pip does the same work slower, and says what is wrong if the index cannot be reached at all.
    (surroundings.warn)(&format!(
        "pip installs, which is slower: uv could not be fetched ({reason:#})"
    ));
    if !fs::is_file(&fetch.pip_python) {
        surroundings.run(&fetch.create_pip, on_line)?;
    }
    Ok(("pip".to_owned(), pip))
}

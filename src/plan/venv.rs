//! The commands that make the virtualenv, in order, for the installer that is there or will be fetched.

use super::after;
use super::build_environment::{self, Surroundings};
use super::builder::Builder;
use super::command::Command;
use super::draft::Draft;
use super::fetched_uv::{self, FetchPlan};
use super::installer::Installer;
use super::interpreter::Interpreter;
use super::lock::{self, LockPlan};
use super::places::Places;
use super::project::{self, SourceProject};
use super::python;
use super::requirements;
use super::source::SourcePlan;
use super::verify::{self, Trial};
use super::wanted::wanted;
use super::{Facts, UncheckedBuilds};
use crate::failure::Failure;
use crate::recipe::{EatMyData, InstallerChoice, Recipe};
use anyhow::Result;
use std::path::PathBuf;

/// How the virtualenv is made.
#[derive(Clone, Debug)]
pub struct VenvPlan {
    /// Asks the interpreter where it is and which version it has.
    pub check: Command,
    /// What it has to answer.
    pub answer: String,
    /// What the recipe does in the source before anything is built.
    pub before: Vec<Command>,
    /// Makes the virtualenv's frame.
    pub create: Command,
    /// Who installs.
    pub installer: InstallerPlan,
    /// Whether every requirement must have a hash; nothing when that is not known yet.
    pub require_hashes: Option<bool>,
    /// The projects that are installed from the source, in the order of the commands that build their wheels.
    pub projects: Vec<SourceProject>,
    /// The lines of the requirements file that names their wheels; nothing when no project is installed.
    pub project: Option<Draft>,
    /// Requirements files that are written first, with what is in them.
    pub files: Vec<(PathBuf, Draft)>,
    /// What the lock says, where there is one.
    pub lock: Option<LockPlan>,
    /// Whether what is built may use only what has a hash in `build-constraints`.
    pub builds_checked: bool,
    /// What is done about an unchecked build requirement beside a lock.
    pub unchecked: UncheckedBuilds,
    /// Compiles the bytecode, when the package holds any.
    pub compile: Option<Command>,
    /// What is run at the final path before the package is proven, and may write there.
    pub after: Vec<Command>,
    /// What is tried before the package is written.
    pub trials: Vec<Trial>,
}

/// Who installs.
#[derive(Clone, Debug)]
pub enum InstallerPlan {
    /// The uv that was found.
    Found {
        /// What it says of its version.
        version: String,
        /// What it does.
        commands: Box<InstallerCommands>,
    },
    /// A uv that is fetched first, or pip when that fails.
    Fetched(Box<FetchPlan>),
    /// The distribution's pip.
    Pip(Box<PipPlan>),
}

/// How pip installs.
#[derive(Clone, Debug)]
pub struct PipPlan {
    /// Makes a virtualenv that has pip.
    pub create: Command,
    /// What it does.
    pub commands: InstallerCommands,
}

/// What an installer does.
#[derive(Clone, Debug)]
pub struct InstallerCommands {
    /// Makes the environment with the pinned build requirements, and builds in it what a lock has no wheel of.
    pub prepare: Vec<Command>,
    /// Builds a wheel of each project.
    pub wheels: Vec<Command>,
    /// Installs everything, in this order.
    pub install: Vec<Command>,
    /// Writes what was chosen, where there is no lock.
    pub resolve: Option<Command>,
    /// Compares what a lock has brought with what it says it needs.
    pub check: Option<Command>,
    /// Finds the hashes of build requirements that came unchecked though there is a lock.
    pub pin_builds: Option<Command>,
    /// Finds the newest version that fits the interpreter, when a distribution was refused because of it: a question of the error
    /// message, and no step of a build.
    pub newest: Command,
}

/// Decides how the virtualenv is made.
///
/// # Errors
/// When nothing is installed, or a file of requirements asks for an editable install.
pub(super) fn plan(
    recipe: &Recipe,
    interpreter: &Interpreter,
    source: Option<&SourcePlan>,
    places: &Places,
    facts: &Facts<'_>,
) -> Result<VenvPlan> {
    let venv = &recipe.venv;
    let with_project = venv.project && source.is_some();
    let top = places.source();
    let root = source.map_or_else(|| top.clone(), |source| source.root(&top));
    let lock = lock::plan(venv, source, &root, interpreter, &facts.host.architecture)?;
    let projects = project::projects(recipe, source, with_project.then_some(&root), places);
    refuse_nothing(recipe)?;
    let require_hashes = requirements::require_hashes(venv, source)?;
    let with_wheels = !projects.is_empty();
    let (wanted, files) = wanted(
        recipe,
        &root,
        with_wheels,
        lock.as_ref(),
        require_hashes,
        places,
    );
    let builder = venv.build_constraints.as_ref().map(|file| Builder {
        constraints: root.join(file.as_path()),
        places,
    });
    if let Some(lock) = lock
        .as_ref()
        .filter(|_| facts.unchecked == UncheckedBuilds::Refused && builder.is_none())
    {
        lock.refuse_unchecked()?;
    }
    let project = with_wheels.then(|| project::project_lines(&projects, require_hashes));
    let surroundings = Surroundings {
        places,
        root: &root,
        environment: &facts.host.environment,
        indexes: &venv.indexes,
        build: &recipe.build,
        eatmydata: match recipe.build.eatmydata {
            EatMyData::Auto => facts.eatmydata,
            EatMyData::Always => true,
            EatMyData::Never => false,
        },
        tells_builds: lock.is_some() && builder.is_none(),
    };
    let secrets = requirements::secrets(venv, source);
    let commit = source.and_then(|source| source.commit.as_ref());
    let latest = facts.host.environment.source_date_epoch.unwrap_or(u64::MAX);
    let epoch = commit.map(|commit| commit.time.seconds().min(latest));
    let commands = |installer: &Installer| {
        let wheels = projects.iter().map(|project| match &builder {
            Some(builder) => builder.project(project, epoch, &surroundings),
            None => installer.build_wheel(project, interpreter, epoch, &surroundings),
        });
        let prepare = builder
            .iter()
            .flat_map(|it| it.prepare(interpreter, lock.as_ref(), &surroundings));
        let install = wanted
            .iter()
            .map(|it| installer.install(it, &surroundings).hiding(&secrets));
        let open = wanted.first().filter(|_| lock.is_none());
        InstallerCommands {
            prepare: prepare.collect(),
            wheels: wheels.collect(),
            // A source that is shipped as it is may need nothing but Python.
            install: install.collect(),
            resolve: open
                .and_then(|it| installer.resolve(it, &surroundings))
                .map(|it| it.hiding(&secrets)),
            check: lock.as_ref().map(|_| installer.check(&surroundings)),
            pin_builds: surroundings.tells_builds.then(|| {
                let files = (places.unchecked(), places.unchecked_resolved());
                installer.look_up(files, &surroundings)
            }),
            newest: installer.look_up(places.newest(), &surroundings),
        }
    };
    let (check, answer) = python::check_interpreter(interpreter);
    Ok(VenvPlan {
        check,
        answer,
        before: build_environment::before(&surroundings),
        create: python::create_venv(interpreter, &places.venv()),
        installer: choose(
            venv.installer,
            venv.indexes.offline,
            interpreter,
            places,
            facts,
            commands,
        ),
        require_hashes,
        projects,
        project,
        files,
        lock,
        builds_checked: builder.is_some(),
        unchecked: facts.unchecked,
        compile: venv.bytecode.then(|| python::compile(interpreter, places)),
        after: after::plan(&venv.prefix, epoch, &surroundings, facts.host.isolation)?,
        trials: verify::plan(recipe, source.is_some(), places, facts.host.isolation)?,
    })
}

/// Refuses a recipe that neither installs nor ships anything.
fn refuse_nothing(recipe: &Recipe) -> Result<(), Failure> {
    if recipe.installs_nothing() {
        return Err(Failure::build(
            "the recipe installs nothing: no project, no requirements, no packages",
        )
        .hint("add `[source]`, or list distributions in `[venv] packages`"));
    }
    Ok(())
}

/// Decides who installs.
fn choose(
    choice: InstallerChoice,
    offline: bool,
    interpreter: &Interpreter,
    places: &Places,
    facts: &Facts<'_>,
    commands: impl Fn(&Installer) -> InstallerCommands,
) -> InstallerPlan {
    let python = places.pip().join("bin/python");
    match &facts.uv {
        Some(uv) if choice != InstallerChoice::Pip => InstallerPlan::Found {
            version: uv.version.clone(),
            commands: Box::new(commands(&Installer::Uv {
                program: uv.program.clone(),
            })),
        },
        // Without an index there is nothing to fetch uv from.
        None if choice == InstallerChoice::Uv || (choice == InstallerChoice::Auto && !offline) => {
            let mut plan = fetched_uv::fetch(interpreter, places, facts, commands);
            if choice == InstallerChoice::Uv {
                plan.pip = None;
            }
            InstallerPlan::Fetched(Box::new(plan))
        }
        _ => InstallerPlan::Pip(Box::new(PipPlan {
            create: python::create_pip_venv(interpreter, &places.pip()),
            commands: commands(&Installer::Pip { python }),
        })),
    }
}

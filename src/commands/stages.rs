//! What each stage of a build does with the machine: every function is one call of a stage, with what it is given.
//!
//! The order is in [`super::build`]. Nothing is decided here: what runs stands in the plan.

use super::built::VenvFacts;
use super::destination::Destination;
use super::forbidden::forbidden;
use super::machine::Machine;
use super::planning::Planned;
use super::source_commit;
use crate::apt::{self, Permission};
use crate::deb::{self, Archive, Written};
use crate::depends::Dpkg;
use crate::package::{self, Parts};
use crate::plan::PythonSource;
use crate::recipe::{HostPath, Recipe};
use crate::report::{Event, Reporter, Stage};
use crate::source::{self, Downloads, ReadFile, Servers, SourceTree};
use crate::sys::clock::Stopwatch;
use crate::sys::fs;
use crate::sys::host::HostFacts;
use crate::sys::process::{Line, Runner};
use crate::venv::interpreter::{self, PythonFiles};
use crate::venv::placed::Sharing;
use crate::venv::{self, OwnPython, VenvTree};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What every stage is given.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) planned: &'a Planned,
    pub(super) host: &'a HostFacts,
    pub(super) runner: Runner,
    pub(super) reporter: &'a dyn Reporter,
    pub(super) no_apt: bool,
}

impl Job<'_> {
    /// Returns what the stage of the virtualenv is given.
    fn surroundings<'a>(&'a self, warn: &'a dyn Fn(&str)) -> venv::build::Surroundings<'a> {
        venv::build::Surroundings {
            runner: self.runner,
            log: &self.planned.plan.log,
            warn,
        }
    }

    /// Returns whether apt may change the machine.
    fn permission(&self) -> Permission {
        if self.no_apt {
            Permission::Denied
        } else {
            Permission::Given
        }
    }

    /// Runs one stage between its two events.
    pub(super) fn stage<T>(
        &self,
        stage: Stage,
        act: impl FnOnce(&mut dyn FnMut(Line<'_>)) -> Result<T>,
    ) -> Result<T> {
        self.reporter.event(&Event::Started(stage));
        let watch = Stopwatch::start();
        let result = act(&mut |line| self.reporter.event(&Event::Output(line)));
        self.reporter.event(&Event::Ended {
            stage,
            seconds: watch.elapsed().as_secs_f64(),
            done: result.is_ok(),
        });
        result
    }
}

/// Installs the packages that the build needs on this machine.
pub(super) fn install_packages(job: &Job<'_>, on_line: &mut dyn FnMut(Line<'_>)) -> Result<()> {
    let plan = &job.planned.plan;
    apt::install(
        &plan.packages,
        job.permission(),
        job.runner,
        &plan.log,
        on_line,
    )
}

/// Exports the source; nothing when the recipe has none.
pub(super) fn export_source(
    job: &Job<'_>,
    machine: &Machine,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Option<SourceTree>> {
    let plan = &job.planned.plan;
    let Some(source) = &plan.source else {
        return Ok(None);
    };
    let downloads = Downloads::new(
        &plan.places.cache,
        &plan.interpreter.path(),
        &machine.environment,
    );
    let warn = |text: &str| job.reporter.event(&Event::Warning(text));
    let log = source_commit::log_file(&job.planned.recipe, &machine.cache);
    let surroundings = source::Surroundings {
        runner: job.runner,
        downloads: &downloads,
        obtain: &Servers(source_commit::surroundings(machine, &log, &warn)?),
        warn: &warn,
    };
    let on_line = &mut |line: &str| on_line(Line::Output(line));
    source::extract(source, &surroundings, &plan.places.source(), on_line).map(Some)
}

/// Makes the virtualenv, reads it back, and tells what is missing in it.
pub(super) fn build_venv(
    job: &Job<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<(VenvTree, VenvFacts)> {
    let Planned { recipe, plan, .. } = job.planned;
    let warn = |text: &str| job.reporter.event(&Event::Warning(text));
    let surroundings = job.surroundings(&warn);
    let own_python = own_python(job, &surroundings, on_line)?;
    let staged = venv::build::build(plan, &surroundings, on_line).with_context(|| {
        format!(
            "building the virtualenv failed; the whole output is in `{}`",
            plan.log.display()
        )
    })?;
    let reading = venv::Reading {
        prefix: &recipe.venv.prefix,
        interpreter: &plan.interpreter,
        bytecode: recipe.venv.bytecode,
        prune: &recipe.venv.prune,
    };
    let mut tree = venv::read_stage(&staged, &reading)?;
    tree.own_python = own_python;
    let own_not_compiled = tree.own_python.iter().flat_map(|it| &it.not_compiled);
    for file in tree.not_compiled.iter().chain(own_not_compiled) {
        job.reporter.event(&Event::Warning(&format!(
            "`{file}` is not valid Python here, so it has no bytecode"
        )));
    }
    let resolved = match venv::build::resolved(&staged, &tree.distributions)? {
        Some(Err(name)) => {
            job.reporter.event(&Event::Warning(&format!(
                "what is installed is not written down: `{name}` is not from an index, so that it has no hash to be pinned by"
            )));
            None
        }
        Some(Ok(text)) => text,
        None => None,
    };
    let facts = VenvFacts::of(staged, &tree, resolved);
    Ok((tree, facts))
}

/// Puts the Python together that the package brings, when it does.
fn own_python(
    job: &Job<'_>,
    surroundings: &venv::build::Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Option<OwnPython>> {
    let Planned { recipe, plan, .. } = job.planned;
    let Some(own) = &plan.own_python else {
        return Ok(None);
    };
    let files = match &own.source {
        PythonSource::Folder(folder) => PythonFiles::Folder(folder.clone()),
        PythonSource::Packages(packages) => {
            let fetching = apt::Fetching {
                permission: job.permission(),
                runner: job.runner,
                log: &plan.log,
                warn: surroundings.warn,
            };
            PythonFiles::Packages(apt::fetch(packages, &fetching, on_line)?)
        }
    };
    let prefix = &recipe.venv.prefix;
    interpreter::stage(plan, own, &files, prefix, surroundings, on_line).map(Some)
}

/// Puts the package together, with what `[build] after` writes into it.
pub(super) fn assemble(
    job: &Job<'_>,
    recipe: &Recipe,
    files: &BTreeMap<HostPath, ReadFile>,
    venv: VenvTree,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Archive> {
    let plan = &job.planned.plan;
    let forbidden = forbidden(recipe, plan, &job.host.environment)?;
    let warn = |text: &str| job.reporter.event(&Event::Warning(text));
    let libraries = Dpkg::open(Path::new("/"), &job.host.architecture)?;
    let parts = Parts {
        recipe,
        plan,
        host: job.host,
        files,
        hooks: &job.planned.hooks,
        libraries: &libraries,
        forbidden: &forbidden,
        warn: &warn,
    };
    let mut gathered = package::gather(&parts, venv)?;
    let after = &plan.venv.after;
    if !after.is_empty() {
        let prefix = &recipe.venv.prefix;
        let surroundings = job.surroundings(&warn);
        let changes = venv::after::run(
            after,
            &gathered.layers,
            prefix,
            &plan.places,
            &surroundings,
            on_line,
        );
        let changes = changes.with_context(|| {
            format!(
                "running `[build] after` failed; the whole output is in `{}`",
                plan.log.display()
            )
        })?;
        gathered.take(changes, job.host)?;
    }
    package::assemble(&parts, gathered)
}

/// Tries what the recipe wants to work, with the content of the package at its final path.
pub(super) fn verify(
    job: &Job<'_>,
    archive: &Archive,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<()> {
    let Planned { recipe, plan, .. } = job.planned;
    if plan.venv.trials.is_empty() {
        return Ok(());
    }
    let warn = |text: &str| job.reporter.event(&Event::Warning(text));
    venv::placed::place(
        &archive.layers,
        &recipe.venv.prefix,
        &plan.places,
        Sharing::Linked,
    )?;
    venv::placed::try_all(&plan.venv.trials, &job.surroundings(&warn), on_line)
}

/// Writes the archive under its final name.
pub(super) fn write(
    job: &Job<'_>,
    archive: &Archive,
    output: &Destination,
) -> Result<(PathBuf, Written)> {
    let path = output.file(&archive.control)?;
    let Planned { recipe, plan, .. } = job.planned;
    let written = deb::write(archive, recipe.compression, plan.threads, &path)?;
    Ok((path, written))
}

/// Writes what was installed, or built with, beside the package: `NAME_VERSION_ARCH.requirements.txt`.
pub(super) fn write_requirements(
    package: &Path,
    end: &str,
    text: Option<&str>,
) -> Result<Option<String>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let path = package.with_extension(end);
    fs::write(&path, text.as_bytes()).context("writing down what was installed failed")?;
    Ok(Some(path.display().to_string()))
}

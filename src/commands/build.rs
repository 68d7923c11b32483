//! `build`: one package for each recipe. Every line of [`pipeline`] takes the value above it.

use super::answer::write_json;
use super::destination::Destination;
use super::failures::Failures;
use super::forbidden::forbidden;
use super::planning::{Machine, Planned, Planning, Unreadable, plan_all};
use super::shipped;
use super::source_commit;
use super::version;
use crate::apt::{self, Permission};
use crate::cli::{Build, BuildOptions};
use crate::deb::{self, Archive, Written};
use crate::depends::Dpkg;
use crate::failure::{self, Failure, OrFailure as _};
use crate::package::{self, Parts};
use crate::plan::{self, PythonSource, SourcePlan, named_paths};
use crate::recipe::{HostPath, Recipe};
use crate::report::{
    BuildDocument, BuildReport, BuiltDistribution, BuiltExtra, BuiltPruned, BuiltPython,
    BuiltPythonPart, BuiltRewrite, BuiltSource, Event, FailedBuild, JSON_FORMAT, Reporter, Stage,
    Warnings,
};
use crate::source::{self, Downloads, ReadFile, Servers, SourceTree};
use crate::sys::clock::Stopwatch;
use crate::sys::host::HostFacts;
use crate::sys::process::{Line, Runner};
use crate::sys::workdir::{Keep, WorkDir};
use crate::sys::{fs, interrupt};
use crate::venv::interpreter::{self, PythonFiles};
use crate::venv::placed::Sharing;
use crate::venv::{self, OwnPython, PythonPart, VenvTree};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Builds the packages and reports where they are.
pub(super) fn run(options: &Build, reporter: &dyn Reporter) -> Result<()> {
    if options.dry_run {
        return super::plan::show(&options.options, options.files, reporter);
    }
    interrupt::watch().context("watching for signals failed")?;
    let options = &options.options;
    let planning = plan_all(options, Unreadable::Refused, reporter)?;
    planning.output.prepare()?;
    let mut reports = Vec::new();
    let mut failures = Failures::new(planning.recipes.len(), "built");
    for planned in &planning.recipes {
        match build(planned, &planning, options, reporter) {
            Ok(report) => reports.push(report),
            Err(error) => failures.add(&planned.name, error, reporter),
        }
    }
    if options.json {
        let failed: Vec<_> = failures.iter().map(failed_build).collect();
        let document = BuildDocument {
            format: JSON_FORMAT,
            packages: &reports,
            failures: &failed,
        };
        write_json(reporter, &document)?;
    }
    failures.finish()
}

fn failed_build((name, error): (&Path, &anyhow::Error)) -> FailedBuild {
    FailedBuild {
        recipe: name.to_path_buf(),
        exit_code: failure::kind_of(error).exit_code(),
        error: failure::render(error),
    }
}

/// Builds one package and says where it is.
fn build(
    planned: &Planned,
    planning: &Planning,
    options: &BuildOptions,
    reporter: &dyn Reporter,
) -> Result<BuildReport> {
    let package = &planned.recipe.package;
    if planning.recipes.len() > 1 {
        reporter.event(&Event::Note(&format!(
            "{} {} of `{}`",
            package.name,
            plan::version(package),
            planned.name.display()
        )));
    }
    let warnings = Warnings::new(reporter);
    // Dropped at the end: that frees the folder.
    let _work = take_work_dir(planned, options, &warnings)?;
    let job = Job {
        planned,
        host: &planning.host,
        runner: Runner::new(planning.host.isolation),
        reporter: &warnings,
        no_apt: options.no_apt,
    };
    fs::remove_file(&planned.plan.log)?;
    let report = pipeline(&job, planning, options)?;
    let report = BuildReport {
        warnings: warnings.into_texts(),
        ..report
    };
    reporter.event(&Event::Built(&report));
    if !options.json {
        reporter
            .result(report.path.as_os_str().as_encoded_bytes())
            .with_context(|| {
                format!(
                    "the package is `{}`, but its path could not be printed",
                    report.path.display()
                )
            })?;
    }
    Ok(report)
}

/// What every stage is given.
#[derive(Clone, Copy)]
struct Job<'a> {
    planned: &'a Planned,
    host: &'a HostFacts,
    runner: Runner,
    reporter: &'a dyn Reporter,
    no_apt: bool,
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
    fn stage<T>(
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

fn pipeline(job: &Job<'_>, planning: &Planning, options: &BuildOptions) -> Result<BuildReport> {
    let watch = Stopwatch::start();
    job.stage(Stage::Apt, |on_line| install_packages(job, on_line))?;
    let (source, files, planned) = job.stage(Stage::Source, |on_line| {
        let source = export_source(job, &planning.machine, on_line)?;
        source_commit::check_all(job.planned.plan.source.as_ref(), source.as_ref(), options)?;
        let files = source::read_files(&job.planned.recipe, source.as_ref())?;
        let planned = plan_again(job.planned, source.as_ref(), planning, options)?;
        Ok((source, files, planned))
    })?;
    let job = &Job {
        planned: planned.as_ref().unwrap_or(job.planned),
        ..*job
    };
    let (venv, facts) = job.stage(Stage::Venv, |on_line| build_venv(job, on_line))?;
    let plan = &job.planned.plan;
    let recipe = version::settle(&job.planned.recipe, plan, &venv)?;
    let archive = job.stage(Stage::Package, |on_line| {
        let warn = |text: &str| job.reporter.event(&Event::Warning(text));
        shipped::judge(&recipe.package.name, &files, plan, job.runner, &warn)?;
        let archive = assemble(job, &recipe, &files, venv, on_line)?;
        verify(job, &archive, on_line)?;
        Ok(archive)
    })?;
    let (path, written) = job.stage(Stage::Deb, |_| write(job, &archive, &planning.output))?;
    let requirements = write_requirements(&path, "requirements.txt", facts.resolved.as_deref())?;
    let text = facts.build_requirements.as_deref();
    let build_requirements = write_requirements(&path, "build-requirements.txt", text)?;
    if let Some(path) = &options.source.lock {
        let lock = source_commit::lock_of(plan.source.as_ref(), source.as_ref());
        source_commit::write_lock(&lock, path)?;
    }
    Ok(BuildReport {
        recipe: job.planned.name.clone(),
        package: archive.control.package.to_string(),
        version: archive.control.version.to_string(),
        architecture: archive.control.architecture.to_string(),
        path,
        size: written.size,
        sha256: written.sha256,
        installed_size_kib: written.installed_size_kib,
        source: source
            .zip(plan.source.as_ref())
            .map(|(tree, plan)| BuiltSource {
                extras: built_extras(plan, &tree),
                path: tree.repository,
                reference: plan.reference(),
                commit: tree.commit,
                time: tree.time.seconds(),
                describe: tree.describe,
            }),
        python: plan.interpreter.version.clone(),
        own_python: facts.own_python,
        requirements,
        build_requirements,
        installer: facts.installer,
        distributions: facts.distributions,
        rewrites: facts.rewrites,
        pruned: facts.pruned,
        seconds: watch.elapsed().as_secs_f64(),
        warnings: Vec::new(),
    })
}

fn take_work_dir(
    planned: &Planned,
    options: &BuildOptions,
    reporter: &dyn Reporter,
) -> Result<WorkDir> {
    let keep = if options.keep_work {
        Keep::Yes
    } else {
        Keep::No
    };
    let path = &planned.plan.places.work;
    let waiting = format!(
        "waiting for another build of {}",
        planned.recipe.package.name
    );
    WorkDir::take(path, keep, &mut || reporter.event(&Event::Note(&waiting))).or_failure(|| {
        Failure::host(format!(
            "the work folder `{}` cannot be used",
            path.display()
        ))
        .hint("give another place with `--cache-dir DIR`")
    })
}

fn install_packages(job: &Job<'_>, on_line: &mut dyn FnMut(Line<'_>)) -> Result<()> {
    let plan = &job.planned.plan;
    apt::install(
        &plan.packages,
        job.permission(),
        job.runner,
        &plan.log,
        on_line,
    )
}

fn export_source(
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

fn built_extras(plan: &SourcePlan, tree: &SourceTree) -> Vec<BuiltExtra> {
    let extras = plan.extras.iter().zip(&tree.extras);
    extras
        .map(|(extra, commit)| BuiltExtra {
            path: extra.origin.to_string(),
            reference: extra.origin.reference().map(ToString::to_string),
            commit: commit.clone(),
            into: extra.into.to_string(),
        })
        .collect()
}

/// Plans again when the plan had to leave open what the source holds.
fn plan_again(
    planned: &Planned,
    source: Option<&SourceTree>,
    planning: &Planning,
    options: &BuildOptions,
) -> Result<Option<Planned>> {
    let is_open = |plan: &SourcePlan| plan.commit.is_none();
    let Some(tree) = source.filter(|_| planned.plan.source.as_ref().is_some_and(is_open)) else {
        return Ok(None);
    };
    let facts = source::facts(tree, &named_paths(&planned.recipe))?;
    planning.again(planned, facts, options).map(Some)
}

/// What the report says of the virtualenv.
struct VenvFacts {
    installer: String,
    distributions: Vec<BuiltDistribution>,
    rewrites: Vec<BuiltRewrite>,
    /// The requirements file that installs the same again, where there is no lock.
    resolved: Option<String>,
    /// The requirements file that builds with the same again, where something came unchecked beside a lock.
    build_requirements: Option<String>,
    pruned: Vec<BuiltPruned>,
    own_python: Option<BuiltPython>,
}

fn build_venv(job: &Job<'_>, on_line: &mut dyn FnMut(Line<'_>)) -> Result<(VenvTree, VenvFacts)> {
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
    let distributions = tree.distributions.iter().map(|it| BuiltDistribution {
        name: it.name.clone(),
        version: it.version.clone(),
        license: it.license.clone(),
    });
    let pruned = tree.pruned.iter().map(|it| BuiltPruned {
        group: it.group,
        files: it.files,
        bytes: it.bytes,
        kept: it
            .kept
            .iter()
            .map(|kept| format!("{}: {}", kept.what, kept.needed_by))
            .collect(),
    });
    let rewrites = tree.rewrites.iter().map(|rewrite| BuiltRewrite {
        path: rewrite.path.clone(),
        what: rewrite.what,
    });
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
    let facts = VenvFacts {
        resolved,
        build_requirements: staged.build_requirements,
        installer: staged.installer,
        distributions: distributions.collect(),
        rewrites: rewrites.collect(),
        pruned: pruned.collect(),
        own_python: tree.own_python.as_ref().map(built_python),
    };
    Ok((tree, facts))
}

fn built_python(python: &OwnPython) -> BuiltPython {
    let part = |part: &PythonPart| BuiltPythonPart {
        package: part.package.clone(),
        version: part.version.clone(),
        source: part.source.clone(),
        sha256: part.sha256.clone(),
    };
    BuiltPython {
        files: python.files.len(),
        bytes: python.files.values().map(|it| it.content.size()).sum(),
        packages: python.parts.iter().map(part).collect(),
    }
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

fn assemble(
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

/// Writes what was installed, or built with, beside the package: `NAME_VERSION_ARCH.requirements.txt`.
fn write_requirements(package: &Path, end: &str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let path = package.with_extension(end);
    fs::write(&path, text.as_bytes()).context("writing down what was installed failed")?;
    Ok(Some(path.display().to_string()))
}

/// Tries what the recipe wants to work, with the content of the package at its final path.
fn verify(job: &Job<'_>, archive: &Archive, on_line: &mut dyn FnMut(Line<'_>)) -> Result<()> {
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

fn write(job: &Job<'_>, archive: &Archive, output: &Destination) -> Result<(PathBuf, Written)> {
    let path = output.file(&archive.control)?;
    let Planned { recipe, plan, .. } = job.planned;
    let written = deb::write(archive, recipe.compression, plan.threads, &path)?;
    Ok((path, written))
}

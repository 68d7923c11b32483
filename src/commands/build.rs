//! `build`: one package for each recipe. Every line of [`pipeline`] takes the value above it.

use super::answer::write_json;
use super::built::built_source;
use super::failures::Failures;
use super::planning::{Planned, Planning, Unreadable, plan_all};
use super::shipped;
use super::source_commit;
use super::stages::{
    Job, assemble, build_venv, export_source, install_packages, verify, write, write_requirements,
};
use super::version;
use crate::cli::{Build, BuildOptions};
use crate::failure::{self, Failure, OrFailure as _};
use crate::plan::{self, SourcePlan, named_paths};
use crate::report::{
    BuildDocument, BuildReport, Event, FailedBuild, JSON_FORMAT, Reporter, Stage, Warnings,
};
use crate::source::{self, SourceTree};
use crate::sys::clock::Stopwatch;
use crate::sys::process::Runner;
use crate::sys::workdir::{Keep, WorkDir};
use crate::sys::{fs, interrupt};
use anyhow::{Context as _, Result};
use std::path::Path;

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
            .map(|(tree, plan)| built_source(plan, tree)),
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

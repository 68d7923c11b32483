//! `build`: one recipe, one package. Every line of [`pipeline`] takes the value above it.

use super::destination::{Destination, resolve};
use super::forbidden::forbidden;
use crate::apt::{self, Permission};
use crate::cli::Build;
use crate::deb::{self, Archive, Written};
use crate::failure::{Failure, Kind, OrFailure as _};
use crate::package::{self, Parts};
use crate::plan::{self, Plan};
use crate::recipe::{HostPath, Recipe};
use crate::report::{BuildReport, Event, Reporter, Stage};
use crate::source::{self, SourceTree};
use crate::sys::clock::Stopwatch;
use crate::sys::environment::Environment;
use crate::sys::git_environment::GitEnvironment;
use crate::sys::host::{self, HostFacts};
use crate::sys::process::Runner;
use crate::sys::workdir::{Keep, WorkDir};
use crate::sys::{fs, interrupt};
use crate::venv::{self, VenvTree};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Builds the package and reports where it is.
pub fn run(options: &Build, reporter: &dyn Reporter) -> Result<()> {
    interrupt::watch().context("watching for signals failed")?;
    let environment = Environment::read()?;
    let recipe = read_recipe(&environment.current_dir, &options.recipe)?;
    let cache = cache_dir(options, &environment)?;
    let host = HostFacts::probe(environment)?;
    let plan = Plan {
        threads: options
            .jobs
            .threads(host.cores, host::available_memory(), recipe.compression),
        ..plan::plan(&recipe, &host)?
    };
    let output = Destination::new(&host.environment, &options.output.path);
    output.prepare()?;
    let work = take_work_dir(&cache, &recipe, options, reporter)?;
    let job = Job {
        recipe: &recipe,
        plan: &plan,
        host: &host,
        runner: Runner::new(host.isolation),
        work: work.path(),
        cache: &cache,
        log: cache
            .join("log")
            .join(format!("{}.log", recipe.package.name)),
        reporter,
        no_apt: options.no_apt,
    };
    fs::remove_file(&job.log)?;
    let report = pipeline(&job, &output)?;
    reporter.event(&Event::Built(&report));
    reporter
        .result(report.path.as_os_str().as_encoded_bytes())
        .with_context(|| {
            format!(
                "the package is `{}`, but its path could not be printed",
                report.path.display()
            )
        })
}

/// What every stage is given.
struct Job<'a> {
    recipe: &'a Recipe,
    plan: &'a Plan,
    host: &'a HostFacts,
    runner: Runner,
    work: &'a Path,
    cache: &'a Path,
    log: PathBuf,
    reporter: &'a dyn Reporter,
    no_apt: bool,
}

impl Job<'_> {
    /// Runs one stage between its two events.
    fn stage<T>(
        &self,
        stage: Stage,
        act: impl FnOnce(&mut dyn FnMut(&str)) -> Result<T>,
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

fn pipeline(job: &Job<'_>, output: &Destination) -> Result<BuildReport> {
    let watch = Stopwatch::start();
    job.stage(Stage::Apt, |on_line| install_packages(job, on_line))?;
    let (source, files) = job.stage(Stage::Source, |on_line| {
        let source = export_source(job, on_line)?;
        let files = source::read_files(job.recipe, source.as_ref())?;
        Ok((source, files))
    })?;
    let venv = job.stage(Stage::Venv, |on_line| {
        build_venv(job, source.as_ref(), on_line)
    })?;
    let (archive, facts) = job.stage(Stage::Package, |_| {
        assemble(job, source.as_ref(), &files, venv)
    })?;
    let (path, written) = job.stage(Stage::Deb, |_| write(job, &archive, output))?;
    Ok(BuildReport {
        package: archive.control.package.to_string(),
        version: archive.control.version.to_string(),
        path,
        size: written.size,
        installed_size_kib: written.installed_size_kib,
        sha256: written.sha256,
        commit: source.map(|source| (source.commit, source.describe)),
        installer: facts.installer,
        distributions: facts.distributions,
        rewrites: facts.rewrites,
        seconds: watch.elapsed().as_secs_f64(),
    })
}

fn read_recipe(current_dir: &Path, path: &Path) -> Result<Recipe> {
    let file = current_dir.join(path);
    if !fs::is_file(&file) {
        return Err(Failure::new(
            Kind::Recipe,
            format!("there is no recipe `{}`", path.display()),
        )
        .hint("name a recipe file, such as `recipes/demosite.toml`")
        .into());
    }
    let text = fs::read_to_string(&file).context("reading the recipe failed")?;
    let folder = file.parent().unwrap_or(current_dir);
    Ok(Recipe::parse(&text, &path.display().to_string(), folder)?)
}

fn cache_dir(options: &Build, environment: &Environment) -> Result<PathBuf> {
    match (&options.cache_dir, &environment.cache) {
        (Some(cache), _) => Ok(resolve(environment, cache)),
        (None, Some(cache)) => Ok(cache.join("deb-build-app")),
        (None, None) => Err(Failure::host(
            "there is no place for caches: neither `HOME` nor `XDG_CACHE_HOME` is set",
        )
        .hint("give one with `--cache-dir DIR`")
        .into()),
    }
}

fn take_work_dir(
    cache: &Path,
    recipe: &Recipe,
    options: &Build,
    reporter: &dyn Reporter,
) -> Result<WorkDir> {
    let keep = if options.keep_work {
        Keep::Yes
    } else {
        Keep::No
    };
    let path = cache.join("work").join(recipe.package.name.as_str());
    let waiting = format!("waiting for another build of {}", recipe.package.name);
    WorkDir::take(&path, keep, &mut || reporter.event(&Event::Note(&waiting))).or_failure(|| {
        Failure::host(format!(
            "the work folder `{}` cannot be used",
            path.display()
        ))
        .hint("give another place with `--cache-dir DIR`")
    })
}

fn install_packages(job: &Job<'_>, on_line: &mut dyn FnMut(&str)) -> Result<()> {
    let missing = apt::missing(&job.plan.apt, job.runner)?;
    if missing.is_empty() {
        return Ok(());
    }
    let permission = if job.no_apt {
        Permission::None
    } else {
        Permission::probe(job.host.root, job.runner)
    };
    apt::install(&missing, permission, job.runner, &job.log, on_line)
}

fn export_source(job: &Job<'_>, on_line: &mut dyn FnMut(&str)) -> Result<Option<SourceTree>> {
    let surroundings = source::remote::Surroundings {
        cache: job.cache,
        environment: &job.host.environment,
        git: &GitEnvironment::read(),
        runner: job.runner,
        log: &job.log,
        warn: &|text| job.reporter.event(&Event::Warning(text)),
    };
    let into = job.work.join("source");
    job.plan
        .source
        .as_ref()
        .map(|plan| source::extract(plan, &surroundings, &into, on_line))
        .transpose()
}

/// What the report says of the virtualenv.
struct VenvFacts {
    installer: String,
    distributions: usize,
    rewrites: usize,
}

fn build_venv(
    job: &Job<'_>,
    source: Option<&SourceTree>,
    on_line: &mut dyn FnMut(&str),
) -> Result<(VenvTree, VenvFacts)> {
    let surroundings = venv::build::Surroundings {
        interpreter: &job.plan.interpreter,
        environment: &job.host.environment,
        runner: job.runner,
        work: job.work,
        cache: job.cache,
        log: &job.log,
        warn: &|text| job.reporter.event(&Event::Warning(text)),
    };
    let staged = venv::build::build(&job.recipe.venv, source, &surroundings, on_line)
        .with_context(|| {
            format!(
                "building the virtualenv failed; the whole output is in `{}`",
                job.log.display()
            )
        })?;
    let tree = venv::read_stage(&staged, &job.recipe.venv.prefix, &job.plan.interpreter)?;
    let facts = VenvFacts {
        installer: staged.installer.describe(),
        distributions: tree.distributions.len(),
        rewrites: tree.rewrites.len(),
    };
    for file in &tree.not_compiled {
        job.reporter.event(&Event::Warning(&format!(
            "`{file}` is not valid Python here, so it has no bytecode"
        )));
    }
    Ok((tree, facts))
}

fn assemble(
    job: &Job<'_>,
    source: Option<&SourceTree>,
    files: &BTreeMap<HostPath, Vec<u8>>,
    (venv, facts): (VenvTree, VenvFacts),
) -> Result<(Archive, VenvFacts)> {
    let forbidden = forbidden(
        job.recipe,
        &job.host.environment,
        [job.work, job.cache],
        source,
    )?;
    let archive = package::assemble(Parts {
        recipe: job.recipe,
        plan: job.plan,
        host: job.host,
        source,
        files,
        shlibs: &apt::installed_shlibs()?,
        venv,
        forbidden: &forbidden,
    })?;
    Ok((archive, facts))
}

fn write(job: &Job<'_>, archive: &Archive, output: &Destination) -> Result<(PathBuf, Written)> {
    let path = output.file(&archive.control)?;
    let written = deb::write(archive, job.recipe.compression, job.plan.threads, &path)?;
    Ok((path, written))
}

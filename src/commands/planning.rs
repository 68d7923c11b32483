//! From the command line to plans: what `plan` and `build` share. Reads and asks, and writes nothing.

use super::destination::{Destination, resolve};
use super::failures::Failures;
use super::forbidden::check_prefix_is_free;
use super::recipe_file;
use super::source_commit;
use super::version;
use crate::apt;
use crate::cli::BuildOptions;
use crate::deb::PackageName;
use crate::failure::Failure;
use crate::package::{self, Hooks, Known, Outline};
use crate::plan::{
    self, CommitFacts, Facts, FoundPython, FoundUv, InterpreterOrigin, Needs, OwnFiles,
    PackageFile, Places, Plan, SourcePlan, UncheckedBuilds,
};
use crate::recipe::{InterpreterChoice, Recipe, VersionSource};
use crate::report::Reporter;
use crate::source::{self, Obtained};
use crate::sys::environment::Environment;
use crate::sys::git_environment::GitEnvironment;
use crate::sys::host::{self, HostFacts};
use crate::sys::process::{self, Cmd, Runner};
use crate::venv::{self, interpreter::look::look};
use anyhow::Result;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything that was decided about one recipe.
pub(super) struct Planned {
    /// The recipe's file, as the user calls it.
    pub(super) name: PathBuf,
    /// What the user wants, with what the command line says in place of the recipe.
    pub(super) recipe: Recipe,
    /// What is done on this machine.
    pub(super) plan: Plan,
    /// What the package will hold, as far as it is known.
    pub(super) outline: Outline,
    /// The texts of `[scripts]`.
    pub(super) hooks: Hooks,
    /// What was fetched of a server; it stays as long as this does.
    pub(super) _obtained: Option<Obtained>,
}

/// The plans of all recipes, and what they share.
pub(super) struct Planning {
    /// The plans, in the order of the command line.
    pub(super) recipes: Vec<Planned>,
    /// The machine.
    pub(super) host: HostFacts,
    /// Where packages go.
    pub(super) output: Destination,
    pub(super) machine: Machine,
}

impl Planning {
    /// Plans a recipe again whose source is known by now.
    ///
    /// # Errors
    /// When what was open cannot be planned.
    pub(super) fn again(
        &self,
        planned: &Planned,
        commit: CommitFacts,
        options: &BuildOptions,
    ) -> Result<Planned> {
        let recipe = planned.recipe.clone();
        let machine = &self.machine;
        machine.plan_with(&planned.name, recipe, Some(commit), options)
    }
}

/// What to do about a repository that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is an error: the build would meet it.
    Refused,
    /// It is a warning, and the commit stays open.
    Open,
}

/// Reads and plans all recipes.
///
/// # Errors
/// When one of them cannot be planned, after the problems of all were shown; when two make the same package.
pub(super) fn plan_all(
    options: &BuildOptions,
    unreadable: Unreadable,
    reporter: &dyn Reporter,
) -> Result<Planning> {
    let environment = Environment::read()?;
    let names = recipe_file::find(&environment.current_dir, &options.recipes)?;
    let output = Destination::new(&environment, &options.output.path);
    if names.len() > 1 {
        output.refuse_file()?;
        source_commit::refuse_lock(&options.source)?;
    }
    let cache = cache_dir(options, &environment)?;
    let current_dir = environment.current_dir.clone();
    let machine = Machine {
        environment,
        git: GitEnvironment::read(),
        cache,
        output: output.clone(),
        host: OnceCell::new(),
        uv: OnceCell::new(),
    };
    let mut recipes = Vec::new();
    let mut failures = Failures::new(names.len(), "planned");
    for name in names {
        let planned = recipe_file::read(&current_dir, &name, machine.release(), reporter)
            .and_then(|recipe| with_options(recipe, options))
            .and_then(|recipe| machine.plan(&name, recipe, options, unreadable, reporter));
        match planned {
            Ok(planned) => recipes.push(planned),
            Err(error) => failures.add(&name, error, reporter),
        }
    }
    failures.finish()?;
    refuse_same_package(&recipes)?;
    Ok(Planning {
        recipes,
        host: machine.host()?.clone(),
        output,
        machine,
    })
}

/// Puts what the command line says in the place of what the recipe says.
fn with_options(mut recipe: Recipe, options: &BuildOptions) -> Result<Recipe> {
    if let Some(version) = &options.deb_version {
        recipe.package.version = Some(version.clone());
        recipe.package.version_source = VersionSource::Stated;
    }
    if let Some(revision) = &options.revision {
        let version = recipe.package.version.as_ref();
        recipe.package.version = version.map(|version| revision.of(version)).transpose()?;
        recipe.package.revision = revision.to_string();
    }
    if let Some(compression) = options.compression {
        recipe.compression = compression;
    }
    if let Some(reference) = &options.source.reference {
        source_commit::set_reference(&mut recipe, reference)?;
    }
    Ok(recipe)
}

/// Lets sh look at the files of `[scripts]`: what it cannot read would stop every installation.
fn check_hooks(recipe: &Recipe, runner: Runner) -> Result<()> {
    for path in recipe.hooks.values() {
        let answer = runner.ask(&Cmd::new("sh").arg("-n").arg(path))?;
        if !answer.success() {
            let said = answer.stderr.trim().to_owned();
            return Err(Failure::build(format!(
                "sh cannot read the script `{}`: {said}",
                path.display()
            ))
            .hint("mend the line that it names")
            .into());
        }
    }
    Ok(())
}

fn cache_dir(options: &BuildOptions, environment: &Environment) -> Result<PathBuf> {
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

/// Refuses two recipes whose packages have one name and version: the second would replace the first.
fn refuse_same_package(recipes: &[Planned]) -> Result<()> {
    let mut seen: BTreeMap<(&PackageName, String), &Path> = BTreeMap::new();
    for planned in recipes {
        let package = &planned.recipe.package;
        let version = plan::version_in_file_name(package).to_string();
        let key = (&package.name, version.clone());
        let Some(first) = seen.insert(key, &planned.name) else {
            continue;
        };
        let name = &package.name;
        return Err(Failure::build(format!(
            "`{}` and `{}` both make {name} {version}: one package would replace the other",
            first.display(),
            planned.name.display()
        ))
        .hint(
            "build them one after the other into different folders, or give one another `version`",
        )
        .into());
    }
    Ok(())
}

/// Returns the Python in the recipe's `python-home`, when it names one.
///
/// # Errors
/// When there is none, or it cannot be moved.
pub(super) fn python_home(recipe: &Recipe, runner: Runner) -> Result<Option<FoundPython>> {
    match &recipe.venv.interpreter {
        InterpreterChoice::Home(folder) => look(folder, runner).map(Some),
        InterpreterChoice::System | InterpreterChoice::Bundled => Ok(None),
    }
}

/// What is asked of the machine once for all recipes.
pub(super) struct Machine {
    pub(super) environment: Environment,
    pub(super) git: GitEnvironment,
    pub(super) cache: PathBuf,
    output: Destination,
    host: OnceCell<HostFacts>,
    uv: OnceCell<Option<FoundUv>>,
}

impl Machine {
    /// Returns the machine's release; a machine that has none is refused when the recipe has no fault.
    fn release(&self) -> Option<&str> {
        self.host().ok().map(|host| host.release.as_str())
    }

    pub(super) fn host(&self) -> Result<&HostFacts> {
        if let Some(host) = self.host.get() {
            return Ok(host);
        }
        let host = HostFacts::probe(self.environment.clone())?;
        Ok(self.host.get_or_init(|| host))
    }

    fn plan(
        &self,
        name: &Path,
        recipe: Recipe,
        options: &BuildOptions,
        unreadable: Unreadable,
        reporter: &dyn Reporter,
    ) -> Result<Planned> {
        let host = self.host()?;
        // What the machine cannot build need not be looked at.
        let home = self.python_home(&recipe)?;
        plan::needs(&recipe, host, home.as_ref(), None)?;
        let source = SourcePlan::new(&recipe).map(|source| SourcePlan {
            own: self.own(&recipe),
            locked: source_commit::is_locked(&options.source),
            ..source
        });
        let found = source_commit::find(&recipe, source.as_ref(), unreadable, self, reporter)?;
        let (commit, obtained) = found.unzip();
        source_commit::check_known(source.as_ref(), commit.as_ref(), &options.source)?;
        let planned = self.plan_with(name, recipe, commit, options)?;
        Ok(Planned {
            _obtained: obtained.flatten(),
            ..planned
        })
    }

    /// Returns the Python in the recipe's `python-home`, when it names one.
    fn python_home(&self, recipe: &Recipe) -> Result<Option<FoundPython>> {
        python_home(recipe, Runner::new(self.host()?.isolation))
    }

    /// Returns the package files that a Python of the package's own is taken out of, when it has one and apt knows them.
    fn python_files(&self, needs: &Needs, runner: Runner) -> Result<Option<Vec<PackageFile>>> {
        if needs.interpreter.origin != InterpreterOrigin::Packages {
            return Ok(None);
        }
        let names = plan::python_packages(&needs.interpreter)?;
        apt::candidates(&names, &Places::kept_packages(&self.cache), runner)
    }

    /// Plans with what is known of the source.
    fn plan_with(
        &self,
        name: &Path,
        mut recipe: Recipe,
        commit: Option<CommitFacts>,
        options: &BuildOptions,
    ) -> Result<Planned> {
        let host = self.host()?;
        let runner = Runner::new(host.isolation);
        version::take_from_commit(&mut recipe, commit.as_ref());
        let home = self.python_home(&recipe)?;
        let needs = plan::needs(&recipe, host, home.as_ref(), commit.as_ref())?;
        let uv = self
            .uv
            .get_or_init(|| venv::uv::find(&self.environment, Some(&self.cache), runner));
        let facts = Facts {
            host,
            cache: self.cache.clone(),
            missing: apt::missing(&needs.packages, runner)?,
            has_package_lists: apt::has_lists()?,
            python_files: self.python_files(&needs, runner)?,
            commit,
            own: self.own(&recipe),
            locked: source_commit::is_locked(&options.source),
            unchecked: match options.source.locked {
                Some(_) => UncheckedBuilds::Refused,
                None => UncheckedBuilds::Told,
            },
            uv: uv.clone(),
            eatmydata: process::find_program("eatmydata").is_some(),
            threads: options
                .jobs
                .threads(host.cores, host::available_memory(), recipe.compression),
        };
        let plan = plan::plan(&recipe, needs, facts)?;
        check_prefix_is_free(&recipe, &plan)?;
        let source = plan.source.as_ref();
        let commit = source.and_then(|source| source.commit.as_ref());
        let top = plan.places.source();
        let root = source.map_or_else(|| top.clone(), |source| source.root(&top));
        let files = source::foresee_files(&recipe, commit, &root)?;
        let hooks = source::read_hooks(&recipe)?;
        check_hooks(&recipe, runner)?;
        let known = Known {
            host,
            files: &files,
            hooks: &hooks,
            distributions: None,
            own_python: None,
        };
        let outline = package::outline(&recipe, &plan, &known)?;
        Ok(Planned {
            name: name.to_path_buf(),
            recipe,
            plan,
            outline,
            hooks,
            _obtained: None,
        })
    }

    /// Returns what this build writes, which may be in the folder of a source.
    fn own(&self, recipe: &Recipe) -> OwnFiles {
        let output = self.output.path();
        let folder = if self.output.is_folder() {
            Some(output)
        } else {
            output.parent()
        };
        OwnFiles {
            folders: vec![self.cache.clone()],
            packages: folder.map(|folder| {
                let start = format!("{}_", recipe.package.name);
                (folder.to_path_buf(), start)
            }),
        }
    }
}

//! The machine as plans need it: asked once for all recipes, and only when a recipe wants to know.

use super::destination::Destination;
use super::forbidden::check_prefix_is_free;
use super::planning::{Planned, Unreadable};
use super::source_commit;
use super::version;
use crate::apt;
use crate::cli::BuildOptions;
use crate::failure::Failure;
use crate::package::{self, Known};
use crate::plan::{
    self, CommitFacts, Facts, FoundPython, FoundUv, InterpreterOrigin, Needs, OwnFiles,
    PackageFile, Places, SourcePlan, UncheckedBuilds,
};
use crate::recipe::{InterpreterChoice, Recipe};
use crate::report::Reporter;
use crate::source;
use crate::sys::environment::Environment;
use crate::sys::git_environment::GitEnvironment;
use crate::sys::host::{self, HostFacts};
use crate::sys::process::{self, Cmd, Runner};
use crate::venv::{self, interpreter::look::look};
use anyhow::Result;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

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
    /// Makes it, with nothing asked yet; `output` is where packages go.
    pub(super) fn new(environment: Environment, cache: PathBuf, output: Destination) -> Self {
        Machine {
            environment,
            git: GitEnvironment::read(),
            cache,
            output,
            host: OnceCell::new(),
            uv: OnceCell::new(),
        }
    }

    /// Returns the machine's release; a machine that has none is refused when the recipe has no fault.
    pub(super) fn release(&self) -> Option<&str> {
        self.host().ok().map(|host| host.release.as_str())
    }

    pub(super) fn host(&self) -> Result<&HostFacts> {
        if let Some(host) = self.host.get() {
            return Ok(host);
        }
        let host = HostFacts::probe(self.environment.clone())?;
        Ok(self.host.get_or_init(|| host))
    }

    /// Plans a recipe.
    ///
    /// # Errors
    /// When the machine cannot build it, or its source cannot be read.
    pub(super) fn plan(
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
    pub(super) fn plan_with(
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

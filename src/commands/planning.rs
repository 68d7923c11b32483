//! From the command line to plans: what `plan` and `build` share. Reads and asks, and writes nothing.

use super::destination::{Destination, resolve};
use super::failures::Failures;
use super::forbidden::check_prefix_is_free;
use super::recipe_file;
use super::source_commit;
use crate::apt;
use crate::cli::BuildOptions;
use crate::deb::PackageName;
use crate::failure::Failure;
use crate::package::{self, Known, Outline};
use crate::plan::{self, Facts, FoundUv, Plan};
use crate::recipe::Recipe;
use crate::report::Reporter;
use crate::source;
use crate::source::remote::Fetched;
use crate::sys::environment::Environment;
use crate::sys::host::{self, HostFacts};
use crate::sys::process::{self, Runner};
use crate::venv;
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
    /// What was fetched of a server; it stays as long as this does.
    pub(super) _fetched: Option<Fetched>,
}

/// The plans of all recipes, and what they share.
pub(super) struct Planning {
    /// The plans, in the order of the command line.
    pub(super) recipes: Vec<Planned>,
    /// The machine.
    pub(super) host: HostFacts,
    /// Where packages go.
    pub(super) output: Destination,
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
        cache,
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
    })
}

/// Puts what the command line says in the place of what the recipe says.
fn with_options(mut recipe: Recipe, options: &BuildOptions) -> Result<Recipe> {
    if let Some(version) = &options.deb_version {
        recipe.package.version = version.clone();
    }
    if let Some(revision) = &options.revision {
        recipe.package.version = revision.of(&recipe.package.version)?;
    }
    if let Some(compression) = options.compression {
        recipe.compression = compression;
    }
    if let Some(reference) = &options.source.reference {
        source_commit::set_reference(&mut recipe, reference)?;
    }
    Ok(recipe)
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
    let mut seen: BTreeMap<(&PackageName, &str), &Path> = BTreeMap::new();
    for planned in recipes {
        let package = &planned.recipe.package;
        let key = (&package.name, package.version.without_epoch());
        let Some(first) = seen.insert(key, &planned.name) else {
            continue;
        };
        let (name, version) = key;
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

/// What is asked of the machine once for all recipes.
pub(super) struct Machine {
    pub(super) environment: Environment,
    pub(super) cache: PathBuf,
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
        let runner = Runner::new(host.isolation);
        let needs = plan::needs(&recipe, host)?;
        let (commit, fetched) = source_commit::find(&recipe, unreadable, self, reporter)?.unzip();
        let fetched = fetched.flatten();
        source_commit::check_lock(&recipe, commit.as_ref(), &options.source)?;
        let uv = self
            .uv
            .get_or_init(|| venv::uv::find(&self.environment, Some(&self.cache), runner));
        let facts = Facts {
            host,
            cache: self.cache.clone(),
            missing: apt::missing(&needs.packages, runner)?,
            has_package_lists: apt::has_lists()?,
            commit,
            uv: uv.clone(),
            eatmydata: process::find_program("eatmydata").is_some(),
            threads: options
                .jobs
                .threads(host.cores, host::available_memory(), recipe.compression),
        };
        let plan = plan::plan(&recipe, needs, facts)?;
        check_prefix_is_free(&recipe, &plan)?;
        let commit = plan
            .source
            .as_ref()
            .and_then(|source| source.commit.as_ref());
        let files = source::foresee_files(&recipe, commit, &plan.places.source())?;
        let known = Known {
            host,
            files: &files,
            distributions: None,
        };
        let outline = package::outline(&recipe, &plan, &known)?;
        Ok(Planned {
            name: name.to_path_buf(),
            recipe,
            plan,
            outline,
            _fetched: fetched,
        })
    }
}

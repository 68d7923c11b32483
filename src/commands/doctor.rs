//! `doctor`: what this machine lacks for a build. Here the facts are found; [`crate::doctor`] judges them.

use super::answer::{write_json, write_text};
use super::destination::resolve;
use super::failures::Failures;
use super::machine::python_home;
use super::recipe_file;
use crate::apt;
use crate::cli::Doctor;
use crate::deb::PackageName;
use crate::doctor::{
    Cache, Checkup, Facts, Git, Index, IndexAnswer, Machine, Need, OwnPython, Program, Refusal,
    Rights, Uv,
};
use crate::failure::{Failure, Kind};
use crate::plan::{self, FoundUv, Interpreter, Places, Release, UV_VERSION};
use crate::recipe::{InterpreterChoice, Origin, Recipe};
use crate::report::{Reporter, Stream, render_checkup};
use crate::sys::environment::Environment;
use crate::sys::host::HostFacts;
use crate::sys::isolation::Isolation;
use crate::sys::process::{self, Cmd, Runner};
use crate::sys::workdir::{Keep, WorkDir};
use crate::sys::{fs, interrupt};
use crate::venv;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// Programs that only tests of packages need, and the packages that have them.
const TEST_PROGRAMS: &[(&str, &str)] = &[
    ("mmdebstrap", "mmdebstrap"),
    ("systemd-nspawn", "systemd-container"),
];

/// Shows what is there and what is missing, and fails when a build would stop at something.
pub fn run(options: &Doctor, reporter: &dyn Reporter) -> Result<()> {
    interrupt::watch().context("watching for signals failed")?;
    let environment = Environment::read()?;
    let release = HostFacts::probe(environment.clone())
        .ok()
        .map(|host| host.release);
    let mut failures = Failures::new(options.recipes.len(), "read");
    let mut recipes = Vec::new();
    for path in &options.recipes {
        match recipe_file::read(&environment.current_dir, path, release.as_deref(), reporter) {
            Ok(recipe) => recipes.push((path.display().to_string(), recipe)),
            Err(error) => failures.add(path, error, reporter),
        }
    }
    let checkup = Checkup::new(&facts(options, environment, &recipes)?);
    if options.json {
        write_json(reporter, &checkup)?;
    } else {
        write_text(
            reporter,
            &render_checkup(&checkup, reporter.paint(Stream::Result)),
        )?;
    }
    failures.finish()?;
    if checkup.ready {
        Ok(())
    } else {
        Err(Failure::told(Kind::Host).into())
    }
}

fn facts(
    options: &Doctor,
    environment: Environment,
    recipes: &[(String, Recipe)],
) -> Result<Facts> {
    let host = HostFacts::probe(environment.clone());
    let isolation = host
        .as_ref()
        .map_or_else(|_| Isolation::probe(), |host| host.isolation);
    let runner = Runner::new(isolation);
    let interpreter = host.as_ref().ok().and_then(interpreter);
    let (needs, refusals) = match &host {
        Ok(host) => needs(host, interpreter.as_ref(), recipes, runner)?,
        Err(_) => (Vec::new(), Vec::new()),
    };
    let cache = options
        .cache_dir
        .as_ref()
        .map(|cache| resolve(&environment, cache))
        .or_else(|| Some(environment.cache.as_ref()?.join("deb-build-app")))
        .map(look_at_cache);
    let own_python = own_python(interpreter.as_ref(), recipes, cache.as_ref(), runner)?;
    let has_pip = interpreter.is_some() && needs.iter().all(|need| need.installed);
    let answer = match (&cache, &interpreter) {
        _ if !options.online => IndexAnswer::NotAsked,
        (Some(cache), Some(interpreter)) if has_pip && cache.writable => {
            ask_index(&cache.path, interpreter, &environment, runner)?
        }
        _ => IndexAnswer::CannotAsk,
    };
    Ok(Facts {
        machine: host.map_err(|error| error.to_string()).map(|host| Machine {
            release: host.release,
            architecture: host.architecture,
            python: interpreter.map(|interpreter| interpreter.version),
        }),
        own_python,
        needs,
        refusals,
        git: Git {
            found: process::find_program("git").is_some(),
            // A recipe to come may name an address.
            needed: recipes.is_empty() || recipes.iter().any(|(_, recipe)| needs_git(recipe)),
        },
        uv: uv(
            &environment,
            cache.as_ref().map(|cache| cache.path.as_path()),
            runner,
        ),
        index: Index {
            variable: venv::index_variable(&environment),
            answer,
        },
        certificates: environment.certificates,
        isolation,
        cache,
        rights: rights(runner),
        has_apt_lists: apt::has_lists()?,
        test_programs: TEST_PROGRAMS
            .iter()
            .map(|(name, package)| Program {
                name: (*name).to_owned(),
                package: (*package).to_owned(),
                found: process::find_program(name).is_some(),
            })
            .collect(),
    })
}

/// Returns whether a build of the recipe runs git.
fn needs_git(recipe: &Recipe) -> bool {
    recipe.source.as_ref().is_some_and(|source| {
        let is_fetched = matches!(source.origin, Origin::Fetched(..));
        is_fetched || plan::needs_git(source)
    })
}

fn rights(runner: Runner) -> Rights {
    if process::is_root() {
        return Rights::Root;
    }
    let sudo = runner.ask(&Cmd::new("sudo").args(["-n", "true"]).may_finish());
    if sudo.is_ok_and(|answer| answer.success()) {
        Rights::Sudo
    } else {
        Rights::None
    }
}

/// Returns the Python of the machine's release, when packages can be built for that.
fn interpreter(host: &HostFacts) -> Option<Interpreter> {
    Release::named(&host.release).map(Interpreter::of_host)
}

/// Returns the packages that apps bring their Python out of, when one of them does.
fn own_python(
    interpreter: Option<&Interpreter>,
    recipes: &[(String, Recipe)],
    cache: Option<&Cache>,
    runner: Runner,
) -> Result<Option<OwnPython>> {
    let is_bundled =
        |(_, recipe): &(_, Recipe)| recipe.venv.interpreter == InterpreterChoice::Bundled;
    let (Some(interpreter), Some(cache)) = (interpreter, cache) else {
        return Ok(None);
    };
    if !recipes.iter().any(is_bundled) {
        return Ok(None);
    }
    let names = plan::python_packages(interpreter)?;
    let files = apt::candidates(&names, &Places::kept_packages(&cache.path), runner)?;
    Ok(Some(OwnPython {
        packages: names.iter().map(ToString::to_string).collect(),
        version: files.as_ref().map(|files| files[0].version.clone()),
        is_kept: files.is_some_and(|files| files.iter().all(|file| file.is_kept)),
    }))
}

/// Returns what the builds of these recipes would install, and which of them this machine cannot build.
fn needs(
    host: &HostFacts,
    interpreter: Option<&Interpreter>,
    recipes: &[(String, Recipe)],
    runner: Runner,
) -> Result<(Vec<Need>, Vec<Refusal>)> {
    let mut wanted: Vec<(PackageName, String)> = Vec::new();
    if let Some(interpreter) = interpreter {
        let package = interpreter.package();
        for (name, purpose) in [
            (package.clone(), "runs the app, here and on its hosts"),
            (format!("{package}-venv"), "makes virtualenvs"),
        ] {
            let name = name
                .parse()
                .map_err(|error| anyhow::anyhow!("`{name}`: {error}"))?;
            wanted.push((name, purpose.to_owned()));
        }
    }
    let mut refusals = Vec::new();
    for (path, recipe) in recipes {
        let home = python_home(recipe, runner);
        match home.and_then(|home| plan::needs(recipe, host, home.as_ref(), None)) {
            Ok(needs) => {
                for name in needs.packages {
                    if !wanted.iter().any(|(known, _)| *known == name) {
                        wanted.push((name, format!("`{path}` asks for it")));
                    }
                }
            }
            Err(error) if interpreter.is_some() => refusals.push(Refusal {
                recipe: path.clone(),
                reason: error.to_string(),
            }),
            // That packages cannot be built here at all is said once.
            Err(_) => {}
        }
    }
    let names: Vec<_> = wanted.iter().map(|(name, _)| name.clone()).collect();
    let missing = apt::missing(&names, runner)?;
    let needs = wanted.into_iter().map(|(name, purpose)| Need {
        installed: !missing.contains(&name),
        package: name.to_string(),
        purpose,
    });
    Ok((needs.collect(), refusals))
}

fn uv(environment: &Environment, cache: Option<&Path>, runner: Runner) -> Uv {
    match venv::find_uv(environment, cache, runner) {
        Some(FoundUv { program, version }) => Uv::Found { program, version },
        None => Uv::Fetched {
            version: format!("uv {UV_VERSION}"),
        },
    }
}

fn ask_index(
    cache: &Path,
    interpreter: &Interpreter,
    environment: &Environment,
    runner: Runner,
) -> Result<IndexAnswer> {
    let work = WorkDir::take(&cache.join("work/doctor"), Keep::No, &mut || {})?;
    let silence = venv::ask_index(interpreter, environment, work.path(), runner)?;
    Ok(silence.map_or(IndexAnswer::Answers, IndexAnswer::Silent))
}

/// Looks at the cache folder, or where it will be made.
fn look_at_cache(path: PathBuf) -> Cache {
    let there = path.ancestors().find(|folder| fs::exists(folder));
    let there = there.unwrap_or(Path::new("/"));
    Cache {
        writable: fs::is_dir(there) && fs::can_write(there),
        free: fs::free_space(there),
        path,
    }
}

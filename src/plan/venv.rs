//! The commands that make the virtualenv, in order, for the installer that is there or will be fetched.

use super::after;
use super::builder::Builder;
use super::command::Command;
use super::draft::{Draft, Placeholder};
use super::installer::{self, Installer, Surroundings, Wanted};
use super::interpreter::Interpreter;
use super::lock::{self, LockPlan};
use super::places::Places;
use super::requirements;
use super::source::SourcePlan;
use super::verify::{self, Trial};
use super::{Facts, UncheckedBuilds};
use crate::failure::Failure;
use crate::recipe::{EatMyData, Extra, InstallerChoice, Recipe, SourcePath};
use anyhow::Result;
use std::path::{Path, PathBuf};

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

/// A project in the source that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProject {
    /// Its folder.
    pub root: PathBuf,
    /// Where its wheel is made.
    pub wheels: PathBuf,
    /// Which of its extras are installed.
    pub extras: Vec<Extra>,
    /// Whether it is the app itself, and not an extra source.
    pub is_app: bool,
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

/// How uv is fetched.
#[derive(Clone, Debug)]
pub struct FetchPlan {
    /// Makes a virtualenv that has pip.
    pub create_pip: Command,
    /// The file that names the version and its hashes.
    pub requirements: PathBuf,
    /// What is in that file.
    pub pin: String,
    /// Fetches the wheel.
    pub fetch: Command,
    /// The program among what was fetched.
    pub fetched: PathBuf,
    /// Where it is kept for later builds.
    pub program: PathBuf,
    /// Asks it for its version.
    pub check: Command,
    /// What it does.
    pub uv: InstallerCommands,
    /// The Python that has pip.
    pub pip_python: PathBuf,
    /// What pip does when there is no uv; nothing when the recipe wants uv.
    pub pip: Option<InstallerCommands>,
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

/// The version of uv that is fetched.
pub const UV_VERSION: &str = "0.13.8";

/// SHA-256 of its wheels for Linux with glibc: amd64 and arm64.
const UV_HASHES: &[&str] = &[
    "e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984",
    "0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d",
];

/// Returns where the uv that was fetched is kept.
pub fn kept_uv(cache: &Path) -> PathBuf {
    cache
        .join("tools")
        .join(format!("uv-{UV_VERSION}"))
        .join("uv")
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
    let projects = projects(recipe, source, with_project.then_some(&root), places);
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
    let project = with_wheels.then(|| project_lines(&projects, require_hashes));
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
    let (check, answer) = installer::check_interpreter(interpreter);
    Ok(VenvPlan {
        check,
        answer,
        before: installer::before(&surroundings),
        create: installer::create_venv(interpreter, &places.venv()),
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
        compile: venv
            .bytecode
            .then(|| installer::compile(interpreter, places)),
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

/// Returns the requirements that name the wheels of the projects.
fn project_lines(projects: &[SourceProject], require_hashes: Option<bool>) -> Draft {
    let mut lines = Draft::default();
    for project in projects {
        lines.append(project_requirement(project, require_hashes, None));
    }
    lines
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
            let mut plan = fetch(interpreter, places, facts, commands);
            if choice == InstallerChoice::Uv {
                plan.pip = None;
            }
            InstallerPlan::Fetched(Box::new(plan))
        }
        _ => InstallerPlan::Pip(Box::new(PipPlan {
            create: installer::create_pip_venv(interpreter, &places.pip()),
            commands: commands(&Installer::Pip { python }),
        })),
    }
}

/// Returns what each command installs, in order, and the requirements files that are written for it.
fn wanted(
    recipe: &Recipe,
    root: &Path,
    with_wheels: bool,
    lock: Option<&LockPlan>,
    require_hashes: Option<bool>,
    places: &Places,
) -> (Vec<Wanted>, Vec<(PathBuf, Draft)>) {
    let venv = &recipe.venv;
    let builds_checked = venv.build_constraints.is_some();
    let mut files = Vec::new();
    let mut first = Wanted {
        requirement_files: in_folder(root, venv.requirements.iter().map(SourcePath::as_path)),
        constraint_files: in_folder(root, venv.constraints.iter().map(SourcePath::as_path)),
        require_hashes,
        exact: lock.is_some(),
        only_wheels: lock.is_some() || builds_checked,
    };
    let mut later = Vec::new();
    if let Some(lock) = lock {
        first.requirement_files.push(places.locked_wheels());
        files.push((places.locked_wheels(), lock.wheels()));
        let mut add = |path: PathBuf, text: Option<Draft>, require_hashes| {
            if let Some(text) = text {
                files.push((path.clone(), text));
                later.push(Wanted {
                    requirement_files: vec![path],
                    require_hashes: Some(require_hashes),
                    exact: true,
                    ..Wanted::default()
                });
            }
        };
        add(places.locked_sdists(), lock.sdists(), true);
        // A commit's id is a hash of what is in it; a folder of the source is part of the commit that is packaged.
        add(places.locked_sources(), lock.unhashed(), false);
        if builds_checked && !later.is_empty() {
            // Wheels were made of them before.
            later = vec![Wanted {
                requirement_files: vec![places.built_requirement()],
                require_hashes: Some(true),
                exact: true,
                only_wheels: true,
                ..Wanted::default()
            }];
        }
    }
    if !venv.packages.is_empty() {
        let packages = venv.packages.iter();
        let text: String = packages.map(|it| format!("{}\n", it.as_str())).collect();
        files.push((places.packages(), Draft::from(text)));
        first.requirement_files.push(places.packages());
    }
    if with_wheels {
        first.requirement_files.push(places.project_requirement());
    }
    let mut all = vec![first];
    all.retain(|it| !it.requirement_files.is_empty());
    all.extend(later);
    (all, files)
}

/// Returns the projects of the source: the app at `root`, and the extra sources that are installed.
fn projects(
    recipe: &Recipe,
    source: Option<&SourcePlan>,
    root: Option<&PathBuf>,
    places: &Places,
) -> Vec<SourceProject> {
    let app = root.map(|root| SourceProject {
        root: root.clone(),
        wheels: places.wheels(),
        extras: recipe.venv.extras.clone(),
        is_app: true,
    });
    let extras = source.map_or(&[][..], |source| &source.extras);
    let installed = extras.iter().enumerate().filter(|(_, extra)| extra.install);
    let others = installed.map(|(number, extra)| SourceProject {
        root: places.source().join(extra.into.as_path()),
        wheels: places.wheels().join(format!("extra-{}", number + 1)),
        extras: Vec::new(),
        is_app: false,
    });
    app.into_iter().chain(others).collect()
}

fn in_folder<'a>(folder: &Path, paths: impl Iterator<Item = &'a Path>) -> Vec<PathBuf> {
    paths.map(|path| folder.join(path)).collect()
}

fn fetch(
    interpreter: &Interpreter,
    places: &Places,
    facts: &Facts<'_>,
    commands: impl Fn(&Installer) -> InstallerCommands,
) -> FetchPlan {
    let python = places.pip().join("bin/python");
    let requirements = places.tool("uv.txt");
    let target = places.tool("uv");
    let program = kept_uv(&places.cache);
    let hashes = UV_HASHES
        .iter()
        .map(|hash| format!(" --hash=sha256:{hash}"));
    FetchPlan {
        create_pip: installer::create_pip_venv(interpreter, &places.pip()),
        fetch: installer::fetch_tool(
            &python,
            &requirements,
            &target,
            places,
            &facts.host.environment,
        ),
        requirements,
        pin: format!("uv=={UV_VERSION}{}\n", hashes.collect::<String>()),
        fetched: target.join("bin/uv"),
        check: Command::new(&program).arg("--version"),
        uv: commands(&Installer::Uv {
            program: program.clone(),
        }),
        pip: Some(commands(&Installer::Pip {
            python: python.clone(),
        })),
        pip_python: python,
        program,
    }
}

/// The wheel that the project's build has made.
#[derive(Clone, Debug)]
pub struct ProjectWheel {
    /// The normalised name of its distribution.
    pub name: String,
    /// Its file name.
    pub file: String,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// Renders the requirements file that installs the wheel. Where others have hashes it has one too: with the first hash, pip
/// demands one of everything.
pub fn project_requirement(
    project: &SourceProject,
    require_hashes: Option<bool>,
    wheel: Option<&ProjectWheel>,
) -> Draft {
    let mut line = Draft::default();
    line.push_or(wheel.map(|wheel| &wheel.name), Placeholder::Project);
    if !project.extras.is_empty() {
        let extras: Vec<_> = project.extras.iter().map(Extra::as_str).collect();
        line.push(format!("[{}]", extras.join(",")));
    }
    let folder = percent_encode(&project.wheels);
    line.push(format!(" @ file://{folder}/"));
    let file = wheel.map(|wheel| percent_encode(Path::new(&wheel.file)));
    line.push_or(file, Placeholder::Wheel);
    match (require_hashes, wheel) {
        (Some(false), _) => {}
        (None, _) => line.push_or(None::<&str>, Placeholder::HashOption),
        (Some(true), wheel) => {
            line.push(" --hash=sha256:");
            line.push_or(wheel.map(|wheel| &wheel.sha256), Placeholder::WheelHash);
        }
    }
    line.push("\n");
    line
}

pub(super) fn percent_encode(path: &Path) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~+".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_is_a_url_that_both_installers_read() {
        assert_eq!(
            percent_encode(Path::new("/a b/ä#.whl")),
            "/a%20b/%C3%A4%23.whl"
        );
    }

    #[test]
    fn the_wheel_has_a_hash_where_the_others_have_one() {
        let project = SourceProject {
            root: "/w/source".into(),
            wheels: "/w/wheels".into(),
            extras: vec!["web".parse().expect("an extra")],
            is_app: true,
        };
        let wheel = ProjectWheel {
            name: "demo".to_owned(),
            file: "demo-1.0-py3-none-any.whl".to_owned(),
            sha256: "0a".to_owned(),
        };
        let line = |hashes, wheel| project_requirement(&project, hashes, wheel).to_string();
        assert_eq!(
            line(Some(true), Some(&wheel)),
            "demo[web] @ file:///w/wheels/demo-1.0-py3-none-any.whl --hash=sha256:0a\n"
        );
        assert_eq!(
            line(Some(false), Some(&wheel)),
            "demo[web] @ file:///w/wheels/demo-1.0-py3-none-any.whl\n"
        );
        assert_eq!(
            line(None, None),
            "<name of the project>[web] @ file:///w/wheels/<wheel><--hash>\n"
        );
        assert_eq!(
            line(Some(true), None),
            "<name of the project>[web] @ file:///w/wheels/<wheel> --hash=sha256:<hash of the wheel>\n"
        );
    }
}

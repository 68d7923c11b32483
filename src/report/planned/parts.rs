//! From what was decided about a recipe to the document that tells it.

use super::{
    Folders, PlannedApt, PlannedCommand, PlannedDirectory, PlannedEntry, PlannedExtra,
    PlannedFetch, PlannedField, PlannedLink, PlannedPackage, PlannedPython, PlannedPythonPart,
    PlannedScript, PlannedSource, PlannedUser, WorkFile,
};
use crate::deb::{Mode, hexadecimal};
use crate::package::{Outline, PlannedContent};
use crate::plan::{
    AT_PREFIX, Draft, InstallerPlan, OwnPythonPlan, Placeholder, Places, Plan, PythonSource, Step,
    StepStage, When,
};
use crate::recipe::{ExtraSource, Origin, Recipe, UserName};
use crate::sys::host::HostFacts;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;
use std::path::Path;

/// What a planned package is told from.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is what its type says")]
pub struct PlanParts<'a> {
    pub name: &'a Path,
    pub recipe: &'a Recipe,
    pub plan: &'a Plan,
    pub outline: &'a Outline,
    pub host: &'a HostFacts,
    /// The folder that gets the package, or the file.
    pub output: &'a Path,
    /// Whether it is a folder.
    pub output_is_folder: bool,
    /// Whether missing packages are installed.
    pub may_install: bool,
}

impl PlannedPackage {
    /// Takes everything that was decided.
    pub fn new(parts: PlanParts<'_>) -> Self {
        let PlanParts {
            recipe,
            plan,
            outline,
            host,
            ..
        } = parts;
        let package = &recipe.package;
        let steps = plan.steps();
        let release = recipe.target.release.as_ref().unwrap_or(&host.release);
        PlannedPackage {
            recipe: parts.name.to_path_buf(),
            package: package.name.to_string(),
            version: crate::plan::version(package).to_string(),
            path: path(&parts),
            release: release.clone(),
            python: plan.interpreter.version.clone(),
            installer: match &plan.venv.installer {
                InstallerPlan::Found { version, .. } => version.clone(),
                InstallerPlan::Fetched(_) => "uv".to_owned(),
                InstallerPlan::Pip(_) => "pip".to_owned(),
            },
            compression: recipe.compression.to_string(),
            threads: plan.threads,
            folders: Folders {
                work: plan.places.work.clone(),
                cache: plan.places.cache.clone(),
                log: plan.log.clone(),
            },
            apt: PlannedApt {
                needed: names(&plan.packages.needed),
                missing: names(&plan.packages.missing),
                install: parts.may_install,
            },
            own_python: plan.own_python.as_ref().map(own_python),
            source: source(plan, parts.recipe.package.name.as_str()),
            commands: steps.iter().map(command).collect(),
            work_files: work_files(plan),
            control: outline
                .control
                .fields()
                .into_iter()
                .map(|(name, value)| PlannedField {
                    name,
                    value: value.to_string(),
                })
                .collect(),
            scripts: outline
                .scripts
                .iter()
                .map(|(name, text)| PlannedScript {
                    name: name.as_str(),
                    text: String::from_utf8_lossy(text).into_owned(),
                })
                .collect(),
            triggers: outline.triggers.clone(),
            files: files(outline),
            links: outline
                .links
                .iter()
                .map(|(path, target)| PlannedLink {
                    path: format!("/{path}"),
                    target: target.clone(),
                })
                .collect(),
            prefix: recipe.venv.prefix.to_string(),
            directories: directories(recipe),
            user: user(recipe),
            placeholders: placeholders(&parts, &steps),
        }
    }
}

fn names(names: &[crate::deb::PackageName]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// The file has the name that [`Control::file_name`](crate::deb::Control::file_name) will give it.
fn path(parts: &PlanParts<'_>) -> String {
    let output = parts.output.display();
    if !parts.output_is_folder {
        return output.to_string();
    }
    let package = &parts.recipe.package;
    let (name, version) = (&package.name, crate::plan::version_in_file_name(package));
    let architecture = parts.recipe.target.architecture.map_or_else(
        || Placeholder::Architecture.to_string(),
        |known| known.to_string(),
    );
    let file = format!("{name}_{version}_{architecture}.deb");
    parts.output.join(file).display().to_string()
}

fn source(plan: &Plan, package: &str) -> Option<PlannedSource> {
    let source = plan.source.as_ref()?;
    let origins = once(&source.origin).chain(source.extras.iter().map(|extra| &extra.origin));
    let is_fetched = source.submodules
        || origins
            .into_iter()
            .any(|origin| matches!(origin, Origin::Fetched(..)));
    let commit = source.commit.as_ref();
    let open = Placeholder::Commit.to_string();
    Some(PlannedSource {
        path: source.name(),
        reference: source.reference(),
        subdirectory: source
            .subdirectory
            .as_ref()
            .map(|path| path.as_path().display().to_string()),
        commit: commit.map_or_else(|| open.clone(), |commit| commit.id.clone()),
        time: commit.map(|commit| commit.time.seconds()),
        describe: commit.map_or(open, |commit| commit.describe.clone()),
        submodules: source.submodules,
        extras: source.extras.iter().map(extra).collect(),
        patches: source
            .patches
            .iter()
            .map(|patch| patch.display().to_string())
            .collect(),
        fetched: is_fetched.then(|| PlannedFetch {
            into: plan.places.fetched(),
            log: Places::source_log_file(&plan.places.cache, package),
        }),
        into: plan.places.source(),
    })
}

fn own_python(plan: &OwnPythonPlan) -> PlannedPython {
    match &plan.source {
        PythonSource::Folder(folder) => PlannedPython {
            folder: Some(folder.display().to_string()),
            packages: Vec::new(),
        },
        PythonSource::Packages(packages) => PlannedPython {
            folder: None,
            packages: match &packages.files {
                Some(files) => files
                    .iter()
                    .map(|file| PlannedPythonPart {
                        package: file.package.clone(),
                        version: Some(file.version.clone()),
                        sha256: Some(file.sha256.clone()),
                        fetched: !file.is_kept,
                    })
                    .collect(),
                None => packages
                    .names
                    .iter()
                    .map(|name| PlannedPythonPart {
                        package: name.to_string(),
                        version: None,
                        sha256: None,
                        fetched: true,
                    })
                    .collect(),
            },
        },
    }
}

fn extra(extra: &ExtraSource) -> PlannedExtra {
    PlannedExtra {
        path: extra.origin.to_string(),
        reference: extra.origin.reference().map(ToString::to_string),
        subdirectory: extra.subdirectory.as_ref().map(ToString::to_string),
        into: extra.into.to_string(),
        install: extra.install,
    }
}

fn command(step: &Step<'_>) -> PlannedCommand {
    let variables = step.command.variables().into_iter();
    PlannedCommand {
        stage: match step.stage {
            StepStage::Apt => "apt",
            StepStage::Python => "python",
            StepStage::Venv => "venv",
            StepStage::After => "after",
            StepStage::Package => "package",
        },
        when: match step.when {
            When::Always => "always",
            When::AfterFailure => "after-failure",
            When::UvAbsent => "uv-absent",
            When::UvFetched => "uv-fetched",
            When::UvNotFetched => "uv-not-fetched",
            When::BuiltUnchecked => "built-unchecked",
        },
        argv: step.command.words(),
        line: step.command.line(),
        env: variables
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        cwd: step.command.folder().to_path_buf(),
    }
}

fn work_files(plan: &Plan) -> Vec<WorkFile> {
    let mut files = Vec::new();
    if let InstallerPlan::Fetched(fetch) = &plan.venv.installer {
        files.push(WorkFile {
            path: fetch.requirements.clone(),
            content: fetch.pin.clone(),
        });
    }
    for (path, text) in &plan.venv.files {
        files.push(WorkFile {
            path: path.clone(),
            content: text.to_string(),
        });
    }
    if !plan.venv.trials.is_empty() || !plan.venv.after.is_empty() {
        files.push(WorkFile {
            path: plan.places.at_prefix_script(),
            content: AT_PREFIX.to_owned(),
        });
    }
    if let Some(project) = &plan.venv.project {
        files.push(WorkFile {
            path: plan.places.project_requirement(),
            content: project.to_string(),
        });
    }
    files
}

fn files(outline: &Outline) -> Vec<PlannedEntry> {
    let entry = |(path, file): (&crate::deb::ArchivePath, &crate::package::PlannedFile)| {
        let (content, known) = match &file.content {
            PlannedContent::Bytes(bytes) => {
                let text = std::str::from_utf8(bytes).ok().map(str::to_owned);
                (text, Some(bytes.clone()))
            }
            PlannedContent::OnDisk { .. } => (None, None),
            PlannedContent::Text(draft) | PlannedContent::Gzip(draft) => (
                Some(draft.to_string()),
                draft.known().map(String::into_bytes),
            ),
        };
        PlannedEntry {
            path: format!("/{path}"),
            mode: format!("{:04o}", file.mode.bits()),
            owner: "root",
            group: "root",
            conffile: file.conffile,
            encoding: matches!(file.content, PlannedContent::Gzip(_)).then_some("gzip"),
            content,
            sha256: known.map(|bytes| hexadecimal(&Sha256::digest(bytes))),
        }
    };
    let directory = |path: &crate::deb::ArchivePath| PlannedEntry {
        path: format!("/{path}/"),
        mode: format!("{:04o}", Mode::DIRECTORY.bits()),
        owner: "root",
        group: "root",
        conffile: false,
        encoding: None,
        content: None,
        sha256: None,
    };
    let mut entries: Vec<_> = outline.files.iter().map(entry).collect();
    entries.extend(outline.directories.iter().map(directory));
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    entries
}

fn directories(recipe: &Recipe) -> Vec<PlannedDirectory> {
    // Who is made here has a group of the same name, and so has root.
    let is_known = |owner: &UserName| {
        let mut made = recipe.user.iter().chain(&recipe.users);
        owner.is_root() || made.any(|user| user.name == *owner && !user.existing)
    };
    let directory = |it: &crate::recipe::Directory| PlannedDirectory {
        path: it.path.to_string(),
        mode: format!("{:04o}", it.mode.bits()),
        owner: it
            .owner
            .as_ref()
            .map_or("root", UserName::as_str)
            .to_owned(),
        group: match (&it.group, &it.owner) {
            (Some(group), _) => Some(group.to_string()),
            (None, Some(owner)) if is_known(owner) => Some(owner.to_string()),
            (None, Some(_)) => None,
            (None, None) => Some("root".to_owned()),
        },
        purge: it.purge,
    };
    recipe.directories.iter().map(directory).collect()
}

fn user(recipe: &Recipe) -> Option<PlannedUser> {
    recipe.user.as_ref().map(|user| PlannedUser {
        name: user.name.to_string(),
        existing: user.existing,
        home: user.home.to_string(),
        shell: user.shell.to_string(),
        groups: user.groups.iter().map(ToString::to_string).collect(),
    })
}

fn placeholders(parts: &PlanParts<'_>, steps: &[Step<'_>]) -> BTreeMap<String, &'static str> {
    let PlanParts { plan, outline, .. } = parts;
    let mut used: BTreeSet<Placeholder> = outline.placeholders();
    used.extend(steps.iter().flat_map(|step| step.command.placeholders()));
    used.extend(
        plan.venv
            .files
            .iter()
            .flat_map(|(_, text)| text.placeholders()),
    );
    used.extend(plan.venv.project.iter().flat_map(Draft::placeholders));
    let open = |source: &crate::plan::SourcePlan| source.commit.is_none();
    used.extend(
        plan.source
            .as_ref()
            .filter(|source| open(source))
            .map(|_| Placeholder::Commit),
    );
    used.iter()
        .map(|placeholder| (placeholder.to_string(), placeholder.meaning()))
        .collect()
}

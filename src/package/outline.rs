//! What the package will hold, as far as it is known: the same values for `plan` before a build and for the package itself
//! after it, when nothing is open any more.
//!
//! # Limits
//! Below the prefix only the virtualenv's own files are in it: which files a distribution brings is known when it is installed.

use super::control::PlannedControl;
use super::scripts::Hooks;
use super::{archive_path, control, copyright, documents, launcher, questions, scripts};
use crate::deb::{ArchivePath, Content, Entry, Mode, ScriptName, Timestamp};
use crate::failure::Failure;
use crate::plan::{Draft, Placeholder, Plan};
use crate::recipe::{FileOrigin, HostPath, Recipe, ShippedFile};
use crate::services::{self, environment, logrotate};
use crate::source::ReadFile;
use crate::sys::host::HostFacts;
use crate::venv::{self, Distribution, OwnPython};
use anyhow::{Context as _, Result};
use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What is known of a package.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Its control fields.
    pub control: PlannedControl,
    /// Its maintainer scripts, whole.
    pub scripts: BTreeMap<ScriptName, Vec<u8>>,
    /// What it asks through debconf.
    pub templates: Option<String>,
    /// The lines of its file `triggers`.
    pub triggers: Vec<String>,
    /// Its files but for those of the distributions.
    pub files: BTreeMap<ArchivePath, PlannedFile>,
    /// Its directories that may be empty; all others follow from what is in them.
    pub directories: BTreeSet<ArchivePath>,
    /// The links of the virtualenv, with their targets.
    pub links: BTreeMap<ArchivePath, String>,
    /// The time of all that is not a distribution's.
    pub time: Option<Timestamp>,
}

/// A file of the package; it is root's.
#[derive(Clone, Debug)]
pub struct PlannedFile {
    /// Its permission bits.
    pub mode: Mode,
    /// Whether dpkg keeps the administrator's changes to it.
    pub conffile: bool,
    /// What is in it.
    pub content: PlannedContent,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub enum PlannedContent {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What this file holds, which is there when the source is exported.
    OnDisk {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
    },
    /// This text.
    Text(Draft),
    /// This text, compressed by gzip.
    Gzip(Draft),
}

impl PlannedFile {
    /// A program of sh.
    pub(super) fn program(text: String) -> Self {
        PlannedFile {
            mode: Mode::of_file(true),
            ..PlannedFile::text(text)
        }
    }

    /// A text that everybody may read.
    pub(super) fn text(text: impl Into<Draft>) -> Self {
        PlannedFile {
            mode: Mode::FILE,
            conffile: false,
            content: PlannedContent::Text(text.into()),
        }
    }
}

impl PlannedContent {
    /// Returns what is still open.
    pub fn placeholders(&self) -> Vec<Placeholder> {
        match self {
            PlannedContent::Bytes(_) | PlannedContent::OnDisk { .. } => Vec::new(),
            PlannedContent::Text(draft) | PlannedContent::Gzip(draft) => {
                draft.placeholders().collect()
            }
        }
    }

    /// Returns the content, when nothing of it is open.
    pub(super) fn complete(&self) -> Result<Content> {
        Ok(match self {
            PlannedContent::Bytes(bytes) => Content::Bytes(bytes.clone()),
            PlannedContent::OnDisk { path, size } => Content::OnDisk {
                path: path.clone(),
                size: *size,
            },
            PlannedContent::Text(draft) => Content::Bytes(draft.complete()?.into_bytes()),
            PlannedContent::Gzip(draft) => Content::Bytes(documents::compress(&draft.complete()?)?),
        })
    }
}

/// What is known of the content.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The machine that builds, which is of the release that is built for.
    pub host: &'a HostFacts,
    /// The files that the recipe ships; those that cannot be read yet are not in it.
    pub files: &'a BTreeMap<HostPath, ReadFile>,
    /// The texts of `[scripts]`.
    pub hooks: &'a Hooks,
    /// What is installed, when it is.
    pub distributions: Option<&'a [Distribution]>,
    /// The Python that the package brings, when it is there.
    pub own_python: Option<&'a OwnPython>,
}

/// Returns what the package will hold.
///
/// # Errors
/// When two parts of the package want to be one file, or a path or mode is not for packages.
pub fn outline(recipe: &Recipe, plan: &Plan, known: &Known<'_>) -> Result<Outline> {
    let package = &recipe.package;
    let name = package.name.as_str();
    let time = package_time(plan, known.host)?;
    let prefix = &recipe.venv.prefix;
    let mut files = Files::default();
    let mut links = venv::own_links(prefix, &plan.interpreter)?;
    add_shipped(recipe, known, &mut files, &mut links)?;
    if has_defaults(recipe) {
        let defaults = PlannedFile {
            conffile: true,
            ..PlannedFile::text(environment::render(name, &recipe.env))
        };
        files.insert(&format!("etc/default/{name}"), defaults)?;
    }
    for (path, program) in launcher::files(recipe) {
        files.insert(&path, program)?;
    }
    if !recipe.logrotate.is_empty() {
        let rotation = PlannedFile {
            conffile: true,
            ..PlannedFile::text(logrotate::render(recipe))
        };
        files.insert(&format!("etc/logrotate.d/{name}"), rotation)?;
    }
    let provision = services::provide(recipe);
    let awaited = provision.awaited.iter();
    let triggers = awaited.map(|path| format!("interest-noawait {path}"));
    let triggers = triggers.collect();
    for file in provision.files {
        let planned = PlannedFile {
            mode: Mode::of_file(file.executable),
            conffile: file.conffile,
            ..PlannedFile::text(file.text)
        };
        files.insert(&file.path, planned)?;
    }
    let mut directories = BTreeSet::new();
    for path in &provision.directories {
        directories.insert(archive_path(path)?);
    }
    for (path, target) in provision.links {
        links.insert(archive_path(&path)?, target);
    }
    let copyright = copyright::render(package, plan, time, known);
    let documents = format!("usr/share/doc/{name}");
    files.insert(
        &format!("{documents}/copyright"),
        PlannedFile::text(copyright),
    )?;
    let changelog = PlannedFile {
        content: PlannedContent::Gzip(documents::changelog(package, &plan.interpreter, time)),
        ..PlannedFile::text(Draft::default())
    };
    files.insert(&format!("{documents}/changelog.Debian.gz"), changelog)?;
    let overrides = PlannedFile::text(Placeholder::Overrides);
    files.insert(&overrides_path(recipe), overrides)?;
    for (path, text) in venv::own_files(prefix, &plan.interpreter)? {
        files.insert_at(path, PlannedFile::text(text))?;
    }
    if let Some(path) = links.keys().find(|path| files.0.contains_key(*path)) {
        return Err(two_owners(path));
    }
    Ok(Outline {
        control: control::plan(recipe, &plan.interpreter)?,
        scripts: scripts::render(recipe, known.hooks, shipped_paths(recipe, known)),
        templates: questions::templates(recipe),
        triggers,
        files: files.0,
        directories,
        links,
        time,
    })
}

/// Adds what the recipe ships, as far as it is known.
fn add_shipped(
    recipe: &Recipe,
    known: &Known<'_>,
    files: &mut Files,
    links: &mut BTreeMap<ArchivePath, String>,
) -> Result<()> {
    for (path, read) in known.files {
        let (mode, content) = match &read.entry {
            Entry::Link { target } => {
                let target = String::from_utf8(target.clone())
                    .with_context(|| format!("the target of the link `{path}` is no UTF-8"))?;
                links.insert(archive_path(path.inside())?, target);
                continue;
            }
            Entry::File { mode, content } => (*mode, content),
        };
        let content = match content {
            Content::Bytes(bytes) => PlannedContent::Bytes(bytes.clone()),
            Content::OnDisk { path, size } => PlannedContent::OnDisk {
                path: path.clone(),
                size: *size,
            },
        };
        let planned = PlannedFile {
            mode,
            conffile: read.conffile,
            content,
        };
        files.insert(path.inside(), planned)?;
    }
    for file in recipe.files.iter().filter(|file| !is_known(file, known)) {
        let mode = Mode::explicit(file.mode.bits())
            .map_err(|error| anyhow::anyhow!("`{}`: {error}", file.path))?;
        let open = PlannedFile {
            mode,
            conffile: file.conffile,
            content: PlannedContent::Text(Placeholder::SourceFile.into()),
        };
        files.insert(file.path.inside(), open)?;
    }
    Ok(())
}

impl Outline {
    /// Returns everything that is still open in the package, each once.
    pub fn placeholders(&self) -> BTreeSet<Placeholder> {
        let fields = self.control.fields();
        let in_fields = fields.iter().flat_map(|(_, value)| value.placeholders());
        let in_files = self
            .files
            .values()
            .flat_map(|file| file.content.placeholders());
        in_fields.chain(in_files).collect()
    }

    /// Returns the files whose edits dpkg keeps.
    pub(super) fn conffiles(&self) -> Vec<ArchivePath> {
        let conffiles = self.files.iter().filter(|(_, file)| file.conffile);
        conffiles.map(|(path, _)| path.clone()).collect()
    }
}

/// Returns where the overrides for lintian are.
pub(super) fn overrides_path(recipe: &Recipe) -> String {
    format!("usr/share/lintian/overrides/{}", recipe.package.name)
}

/// Returns the paths of what `[files]` ships, as far as they are known.
fn shipped_paths<'a>(recipe: &'a Recipe, known: &Known<'a>) -> impl Iterator<Item = &'a HostPath> {
    let files = known.files;
    let open = recipe.files.iter().map(|file| &file.path);
    files
        .keys()
        .chain(open.filter(move |path| !files.contains_key(path)))
}

/// Returns whether what an entry of `[files]` ships could be read.
fn is_known(file: &ShippedFile, known: &Known<'_>) -> bool {
    match file.origin {
        FileOrigin::SourceFolder(_) | FileOrigin::RecipeFolder(_) => {
            known.files.keys().any(|path| path.is_below(&file.path))
        }
        _ => known.files.contains_key(&file.path),
    }
}

/// `/etc/default/NAME` is there for every package with services, so that the administrator has a place to write to.
fn has_defaults(recipe: &Recipe) -> bool {
    !recipe.env.is_empty() || !recipe.services.is_empty() || !recipe.tasks.is_empty()
}

/// Returns the time that the app and the control member carry: that of the commit, at most `SOURCE_DATE_EPOCH`; nothing when
/// the commit is not known yet.
fn package_time(plan: &Plan, host: &HostFacts) -> Result<Option<Timestamp>> {
    let epoch = host.environment.source_date_epoch;
    let seconds = match (&plan.source, epoch) {
        (Some(source), epoch) => match &source.commit {
            None => return Ok(None),
            Some(commit) => commit.time.seconds().min(epoch.unwrap_or(u64::MAX)),
        },
        (None, Some(time)) => time,
        // Packages of the index alone have no commit; any fixed time will do.
        (None, None) => super::layers::FIRST_IDENTITY_TIME,
    };
    Ok(Some(Timestamp::new(seconds)?))
}

#[derive(Default)]
struct Files(BTreeMap<ArchivePath, PlannedFile>);

impl Files {
    fn insert(&mut self, path: &str, file: PlannedFile) -> Result<()> {
        self.insert_at(archive_path(path)?, file)
    }

    fn insert_at(&mut self, path: ArchivePath, file: PlannedFile) -> Result<()> {
        match self.0.entry(path) {
            Slot::Occupied(slot) => Err(two_owners(slot.key())),
            Slot::Vacant(slot) => {
                slot.insert(file);
                Ok(())
            }
        }
    }
}

fn two_owners(path: &ArchivePath) -> anyhow::Error {
    Failure::build(format!("two parts of the package want to be `/{path}`"))
        .hint("deb-build-app writes this file itself: remove it from `[files]`")
        .into()
}

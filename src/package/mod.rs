//! What goes into the `.deb`: layers of files, control fields and scripts, decided from the values of the stages before.
//!
//! The order of the layers is DESIGN 2's: one for each distribution, the app, configuration and documents, links. The
//! skeleton of directories is the writer's, made from the union.

mod control;
mod copyright;
mod documents;
mod launcher;
mod layers;
mod leak;
mod lintian;
mod made;
mod outline;
mod own_terminal;
pub mod plain_tree;
mod programs;
mod proof;
mod questions;
mod scan;
mod script;
mod scripts;

pub use control::PlannedControl;
pub use leak::{Forbidden, ForbiddenPaths};
pub use outline::{Known, Outline, PlannedContent, PlannedFile, outline};
pub use scripts::Hooks;

use crate::deb::{Architecture, Archive, ArchivePath, Content, Entry, Layer, Mode, Timestamp};
use crate::depends::{self, ElfFile, Installed, OwnLibraries};
use crate::plan::Plan;
use crate::recipe::{HostPath, Recipe};
use crate::source::ReadFile;
use crate::sys::host::HostFacts;
use crate::venv::VenvTree;
use crate::venv::after::Changes;
use anyhow::{Context as _, Result};
use layers::{CONFIGURATION, configuration, venv_layers};
use std::collections::BTreeMap;

/// What a package is made of besides the virtualenv.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// What the user wants.
    pub recipe: &'a Recipe,
    /// What was decided.
    pub plan: &'a Plan,
    /// The machine that builds, which is of the release that is built for.
    pub host: &'a HostFacts,
    /// The files that the recipe ships.
    pub files: &'a BTreeMap<HostPath, ReadFile>,
    /// The texts of `[scripts]`.
    pub hooks: &'a Hooks,
    /// The libraries of this machine, and the packages that bring them.
    pub libraries: &'a dyn Installed,
    /// Paths of the builder that must not be named.
    pub forbidden: &'a ForbiddenPaths,
    /// Told of what may be wrong and does not stop the build.
    pub warn: &'a dyn Fn(&str),
}

/// The layers of a package, not proven yet.
#[derive(Clone, Debug)]
pub struct Gathered {
    outline: Outline,
    time: Timestamp,
    /// What is in it.
    pub layers: Vec<Layer>,
    /// What a Python that the package brings needs beyond libraries.
    python_needs: Vec<crate::deb::Relation>,
}

impl Gathered {
    /// Takes what commands have changed below the prefix.
    ///
    /// # Errors
    /// When a RECORD that lists a changed file cannot be written.
    pub fn take(&mut self, changes: Changes, host: &HostFacts) -> Result<()> {
        let latest = host.environment.source_date_epoch.unwrap_or(u64::MAX);
        made::take(&mut self.layers, changes, self.time, latest, &scan::read)
    }
}

/// Puts the virtualenv and everything else into layers.
///
/// # Errors
/// When something is not known that must be, or two parts want to be one file.
pub fn gather(parts: &Parts<'_>, venv: VenvTree) -> Result<Gathered> {
    let Parts {
        recipe,
        plan,
        host,
        files,
        hooks,
        ..
    } = *parts;
    let known = Known {
        host,
        files,
        hooks,
        distributions: Some(&venv.distributions),
        own_python: venv.own_python.as_ref(),
    };
    let outline = outline(recipe, plan, &known)?;
    let time = outline
        .time
        .context("the time of the commit is not known yet")?;
    let configuration = configuration(&outline, &venv, time)?;
    let python_needs = venv.own_python.as_ref().map(|it| it.relations.clone());
    let mut layers = venv_layers(venv, host, time)?;
    let mut links = layers.pop().context("the virtualenv has links")?;
    for (path, target) in &outline.links {
        let target = target.clone().into_bytes();
        let entry = links.entries.entry(path.clone());
        entry.or_insert(Entry::Link { target });
    }
    layers.push(configuration);
    layers.push(links);
    Ok(Gathered {
        outline,
        python_needs: python_needs.unwrap_or_default(),
        time,
        layers,
    })
}

/// Assembles the package, and proves that it names nothing of the builder.
///
/// # Errors
/// When a leak is found, a file cannot be read, or a library has no package.
pub fn assemble(parts: &Parts<'_>, gathered: Gathered) -> Result<Archive> {
    let Parts {
        recipe,
        plan,
        host,
        libraries,
        forbidden,
        warn,
        ..
    } = *parts;
    let Gathered {
        outline,
        python_needs,
        time,
        mut layers,
    } = gathered;
    let mut scanned = scan::scan(&layers, forbidden, plan.threads)?;
    for (name, script) in &outline.scripts {
        scanned.look_at(script, &forbidden.everywhere, name.as_str());
    }
    let prefix = &recipe.venv.prefix;
    let allowed = leak::Allowed {
        prefix: prefix.inside(),
        patterns: &recipe.venv.verify.allow_leaks,
    };
    proof::prove(&layers, &scanned, prefix, &allowed)?;
    let leaking = scanned.leaks.iter().filter_map(|leak| leak.file.as_ref());
    for pattern in allowed.idle(leaking) {
        warn(&format!(
            "`{}` of `allow-leaks` in `[venv.verify]` allows nothing: no file that it fits names a path of the build machine; remove it",
            pattern.as_str()
        ));
    }
    programs::check_commands(recipe, &layers)?;
    add_overrides(&mut layers, recipe, host, &scanned)?;
    let architecture = architecture(recipe, host, &layers, &scanned.elf, warn)?;
    let own = own_libraries(&layers, &scanned.elf);
    let needed = depends::relations(&scanned.elf, &own, &host.architecture, libraries)?;
    needed.warnings.iter().for_each(|text| warn(text));
    let mut found = needed.relations;
    // What its packages need beyond libraries: a table of media types, for instance.
    for relation in python_needs {
        if !found.iter().any(|it| it.implies(&relation)) {
            found.push(relation);
        }
    }
    Ok(Archive {
        control: outline.control.complete(architecture, found)?,
        conffiles: outline.conffiles(),
        scripts: outline.scripts,
        triggers: outline.triggers,
        templates: outline.templates,
        directories: outline
            .directories
            .into_iter()
            .map(|path| (path, Mode::DIRECTORY))
            .collect(),
        layers,
        time,
    })
}

/// Searches all files of layers for the builder's paths, and returns where they stand: the scan of [`assemble`] alone, for who measures
/// it.
///
/// # Errors
/// When a file cannot be read.
pub fn leaks(layers: &[Layer], forbidden: &ForbiddenPaths, threads: usize) -> Result<Vec<String>> {
    let leaks = scan::scan(layers, forbidden, threads)?.leaks;
    let places = leaks
        .into_iter()
        .map(|leak| format!("{}: {}", leak.place, leak.path));
    Ok(places.collect())
}

/// Returns the architecture of the package.
fn architecture(
    recipe: &Recipe,
    host: &HostFacts,
    layers: &[Layer],
    elf: &[ElfFile],
    warn: &dyn Fn(&str),
) -> Result<Architecture> {
    let part = |file: &ElfFile| {
        layers
            .iter()
            .find(|layer| layer.entries.contains_key(&file.path))
            .map(|layer| layer.name.as_str())
    };
    let wanted = recipe.target.architecture;
    depends::architecture(elf, wanted, &host.architecture, &part, warn)
}

/// Returns the libraries that the package brings, also by the names of links to them.
fn own_libraries(layers: &[Layer], elf: &[ElfFile]) -> OwnLibraries {
    let entries = layers.iter().flat_map(|layer| &layer.entries);
    let links = entries.filter_map(|(path, entry)| match entry {
        Entry::Link { target } => Some((path.as_bytes(), target.as_slice())),
        Entry::File { .. } => None,
    });
    OwnLibraries::new(elf, links)
}

/// Adds the lintian overrides to the configuration: what they are follows from all the rest.
fn add_overrides(
    layers: &mut [Layer],
    recipe: &Recipe,
    host: &HostFacts,
    scanned: &scan::Scanned,
) -> Result<()> {
    let package = &recipe.package;
    let overrides = lintian::overrides(
        package.name.as_str(),
        &recipe.venv.prefix,
        &host.release,
        layers,
        scanned,
    );
    let configuration = layers
        .iter_mut()
        .find(|layer| layer.name == CONFIGURATION)
        .context("there is a configuration layer")?;
    let path = archive_path(&outline::overrides_path(recipe))?;
    configuration.entries.insert(path, text(overrides));
    Ok(())
}

fn text(text: String) -> Entry {
    Entry::File {
        mode: Mode::FILE,
        content: Content::Bytes(text.into_bytes()),
    }
}

fn archive_path(path: &str) -> Result<ArchivePath> {
    ArchivePath::new(path.as_bytes()).map_err(|error| anyhow::anyhow!("`/{path}`: {error}"))
}

//! `pack`: a plain tree and a description, one package. The writer alone, without Python, plan or machine.

use super::destination::{Destination, resolve};
use crate::cli::Pack;
use crate::deb::{self, Timestamp};
use crate::failure::{Failure, Kind, OrFailure as _, printable};
use crate::package::plain_tree::{self, ControlFiles, PlainTree};
use crate::recipe::Packing;
use crate::report::{Event, PackReport, Reporter};
use crate::sys::clock::{self, Stopwatch};
use crate::sys::environment::Environment;
use crate::sys::fs::{self, FileKind};
use crate::sys::{host, interrupt};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Packs the tree and reports where the package is.
pub fn run(options: &Pack, reporter: &dyn Reporter) -> Result<()> {
    interrupt::watch().context("watching for signals failed")?;
    let watch = Stopwatch::start();
    let environment = Environment::read()?;
    let packing = read_description(&environment, &options.description)?;
    let root = resolve(&environment, &options.tree);
    if !fs::is_dir(&root) {
        return Err(
            Failure::build(format!("there is no folder `{}`", options.tree.display()))
                .hint("name the folder whose content is the package's")
                .into(),
        );
    }
    let destination = Destination::new(&environment, &options.output.path);
    refuse_inside(&root, destination.path())?;
    let files = read_control_files(&packing)?;
    let tree = read_tree(root, &environment)?;
    let archive = plain_tree::archive(&tree, &packing, files)?;
    destination.prepare()?;
    let path = destination.file(&archive.control)?;
    let compression = options.compression.unwrap_or(packing.compression);
    let threads = options
        .jobs
        .threads(host::cores(), host::available_memory(), compression);
    let written = deb::write(&archive, compression, threads, &path)
        .map_err(|error| explained(error, &tree))?;
    for doubt in deb::doubts(&archive) {
        reporter.event(&Event::Warning(&doubt));
    }
    if environment.source_date_epoch > Some(clock::unix_seconds()) {
        reporter.event(&Event::Warning("`SOURCE_DATE_EPOCH` is in the future"));
    }
    reporter.event(&Event::Packed(&PackReport {
        package: archive.control.package.to_string(),
        version: archive.control.version.to_string(),
        path: path.clone(),
        size: written.size,
        installed_size_kib: written.installed_size_kib,
        sha256: written.sha256,
        files: written.files,
        compression: compression.to_string(),
        seconds: watch.elapsed().as_secs_f64(),
    }));
    reporter
        .result(path.as_os_str().as_encoded_bytes())
        .with_context(|| {
            let shown = path.display();
            format!("the package is `{shown}`, but its path could not be printed")
        })
}

fn read_description(environment: &Environment, written: &Path) -> Result<Packing> {
    let file = environment.current_dir.join(written);
    let shown = written.display().to_string();
    if !fs::is_file(&file) {
        return Err(
            Failure::new(Kind::Recipe, format!("there is no description `{shown}`"))
                .hint("name a TOML file with a table `[package]`")
                .into(),
        );
    }
    let text = fs::read_to_string(&file).context("reading the description failed")?;
    let folder = file.parent().unwrap_or(&environment.current_dir);
    Ok(Packing::parse(&text, &shown, folder)?)
}

fn read_control_files(packing: &Packing) -> Result<ControlFiles> {
    let unread = |key: String, path: &Path| {
        Failure::new(
            Kind::Recipe,
            format!("`{}`, which `{key}` names, cannot be read", path.display()),
        )
        .hint("files are looked up beside the description")
    };
    let mut files = ControlFiles::default();
    for (name, path) in &packing.scripts {
        let script =
            fs::read(path).or_failure(|| unread(format!("scripts.{}", name.as_str()), path))?;
        files.scripts.insert(*name, script);
    }
    if let Some(path) = &packing.templates {
        let text =
            fs::read_to_string(path).or_failure(|| unread("package.templates".to_owned(), path))?;
        files.templates = Some(text);
    }
    Ok(files)
}

/// A package in the tree would be packed the next time.
fn refuse_inside(root: &Path, output: &Path) -> Result<()> {
    let real_root = fs::canonicalize(root).context("looking at the tree failed")?;
    // What is not there yet is where its nearest folder is.
    let real_output = output
        .ancestors()
        .find_map(|folder| fs::canonicalize(folder).ok());
    if real_output.is_some_and(|folder| folder.starts_with(&real_root)) {
        return Err(Failure::build(format!(
            "the package would be written to `{}`, in the tree that is packed",
            output.display()
        ))
        .hint("name a place outside of the tree with `--output`")
        .into());
    }
    Ok(())
}

fn read_tree(root: PathBuf, environment: &Environment) -> Result<PlainTree> {
    let unread = || {
        Failure::build(format!("`{}` cannot be read as a whole", root.display()))
            .hint("pack as a user who may read every folder of the tree")
    };
    let mut entries = Vec::new();
    for found in fs::walk(&root).or_failure(unread)? {
        let target = match found.kind {
            FileKind::Link => Some(fs::read_link(root.join(&found.relative)).or_failure(unread)?),
            _ => None,
        };
        entries.push((found, target));
    }
    let mut own_folders = vec![
        root.clone(),
        PathBuf::from("/tmp"),
        PathBuf::from("/var/tmp"),
        environment.temporary.clone(),
    ];
    own_folders.extend(fs::canonicalize(&root));
    own_folders.extend(environment.home.clone());
    own_folders.retain(|folder| folder.components().count() > 1);
    let latest = environment.source_date_epoch.map(Timestamp::new);
    Ok(PlainTree {
        root,
        entries,
        own_folders,
        latest: latest.transpose()?,
    })
}

/// Says what to do about an error of the writer that the tree is the reason of: only then is it looked at again.
fn explained(error: anyhow::Error, tree: &PlainTree) -> anyhow::Error {
    let files = || {
        let entries = tree.entries.iter().map(|(found, _)| found);
        entries.filter(|found| found.kind == FileKind::File)
    };
    let shown = |path: &Path| printable(&format!("`/{}`", path.display()));
    let is_unreadable = |relative: &Path| {
        let opened = fs::open_regular(&tree.root.join(relative));
        opened.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
    };
    let unreadable: Vec<_> = files()
        .filter(|found| is_unreadable(&found.relative))
        .map(|found| shown(&found.relative))
        .collect();
    if !unreadable.is_empty() {
        return Failure::build("the tree has files that cannot be read")
            .details(unreadable)
            .hint("pack as a user who may read them, or take them out of the tree")
            .caused_by(error)
            .into();
    }
    let now = fs::walk(&tree.root).unwrap_or_default();
    let now: BTreeMap<_, _> = now.iter().map(|found| (&found.relative, found)).collect();
    let changed: Vec<_> = files()
        .filter(|found| now.get(&found.relative) != Some(found))
        .map(|found| shown(&found.relative))
        .collect();
    if !changed.is_empty() {
        return Failure::build("the tree changed while it was packed")
            .details(changed)
            .hint("pack again when nothing writes to it")
            .caused_by(error)
            .into();
    }
    error
}

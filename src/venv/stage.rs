//! Reads a staged virtualenv back as values, fixed up for its final path and without what the recipe leaves out.
//!
//! Every file must belong to one distribution or be known as part of a virtualenv: what nobody owns is refused, because
//! nobody could say what it is for.

use super::build::StagedVenv;
use super::distribution::InstalledFile;
use super::frame::{is_activation, is_bytecode, is_frame};
use super::installed::Installed;
use super::paths::{archive_path, path_bytes, record_path};
use super::prune;
use super::reader::Reader;
use super::relocate::{activate, direct_url, pyvenv};
use super::unfit::{self, Reason, Unfit, is_editable};
use super::{VenvTree, digests};
use crate::deb::{ArchivePath, Content};
use crate::failure::Failure;
use crate::plan::{Interpreter, OWN_PYTHON, ProjectWheel};
use crate::recipe::{Prefix, Prune};
use crate::sys::fs::{self, FileKind};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How a stage is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// Where the virtualenv will be.
    pub prefix: &'a Prefix,
    /// Its interpreter.
    pub interpreter: &'a Interpreter,
    /// Whether compiled modules are taken.
    pub bytecode: bool,
    /// What is left out.
    pub prune: &'a BTreeSet<Prune>,
}

/// Reads the stage.
///
/// # Errors
/// When something in it can never work on the host, such as an editable install: all of it is named.
pub fn read(staged: &StagedVenv, reading: &Reading<'_>) -> Result<VenvTree> {
    let Reading {
        prefix,
        interpreter,
        ..
    } = *reading;
    let root = staged.stage.join(prefix.inside());
    let site_packages = PathBuf::from(format!("lib/python{}/site-packages", interpreter.version));
    let found: BTreeMap<_, _> = fs::walk(&root)?
        .into_iter()
        .map(|found| (found.relative.clone(), found))
        .collect();
    let mut reader = Reader {
        digests: digests::read(&root, &found)?,
        found,
        root: &root,
        prefix,
        site_packages: &site_packages,
        cache_tag: reading.bytecode.then(|| interpreter.cache_tag()),
        claimed: BTreeMap::new(),
        links: BTreeMap::new(),
        rewrites: Vec::new(),
        unfit: Vec::new(),
    };
    let wheel = staged.project.as_ref();
    let project = wheel.map(|wheel| wheel.name.as_str());
    let mut installed = Vec::new();
    for (folder, listing) in reader.descriptions() {
        installed.push(reader.distribution(&folder, listing, project)?);
    }
    if let Some(wheel) = wheel {
        check_project(wheel, &installed, &root)?;
    }
    installed.sort_by(|a, b| a.name.cmp(&b.name));
    look_at_the_rest(&mut reader)?;
    if let Some(refusal) = unfit::refusal(std::mem::take(&mut reader.unfit)) {
        return Err(refusal.into());
    }
    let pruned = prune::prune(&mut installed, reading.prune, &site_packages, &read_content)?;
    let mut files: BTreeMap<_, _> = own_files(prefix, interpreter)?
        .into_iter()
        .map(|(path, text)| (path, own_file(text.into_bytes())))
        .collect();
    if !reading.prune.contains(&Prune::Activate) {
        files.extend(activation(&mut reader)?);
    }
    let mut links = own_links(prefix, interpreter)?;
    for (path, target) in &reader.links {
        links.insert(archive_path(prefix, path)?, target.clone());
    }
    let finish = |installed: Installed| {
        installed.finish(&|path| archive_path(prefix, path), &|path| {
            record_path(path, &site_packages)
        })
    };
    Ok(VenvTree {
        distributions: installed.into_iter().map(finish).collect::<Result<_>>()?,
        own_files: files,
        links,
        rewrites: reader.rewrites,
        pruned,
        own_python: None,
        not_compiled: staged.not_compiled.clone(),
    })
}

/// Returns the files of the virtualenv itself.
///
/// # Errors
/// Never in truth: the prefix is a path that packages may have.
pub fn own_files(
    prefix: &Prefix,
    interpreter: &Interpreter,
) -> Result<BTreeMap<ArchivePath, String>> {
    let path = archive_path(prefix, Path::new("pyvenv.cfg"))?;
    Ok(BTreeMap::from([(
        path,
        pyvenv::render(interpreter, prefix),
    )]))
}

fn own_file(bytes: Vec<u8>) -> InstalledFile {
    InstalledFile {
        content: Content::Bytes(bytes),
        executable: false,
    }
}

/// Returns the links of the virtualenv itself, with their targets.
///
/// # Errors
/// Never in truth: the prefix is a path that packages may have.
pub fn own_links(
    prefix: &Prefix,
    interpreter: &Interpreter,
) -> Result<BTreeMap<ArchivePath, String>> {
    let at = |path: &str| archive_path(prefix, Path::new(path));
    let mut links = BTreeMap::new();
    if interpreter.is_bundled() {
        // What asks for the Python that a virtualenv was made with looks for one of these.
        for name in ["python", "python3"] {
            links.insert(at(&format!("{OWN_PYTHON}/bin/{name}"))?, interpreter.name());
        }
    }
    links.extend([
        (at("bin/python")?, interpreter.link()),
        (at("bin/python3")?, "python".to_owned()),
        (
            at(&format!("bin/{}", interpreter.name()))?,
            "python".to_owned(),
        ),
    ]);
    Ok(links)
}

/// Returns the scripts that activate the virtualenv, at their final path.
fn activation(reader: &mut Reader<'_>) -> Result<BTreeMap<ArchivePath, InstalledFile>> {
    let scripts: Vec<_> = reader
        .found
        .values()
        .filter(|found| found.kind == FileKind::File && is_activation(&found.relative))
        .map(|found| found.relative.clone())
        .collect();
    let mut files = BTreeMap::new();
    for path in scripts {
        let script = fs::read(reader.root.join(&path))?;
        let fixed = activate::rewrite(&script, path_bytes(reader.root), reader.prefix)?;
        if fixed != script {
            reader.rewrote(&path, "path in the script")?;
        }
        files.insert(archive_path(reader.prefix, &path)?, own_file(fixed));
    }
    Ok(files)
}

/// Checks that the project in the virtualenv is the one that was built from the source: a requirement may name another of
/// the same name.
fn check_project(wheel: &ProjectWheel, installed: &[Installed], root: &Path) -> Result<()> {
    let refused = |why: String| {
        Failure::build(format!(
            "the project `{}` in the virtualenv is not the one from the source: {why}",
            wheel.name
        ))
        .hint("a requirement names it too: remove it there, or give the project another name")
    };
    let Some(found) = installed.iter().find(|one| one.is_project) else {
        return Err(refused("it is not installed".to_owned()).into());
    };
    let version = &found.metadata.version;
    let file_version = wheel.file.split('-').nth(1).unwrap_or_default();
    if version.replace('-', "_") != file_version.replace('-', "_") {
        return Err(refused(format!(
            "it has the version {version}, and its wheel is `{}`",
            wheel.file
        ))
        .into());
    }
    let origin = root.join(&found.folder).join("direct_url.json");
    let names_wheel = fs::is_file(&origin)
        && direct_url::file_name(&fs::read(&origin)?).as_deref() == Some(wheel.file.as_str());
    if names_wheel {
        Ok(())
    } else {
        Err(refused("it came from somewhere else".to_owned()).into())
    }
}

/// Looks at what no list of files names.
fn look_at_the_rest(reader: &mut Reader<'_>) -> Result<()> {
    let left: Vec<_> = reader
        .found
        .values()
        .filter(|found| found.kind != FileKind::Directory)
        .filter(|found| {
            !reader.claimed.contains_key(&found.relative)
                && !reader.links.contains_key(&found.relative)
                && !is_frame(found)
                && !is_bytecode(&found.relative)
        })
        .cloned()
        .collect();
    for found in left {
        let name = found.relative.file_name().unwrap_or_default();
        let path = &found.relative;
        match found.kind {
            FileKind::Link => reader.take_link(path)?,
            FileKind::Special => reader.unfit.push(Unfit::file(path, Reason::Special)),
            _ if name.to_str().is_some_and(is_editable) => {
                reader.unfit.push(Unfit::file(path, Reason::Editable));
            }
            _ => reader.unfit.push(Unfit::file(path, Reason::NoOwner)),
        }
    }
    Ok(())
}

fn read_content(content: &Content) -> Result<Vec<u8>> {
    Ok(match content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::OnDisk { path, .. } => fs::read(path)?,
    })
}

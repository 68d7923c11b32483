//! Puts a Python together as planned, and reads it back: the edge.

use super::super::build::Surroundings;
use super::super::compile::run_compiler;
use super::super::paths::archive_path;
use super::super::relocate::sysconfig;
use super::selection;
use super::{OwnPython, PythonPart};
use crate::apt::FetchedPackage;
use crate::deb::{Content, Relation, read};
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{OWN_PYTHON, OwnPythonPlan, Plan};
use crate::recipe::Prefix;
use crate::sys::fs::{self, FileKind};
use crate::sys::process::Line;
use crate::venv::InstalledFile;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Where the files of a Python are.
#[derive(Clone, Debug)]
pub enum PythonFiles {
    /// In these packages.
    Packages(Vec<FetchedPackage>),
    /// In this folder.
    Folder(PathBuf),
}

/// Puts the Python together, compiles its library, and reads it back.
///
/// # Errors
/// When a package or a file cannot be read, or something needed is not in it.
pub fn stage(
    plan: &Plan,
    own: &OwnPythonPlan,
    files: &PythonFiles,
    prefix: &Prefix,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<OwnPython> {
    let version = plan.interpreter.version.as_str();
    let mut staging = Staging {
        root: plan.places.own_python(),
        home: format!("{prefix}/{OWN_PYTHON}"),
        version,
        full: &plan.interpreter.full,
        links: BTreeMap::new(),
    };
    let mut parts = Vec::new();
    let mut relations = Vec::new();
    match files {
        PythonFiles::Folder(folder) => staging.copy(folder)?,
        PythonFiles::Packages(packages) => {
            for package in packages {
                let (part, needed) = staging.unpack(package)?;
                parts.push(part);
                relations.extend(needed);
            }
            relations.retain(|relation: &Relation| {
                let is_part = |name: &str| parts.iter().any(|part| part.package == name);
                !relation.names().any(|name| is_part(name.as_str()))
            });
        }
    }
    let program = format!("bin/{}", plan.interpreter.name());
    for needed in [program, format!("lib/python{version}/os.py")] {
        if !fs::is_file(&staging.root.join(&needed)) {
            let home = plan.interpreter.base();
            return Err(Failure::build(format!(
                "the Python that the package should bring has no `{needed}`: it was looked for in `{}`",
                home.display()
            ))
            .into());
        }
    }
    let mut not_compiled = Vec::new();
    if let Some(compile) = &own.compile {
        fs::create_dir_all(plan.places.temporary())?;
        let top = plan.places.python_stage();
        not_compiled = run_compiler(compile, &top, surroundings, on_line)?;
    }
    read_back(&staging, prefix, not_compiled, parts, relations)
}

/// The folder that takes the Python.
struct Staging<'a> {
    root: PathBuf,
    /// What it is on the host.
    home: String,
    version: &'a str,
    full: &'a str,
    /// Links below the folder, with their targets.
    links: BTreeMap<PathBuf, PathBuf>,
}

impl Staging<'_> {
    /// Takes what is wanted out of a package; returns what it is, and what it depends on.
    fn unpack(&mut self, fetched: &FetchedPackage) -> Result<(PythonPart, Vec<Relation>)> {
        let file = &fetched.file;
        let reader = fs::open_regular(&fetched.path)?;
        let fields = read::unpack(reader, &mut |entry, content| {
            let path = Path::new(OsStr::from_bytes(entry.path()));
            let Some(place) = selection::of_package(path, &file.package, self.version) else {
                return Ok(());
            };
            match entry.kind {
                read::Kind::File => self.write(&place, entry.mode, content),
                read::Kind::Symlink => {
                    let target = PathBuf::from(OsStr::from_bytes(&entry.target));
                    self.links.insert(place, target);
                    Ok(())
                }
                read::Kind::Directory => Ok(()),
                other => anyhow::bail!("`{}` is a {}", path.display(), other.as_str()),
            }
        })
        .or_failure(|| {
            Failure::build(format!("the package `{}` cannot be unpacked", file.name))
                .hint("remove it from the cache, so that the next build fetches it again")
        })?;
        let field = |name: &str| {
            let field = fields.iter().find(|field| field.name == name);
            field.map_or("", |field| field.value.as_str())
        };
        let relation = |text: &str| {
            text.trim()
                .parse()
                .map_err(|error| anyhow::anyhow!("`Depends` of {}: {error}", file.package))
        };
        let depends = field("Depends").split(',');
        let depends = depends.filter(|text| !text.trim().is_empty());
        let source = match field("Source").split(' ').next() {
            Some("") | None => file.package.clone(),
            Some(source) => source.to_owned(),
        };
        let part = PythonPart {
            package: file.package.clone(),
            version: file.version.clone(),
            sha256: file.sha256.clone(),
            source,
        };
        Ok((part, depends.map(relation).collect::<Result<_>>()?))
    }

    /// Takes what is wanted out of a folder.
    fn copy(&mut self, folder: &Path) -> Result<()> {
        for found in fs::walk(folder)? {
            let Some(place) = selection::of_folder(&found.relative, self.version) else {
                continue;
            };
            let path = folder.join(&found.relative);
            match found.kind {
                FileKind::File => {
                    let mut bytes = fs::File::open(&path)?;
                    self.write(&place, found.mode, &mut bytes)?;
                }
                FileKind::Link => {
                    self.links.insert(place, fs::read_link(&path)?);
                }
                FileKind::Directory => {}
                FileKind::Special => anyhow::bail!("`{}` is no file", path.display()),
            }
        }
        Ok(())
    }

    /// Writes a file. Only the program can be executed: a module with a `#!` line names the distribution's Python, which the host need
    /// not have, and loses that line.
    fn write(&self, place: &Path, mode: u32, content: &mut dyn Read) -> Result<()> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        if sysconfig::is_one(&name)
            && let Some(base) = sysconfig::base(&bytes).map(str::to_owned)
            && let Some(fixed) = sysconfig::rewrite(&bytes, &base, &self.home)
        {
            bytes = fixed;
        }
        if name.ends_with(".py") && bytes.starts_with(b"#!") {
            let end = bytes.iter().position(|byte| *byte == b'\n');
            // The lines after it keep their numbers.
            bytes.drain(1..end.unwrap_or(bytes.len()));
        }
        let path = self.root.join(place);
        fs::write(&path, &bytes)?;
        let is_program = place.starts_with("bin") && mode & 0o111 != 0;
        fs::set_mode(&path, if is_program { 0o755 } else { 0o644 })?;
        Ok(())
    }
}

/// Reads the folder as values.
fn read_back(
    staging: &Staging<'_>,
    prefix: &Prefix,
    not_compiled: Vec<String>,
    parts: Vec<PythonPart>,
    relations: Vec<Relation>,
) -> Result<OwnPython> {
    let at = |path: &Path| archive_path(prefix, &Path::new(OWN_PYTHON).join(path));
    let mut files = BTreeMap::new();
    let mut licence_files = BTreeSet::new();
    let mut digest = Sha256::new();
    for found in fs::walk(&staging.root)? {
        if found.kind != FileKind::File {
            continue;
        }
        let path = at(&found.relative)?;
        let on_disk = staging.root.join(&found.relative);
        // Bytecode follows from all else.
        if found.relative.extension() != Some(OsStr::new("pyc")) {
            digest.update(path.as_bytes());
            digest.update([0]);
            digest.update(Sha256::digest(fs::read(&on_disk)?));
        }
        let name = found.relative.file_name().unwrap_or_default();
        if ["copyright", "LICENSE.txt", "LICENSE"]
            .iter()
            .any(|it| name == *it)
        {
            licence_files.insert(path.clone());
        }
        let content = Content::OnDisk {
            path: on_disk,
            size: found.size,
        };
        let executable = found.executable;
        files.insert(
            path,
            InstalledFile {
                content,
                executable,
            },
        );
    }
    let mut links = BTreeMap::new();
    for (path, target) in &staging.links {
        let target = target
            .to_str()
            .with_context(|| format!("the target of the link `{}` is no UTF-8", path.display()))?;
        links.insert(at(path)?, target.to_owned());
    }
    Ok(OwnPython {
        version: staging.version.to_owned(),
        full: staging.full.to_owned(),
        files,
        links,
        parts,
        licence_files,
        relations,
        digest: digest.finalize().into(),
        not_compiled,
    })
}

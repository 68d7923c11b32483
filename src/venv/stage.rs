//! Reads a staged virtualenv back as values, and applies the fix-ups of [`super::relocate`] on the way.
//!
//! Every file must belong to one distribution or be known as part of a virtualenv: what nobody owns is refused, because
//! nobody could say what it is for.

use super::build::StagedVenv;
use super::distribution::{self, Distribution, InstalledFile};
use super::frame::{is_bytecode, is_frame};
use super::relocate::direct_url::{self, Origin};
use super::relocate::record::Row;
use super::relocate::{entry_points, pyvenv, record, shebang};
use super::{Rewrite, VenvTree};
use crate::deb::{ArchivePath, Content};
use crate::failure::Failure;
use crate::plan::Interpreter;
use crate::recipe::Prefix;
use crate::sys::fs::{self, FileKind, Found};
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// What the RECORD of every distribution says of its installer: the same for uv and pip.
const INSTALLER: &[u8] = b"deb-build-app\n";

/// Reads the stage.
///
/// # Errors
/// When a file belongs to nobody, a RECORD does not fit, an editable install is found, or a link leads anywhere.
pub fn read(staged: &StagedVenv, prefix: &Prefix, interpreter: &Interpreter) -> Result<VenvTree> {
    let root = staged.stage.join(prefix.inside());
    let site_packages = PathBuf::from(format!("lib/python{}/site-packages", interpreter.version));
    let mut reader = Reader {
        found: fs::walk(&root)?
            .into_iter()
            .map(|found| (found.relative.clone(), found))
            .collect(),
        claimed: BTreeSet::new(),
        rewrites: Vec::new(),
        root: &root,
        prefix,
        site_packages: &site_packages,
        cache_tag: interpreter.cache_tag(),
    };
    let mut distributions = Vec::new();
    for folder in reader.dist_infos() {
        distributions.push(reader.distribution(&folder, staged.project.as_deref())?);
    }
    distributions.sort_by(|a, b| a.name.cmp(&b.name));
    reader.check_nothing_is_left()?;
    let own_files = own_files(prefix, interpreter)?;
    Ok(VenvTree {
        distributions,
        own_files: own_files
            .into_iter()
            .map(|(path, text)| (path, own_file(text)))
            .collect(),
        links: own_links(prefix, interpreter)?,
        rewrites: reader.rewrites,
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
    Ok(BTreeMap::from([(path, pyvenv::render(interpreter))]))
}

fn own_file(text: String) -> InstalledFile {
    InstalledFile {
        content: Content::Bytes(text.into_bytes()),
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
    Ok(BTreeMap::from([
        (at("bin/python")?, interpreter.path().display().to_string()),
        (at("bin/python3")?, "python".to_owned()),
        (
            at(&format!("bin/python{}", interpreter.version))?,
            "python".to_owned(),
        ),
    ]))
}

struct Reader<'a> {
    found: BTreeMap<PathBuf, Found>,
    claimed: BTreeSet<PathBuf>,
    rewrites: Vec<Rewrite>,
    root: &'a Path,
    prefix: &'a Prefix,
    site_packages: &'a Path,
    cache_tag: String,
}

impl Reader<'_> {
    fn dist_infos(&self) -> Vec<PathBuf> {
        self.found
            .values()
            .filter(|found| found.kind == FileKind::Directory)
            .filter(|found| found.relative.parent() == Some(self.site_packages))
            .filter(|found| {
                found
                    .relative
                    .extension()
                    .is_some_and(|extension| extension == "dist-info")
            })
            .map(|found| found.relative.clone())
            .collect()
    }

    fn distribution(&mut self, dist_info: &Path, project: Option<&str>) -> Result<Distribution> {
        let label = dist_info
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let read = |name: &str| fs::read(self.root.join(dist_info).join(name));
        let metadata = distribution::parse_metadata(&String::from_utf8_lossy(&read("METADATA")?));
        let rows = record::parse(&read("RECORD")?)
            .with_context(|| format!("reading RECORD of `{label}` failed"))?;
        let scripts = if self.found.contains_key(&dist_info.join("entry_points.txt")) {
            let text = read("entry_points.txt")?;
            entry_points::scripts(&String::from_utf8_lossy(&text))
                .with_context(|| format!("reading entry_points.txt of `{label}` failed"))?
        } else {
            Vec::new()
        };

        let mut files = BTreeMap::new();
        let mut new_rows = Vec::new();
        for entry_point in &scripts {
            let path = PathBuf::from("bin").join(&entry_point.name);
            let script = entry_points::render(entry_point, self.prefix).into_bytes();
            self.claim(&path);
            self.rewrote(&path, "script written from entry_points.txt")?;
            new_rows.push(Row::of(self.record_path(&path), &script));
            files.insert(
                archive_path(self.prefix, &path)?,
                InstalledFile {
                    content: Content::Bytes(script),
                    executable: true,
                },
            );
        }
        let record_path = dist_info.join("RECORD");
        for row in rows {
            let path = self.resolve(&row.path).with_context(|| {
                format!(
                    "RECORD of `{label}` names `{}`, which is outside the virtualenv",
                    row.path
                )
            })?;
            let archived = archive_path(self.prefix, &path)?;
            if path == record_path || files.contains_key(&archived) || is_bytecode(&path) {
                self.claim(&path);
                continue;
            }
            self.read_file(&path, &archived, row, &label, &mut files, &mut new_rows)?;
        }
        new_rows.push(Row::bare(self.record_path(&record_path)));
        let rendered = record::render(new_rows)?;
        let record_digest = Sha256::digest(&rendered).into();
        self.claim(&record_path);
        files.insert(
            archive_path(self.prefix, &record_path)?,
            InstalledFile {
                content: Content::Bytes(rendered),
                executable: false,
            },
        );
        let name = distribution::normalise(&metadata.name);
        Ok(Distribution {
            is_project: project == Some(name.as_str()),
            name,
            version: metadata.version,
            license: metadata.license,
            files,
            record_digest,
        })
    }

    /// Takes one file that a RECORD names, with its bytecode, and fixes it up if it needs that.
    fn read_file(
        &mut self,
        path: &Path,
        archived: &ArchivePath,
        row: Row,
        label: &str,
        files: &mut BTreeMap<ArchivePath, InstalledFile>,
        rows: &mut Vec<Row>,
    ) -> Result<()> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        refuse_editable(&name, label)?;
        self.claim(path);
        let Some(found) = self.found.get(path) else {
            return Err(anyhow::anyhow!(
                "RECORD of `{label}` names `{}`, which is not there",
                row.path
            ));
        };
        let (size, executable) = (found.size, found.executable);
        let on_disk = self.root.join(path);
        let in_dist_info = path
            .parent()
            .and_then(Path::extension)
            .is_some_and(|extension| extension == "dist-info");
        let in_bin = path.parent() == Some(Path::new("bin"));
        if in_dist_info && is_builders_own(&name, &on_disk, label)? {
            self.rewrote(path, "removed: it is about the build")?;
            return Ok(());
        }
        let (content, row) = if in_dist_info && name == "INSTALLER" {
            (
                Content::Bytes(INSTALLER.to_vec()),
                Row::of(row.path, INSTALLER),
            )
        } else if in_bin
            && let Some(fixed) = shebang::rewrite(
                &fs::read(&on_disk)?,
                path_bytes(&self.root.join("bin")),
                self.prefix,
            )
        {
            self.rewrote(path, "interpreter of the script")?;
            let row = Row::of(row.path, &fixed);
            (Content::Bytes(fixed), row)
        } else {
            (
                Content::OnDisk {
                    path: on_disk,
                    size,
                },
                row,
            )
        };
        rows.push(row);
        files.insert(
            archived.clone(),
            InstalledFile {
                content,
                executable: executable || in_bin,
            },
        );
        self.read_bytecode(path, files, rows)
    }

    /// Takes the bytecode that was compiled from `module`, if it was.
    fn read_bytecode(
        &mut self,
        module: &Path,
        files: &mut BTreeMap<ArchivePath, InstalledFile>,
        rows: &mut Vec<Row>,
    ) -> Result<()> {
        if module.extension().is_none_or(|extension| extension != "py") {
            return Ok(());
        }
        let stem = module.file_stem().unwrap_or_default().to_string_lossy();
        let path = module
            .with_file_name("__pycache__")
            .join(format!("{stem}.{}.pyc", self.cache_tag));
        let Some(found) = self.found.get(&path) else {
            return Ok(());
        };
        let content = Content::OnDisk {
            path: self.root.join(&path),
            size: found.size,
        };
        rows.push(Row::bare(self.record_path(&path)));
        files.insert(
            archive_path(self.prefix, &path)?,
            InstalledFile {
                content,
                executable: false,
            },
        );
        self.claim(&path);
        Ok(())
    }

    /// Turns a path of a RECORD, relative to site-packages, into one below the virtualenv.
    fn resolve(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let path = path.strip_prefix(self.root).unwrap_or(path);
        let mut resolved = PathBuf::new();
        for part in self.site_packages.join(path).components() {
            match part {
                Component::Normal(part) => resolved.push(part),
                Component::ParentDir if resolved.pop() => {}
                _ => return None,
            }
        }
        Some(resolved)
    }

    /// Turns a path below the virtualenv into one as RECORD writes it.
    fn record_path(&self, path: &Path) -> String {
        path.strip_prefix(self.site_packages).map_or_else(
            |_| {
                let up = "../".repeat(self.site_packages.components().count());
                format!("{up}{}", path.display())
            },
            |inside| inside.display().to_string(),
        )
    }

    fn claim(&mut self, path: &Path) {
        self.claimed.insert(path.to_path_buf());
    }

    fn rewrote(&mut self, path: &Path, what: &'static str) -> Result<()> {
        self.rewrites.push(Rewrite {
            path: archive_path(self.prefix, path)?.to_string(),
            what,
        });
        Ok(())
    }

    fn check_nothing_is_left(&self) -> Result<()> {
        let left: Vec<String> = self
            .found
            .values()
            .filter(|found| found.kind != FileKind::Directory)
            .filter(|found| {
                !self.claimed.contains(&found.relative)
                    && !is_frame(found)
                    && !is_bytecode(&found.relative)
            })
            .map(|found| found.relative.display().to_string())
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        Err(Failure::build(format!(
            "{} in the virtualenv that no installed distribution owns",
            if left.len() == 1 { "there is a file".to_owned() } else { format!("there are {} files", left.len()) }
        ))
        .details(left.iter().take(20).cloned())
        .hint("an installer or a build script made them on the side: they would be lost or wrong on the host")
        .into())
    }
}

/// Returns whether a file in a `.dist-info` is about the build, and says nothing to the host.
fn is_builders_own(name: &str, on_disk: &Path, label: &str) -> Result<bool> {
    match name {
        // Which distributions were asked for by name: uv and pip do not agree, and nothing on the host installs any more.
        "REQUESTED" | "uv_build.json" | "uv_cache.json" => Ok(true),
        "direct_url.json" => match direct_url::origin(&fs::read(on_disk)?)
            .with_context(|| format!("reading direct_url.json of `{label}` failed"))?
        {
            Origin::Address => Ok(false),
            Origin::BuildMachine => Ok(true),
            Origin::Editable => Err(editable(label).into()),
        },
        _ => Ok(false),
    }
}

fn refuse_editable(file: &str, label: &str) -> Result<()> {
    let marked = file.starts_with("__editable__") || file.starts_with("_editable_impl_");
    if marked || file.ends_with(".egg-link") {
        return Err(editable(label).into());
    }
    Ok(())
}

fn editable(label: &str) -> Failure {
    Failure::build(format!("`{label}` is an editable install: its code stays in the source folder"))
        .hint("name the distribution in `packages`, or let `project = true` install the source as a wheel")
}

fn archive_path(prefix: &Prefix, path: &Path) -> Result<ArchivePath> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut bytes = prefix.inside().as_bytes().to_vec();
    bytes.push(b'/');
    bytes.extend_from_slice(path.as_os_str().as_bytes());
    ArchivePath::new(bytes).map_err(|error| anyhow::anyhow!("`{}`: {error}", path.display()))
}

fn path_bytes(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes()
}

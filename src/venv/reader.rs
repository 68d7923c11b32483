//! Reads installed distributions from the stage, each file with the [fix-up](super::fix_up) that it needs.
//!
//! What cannot go into a package is collected on the way, so that all of it is said at once.

use super::Rewrite;
use super::digests::Digests;
use super::distribution::{self, InstalledFile};
use super::frame::is_bytecode;
use super::installed::{Installed, Listing, Taken};
use super::paths::{archive_path, lexical, record_path};
use super::relocate::entry_points::{self, EntryPoint};
use super::relocate::record::{self, Row};
use super::unfit::{LinkFault, Reason, Unfit, is_editable};
use crate::deb::Content;
use crate::recipe::Prefix;
use crate::sys::fs::{self, FileKind, Found};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Reads the stage; holds what has been seen.
pub(super) struct Reader<'a> {
    pub(super) found: BTreeMap<PathBuf, Found>,
    /// What stands in the files.
    pub(super) digests: Digests,
    /// The virtualenv in the stage.
    pub(super) root: &'a Path,
    pub(super) prefix: &'a Prefix,
    pub(super) site_packages: &'a Path,
    /// The tag of the bytecode that is taken; without one, none is.
    pub(super) cache_tag: Option<String>,
    /// Who owns a file, and its row.
    pub(super) claimed: BTreeMap<PathBuf, Claim>,
    pub(super) links: BTreeMap<PathBuf, String>,
    pub(super) rewrites: Vec<Rewrite>,
    pub(super) unfit: Vec<Unfit>,
}

/// Who has a file, and what is in it.
pub(super) struct Claim {
    owner: String,
    hash: String,
}

impl Reader<'_> {
    /// Returns the folders that describe distributions, each with what lists its files.
    pub(super) fn descriptions(&mut self) -> Vec<(PathBuf, Listing)> {
        let mut descriptions = Vec::new();
        for found in self.found.values() {
            let path = &found.relative;
            if found.kind != FileKind::Directory || path.parent() != Some(self.site_packages) {
                continue;
            }
            let extension = path.extension().and_then(std::ffi::OsStr::to_str);
            let listing = match extension {
                Some("dist-info") => Listing::Record,
                Some("egg-info") => Listing::InstalledFiles,
                _ => continue,
            };
            if self.found.contains_key(&path.join(listing.file_name())) {
                descriptions.push((path.clone(), listing));
            } else {
                self.unfit.push(Unfit::file(path, Reason::NoRecord));
            }
        }
        descriptions
    }

    /// Reads one distribution.
    pub(super) fn distribution(
        &mut self,
        folder: &Path,
        listing: Listing,
        project: Option<&str>,
    ) -> Result<Installed> {
        let label = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let read = |name: &str| fs::read(self.root.join(folder).join(name));
        let metadata_file = match listing {
            Listing::Record => "METADATA",
            Listing::InstalledFiles => "PKG-INFO",
        };
        let metadata =
            distribution::parse_metadata(&String::from_utf8_lossy(&read(metadata_file)?));
        let list = read(listing.file_name())?;
        let rows = match listing {
            Listing::Record => record::parse(&list)
                .with_context(|| format!("reading RECORD of `{label}` failed"))?,
            Listing::InstalledFiles => String::from_utf8_lossy(&list)
                .lines()
                .filter(|line| !line.is_empty())
                .map(|line| Row::bare(format!("{label}/{line}")))
                .collect(),
        };
        let mut scripts = if self.found.contains_key(&folder.join("entry_points.txt")) {
            let text = read("entry_points.txt")?;
            entry_points::scripts(&String::from_utf8_lossy(&text))
                .with_context(|| format!("reading entry_points.txt of `{label}` failed"))?
        } else {
            Vec::new()
        };
        let name = distribution::normalise(&metadata.name);
        if name == "pip" {
            self.add_versioned_pip(&mut scripts);
        }
        let mut installed = Installed {
            is_project: project == Some(name.as_str()),
            name,
            metadata,
            folder: folder.to_path_buf(),
            listing,
            files: BTreeMap::new(),
            other_rows: Vec::new(),
        };
        let list_path = folder.join(listing.file_name());
        self.claim(&list_path, &installed, String::new());
        for entry_point in &scripts {
            let path = PathBuf::from("bin").join(&entry_point.name);
            let script = entry_points::render(entry_point, self.prefix).into_bytes();
            self.rewrote(&path, "script written from entry_points.txt")?;
            let row = Row::of(self.record_path(&path), &script);
            let stated = row.hash.clone();
            self.take(
                &path,
                Content::Bytes(script),
                true,
                row,
                &stated,
                &mut installed,
            );
        }
        for row in rows {
            let Some(path) = self.resolve(&row.path) else {
                self.unfit
                    .push(Unfit::file(Path::new(&row.path), Reason::RecordOutside));
                continue;
            };
            if path == list_path || is_bytecode(&path) || installed.files.contains_key(&path) {
                continue;
            }
            self.read_file(&path, &row, &mut installed)?;
        }
        Ok(installed)
    }

    /// Takes one file that a list names, with its bytecode, and fixes it up if it needs that.
    fn read_file(&mut self, path: &Path, row: &Row, installed: &mut Installed) -> Result<()> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if is_editable(&name) {
            self.claim(path, installed, String::new());
            self.refuse_editable(installed);
            return Ok(());
        }
        let Some(found) = self.found.get(path) else {
            // virtualenv lists bytecode of pip that it has not made, at places where none is.
            if !name.as_bytes().ends_with(b".pyc") && name != "__pycache__" {
                self.unfit.push(Unfit::file(path, Reason::Missing));
            }
            return Ok(());
        };
        let (size, executable) = (found.size, found.executable);
        match found.kind {
            FileKind::File => {}
            FileKind::Link => {
                self.take_link(path)?;
                installed.other_rows.push(Row::bare(self.record_path(path)));
                return Ok(());
            }
            FileKind::Directory => return Ok(()),
            FileKind::Special => {
                self.claim(path, installed, String::new());
                self.unfit.push(Unfit::file(path, Reason::Special));
                return Ok(());
            }
        }
        if path.parent() == Some(&installed.folder)
            && self.is_builders_own(&name, path, installed)?
        {
            self.claim(path, installed, String::new());
            return self.rewrote(path, "removed: it is about the build");
        }
        let in_bin = path.parent() == Some(Path::new("bin"));
        let fixed = self.fix(path, &name, in_bin, installed)?;
        let own_path = self.record_path(path);
        let (content, new_row) = if let Some(fixed) = fixed {
            let row = Row::of(own_path, &fixed);
            (Content::Bytes(fixed), row)
        } else {
            let digest = self.digests.get(path).context("every file was read")?;
            let new_row = Row::with_digest(own_path, digest, size);
            if row.hash.starts_with("sha256=") && row.hash != new_row.hash {
                self.rewrote(path, "hash in RECORD corrected")?;
            }
            let path = self.root.join(path);
            (Content::OnDisk { path, size }, new_row)
        };
        let executable = executable || in_bin;
        self.take(path, content, executable, new_row, &row.hash, installed);
        self.read_bytecode(path, installed);
        Ok(())
    }

    /// Adds `pip3.11`, which pip's wheel does not name: installers write it beside `pip`, each with a text of its own.
    fn add_versioned_pip(&self, scripts: &mut Vec<EntryPoint>) {
        let pip = scripts.iter().find(|script| script.name == "pip").cloned();
        let python = self.site_packages.iter().nth(1).and_then(|it| it.to_str());
        let version = python.and_then(|it| it.strip_prefix("python"));
        let (Some(pip), Some(version)) = (pip, version) else {
            return;
        };
        let name = format!("pip{version}");
        let is_there = self.found.contains_key(&Path::new("bin").join(&name));
        if is_there && scripts.iter().all(|script| script.name != name) {
            scripts.push(EntryPoint { name, ..pip });
        }
    }

    /// Takes the bytecode that was compiled from `module`, if it was.
    fn read_bytecode(&mut self, module: &Path, installed: &mut Installed) {
        let Some(tag) = &self.cache_tag else { return };
        if module.extension().is_none_or(|extension| extension != "py") {
            return;
        }
        let stem = module.file_stem().unwrap_or_default().to_string_lossy();
        let path = module
            .with_file_name("__pycache__")
            .join(format!("{stem}.{tag}.pyc"));
        let Some(found) = self.found.get(&path) else {
            return;
        };
        let content = Content::OnDisk {
            path: self.root.join(&path),
            size: found.size,
        };
        let row = Row::bare(self.record_path(&path));
        self.take(&path, content, false, row, "", installed);
    }

    /// Gives a file to a distribution, unless another one has it: then both must have stated the same content, whichever of
    /// them the installer has left there.
    fn take(
        &mut self,
        path: &Path,
        content: Content,
        executable: bool,
        row: Row,
        stated: &str,
        installed: &mut Installed,
    ) {
        if let Some(claim) = self.claimed.get(path)
            && claim.owner != installed.name
        {
            if claim.hash != stated {
                let reason = Reason::TwoOwners(claim.owner.clone(), installed.name.clone());
                self.unfit.push(Unfit::file(path, reason));
            }
            installed.other_rows.push(row);
            return;
        }
        self.claim(path, installed, stated.to_owned());
        let file = InstalledFile {
            content,
            executable,
        };
        installed
            .files
            .insert(path.to_path_buf(), Taken { file, row });
    }

    /// Takes a link that stays inside the virtualenv.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn take_link(&mut self, path: &Path) -> Result<()> {
        let on_disk = self.root.join(path);
        let target = fs::read_link(&on_disk)?;
        let inside = match target.strip_prefix(self.root) {
            Ok(inside) => lexical(Path::new(""), inside),
            Err(_) if target.is_absolute() => None,
            Err(_) => lexical(path.parent().unwrap_or(Path::new("")), &target),
        };
        let shown = target.display().to_string();
        let fault = |fault| Unfit::file(path, Reason::Link(shown.clone(), fault));
        let there = fs::exists(&on_disk);
        match inside {
            None => self.unfit.push(fault(LinkFault::Outside)),
            Some(_) if !there => self.unfit.push(fault(LinkFault::Dangling)),
            Some(inside) => {
                let up = path.components().count().saturating_sub(1);
                let relative = "../".repeat(up) + &inside.display().to_string();
                let relative = if target.is_absolute() {
                    relative
                } else {
                    shown
                };
                self.links.insert(path.to_path_buf(), relative);
            }
        }
        Ok(())
    }

    fn claim(&mut self, path: &Path, installed: &Installed, hash: String) {
        let claim = Claim {
            owner: installed.name.clone(),
            hash,
        };
        self.claimed.entry(path.to_path_buf()).or_insert(claim);
    }

    pub(super) fn refuse_editable(&mut self, installed: &Installed) {
        self.unfit.push(Unfit {
            what: installed.name.clone(),
            reason: Reason::Editable,
        });
    }

    /// Turns a path of a RECORD, relative to site-packages, into one below the virtualenv.
    fn resolve(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let path = match path.strip_prefix(self.root) {
            Ok(inside) => return lexical(Path::new(""), inside),
            Err(_) => path,
        };
        lexical(self.site_packages, path)
    }

    /// Turns a path below the virtualenv into one as RECORD writes it.
    pub(super) fn record_path(&self, path: &Path) -> String {
        record_path(path, self.site_packages)
    }

    pub(super) fn rewrote(&mut self, path: &Path, what: &'static str) -> Result<()> {
        self.rewrites.push(Rewrite {
            path: archive_path(self.prefix, path)?.to_string(),
            what,
        });
        Ok(())
    }
}

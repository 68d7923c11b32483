//! The dpkg database of a system, and the folders of its dynamic linker: the edge of this stage.
//!
//! Which package owns a path is read from `/var/lib/dpkg/info/*.list`, with diversions. Packages name `/lib/x`, and where `/lib`
//! is a link to `usr/lib` the file is `/usr/lib/x`: both spellings are one here. `symbols` and `shlibs` files of a package are read
//! when one of its libraries is needed, after those that the administrator put in `/etc/dpkg`.

use super::diversions::Diversions;
use super::installed::{Candidate, Installed, Owner};
use super::{Abi, Shlibs, Symbols, elf, ld_so_conf, search_path};
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Folders of the linker that no file names (ld.so(8)); those of `ld.so.conf` stand between the first two and the last.
const FIRST: [&str; 2] = ["/lib", "/usr/lib"];
const LAST: [&str; 4] = ["/lib32", "/usr/lib32", "/lib64", "/usr/lib64"];

/// What a system has, read as it is asked for.
pub struct Dpkg {
    root: PathBuf,
    architecture: String,
    folders: Vec<String>,
    owners: RefCell<Option<BTreeMap<String, Vec<String>>>>,
    packages: RefCell<BTreeMap<String, Owner>>,
}

impl Dpkg {
    /// Takes the system at `root`, which is `/` but for tests.
    ///
    /// # Errors
    /// When `ld.so.conf` cannot be read.
    pub fn open(root: &Path, architecture: &str) -> Result<Self> {
        let mut folders: Vec<String> = FIRST.map(str::to_owned).to_vec();
        let mut seen = BTreeSet::new();
        read_conf(root, "/etc/ld.so.conf", &mut seen, &mut folders)?;
        folders.extend(LAST.map(str::to_owned));
        let mut unique = Vec::new();
        for folder in folders {
            if !unique.contains(&folder) {
                unique.push(folder);
            }
        }
        Ok(Dpkg {
            root: root.to_path_buf(),
            architecture: architecture.to_owned(),
            folders: unique,
            owners: RefCell::new(None),
            packages: RefCell::new(BTreeMap::new()),
        })
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Returns the packages that own a file, by the names of their lists (`libc6:amd64`).
    fn owners(&self, path: &str) -> Result<Vec<String>> {
        let mut owners = self.owners.borrow_mut();
        let owners = match owners.as_mut() {
            Some(owners) => owners,
            None => owners.insert(self.read_lists()?),
        };
        let mut places = vec![self.one_spelling(path)];
        if let Some(real) = self.real_path(path) {
            places.push(self.one_spelling(&real));
        }
        let found = places.iter().find_map(|place| owners.get(place));
        Ok(found.cloned().unwrap_or_default())
    }

    fn real_path(&self, path: &str) -> Option<String> {
        let real = fs::canonicalize(self.at(path)).ok()?;
        let root = fs::canonicalize(&self.root).ok()?;
        let below = real.strip_prefix(root).ok()?;
        Some(format!("/{}", below.to_str()?))
    }

    /// Returns the path with `/usr` in front where the first folder is a link into it (Policy 9.1.1).
    fn one_spelling(&self, path: &str) -> String {
        let first = path.trim_start_matches('/').split('/').next();
        let first = first.unwrap_or_default();
        let merged = first.starts_with("lib") && fs::is_link(&self.root.join(first));
        if merged {
            format!("/usr{path}")
        } else {
            path.to_owned()
        }
    }

    /// Reads which package owns which library; only paths with `.so` in their name matter.
    fn read_lists(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let info = self.at("/var/lib/dpkg/info");
        let diversions = self.at("/var/lib/dpkg/diversions");
        let diversions = if fs::is_file(&diversions) {
            Diversions::parse(&text(&diversions)?)
        } else {
            Diversions::default()
        };
        let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in fs::names_in(&info)? {
            let Some(package) = name.to_str().and_then(|name| name.strip_suffix(".list")) else {
                continue;
            };
            for path in text(&info.join(&name))?.lines() {
                let is_library = path
                    .rsplit('/')
                    .next()
                    .is_some_and(|name| name.contains(".so"));
                if is_library {
                    let place = self.one_spelling(diversions.place(path, package));
                    let packages = owners.entry(place).or_default();
                    if !packages.iter().any(|it| it == package) {
                        packages.push(package.to_owned());
                    }
                }
            }
        }
        Ok(owners)
    }

    fn package(&self, list: &str) -> Result<Owner> {
        if let Some(owner) = self.packages.borrow().get(list) {
            return Ok(owner.clone());
        }
        let architecture = &self.architecture;
        let owner = Owner {
            name: list.split(':').next().unwrap_or_default().to_owned(),
            symbols: self.parsed(
                &[
                    format!("/etc/dpkg/symbols/{list}.symbols.{architecture}"),
                    format!("/etc/dpkg/symbols/{list}.symbols"),
                    format!("/var/lib/dpkg/info/{list}.symbols"),
                ],
                Symbols::parse,
            )?,
            shlibs: self.parsed(
                &[
                    "/etc/dpkg/shlibs.override".to_owned(),
                    format!("/var/lib/dpkg/info/{list}.shlibs"),
                    "/etc/dpkg/shlibs.default".to_owned(),
                ],
                Shlibs::parse,
            )?,
        };
        let mut packages = self.packages.borrow_mut();
        packages.insert(list.to_owned(), owner.clone());
        Ok(owner)
    }

    fn parsed<T>(&self, paths: &[String], parse: impl Fn(&str) -> T) -> Result<Vec<Rc<T>>> {
        let mut parsed = Vec::new();
        for path in paths {
            let path = self.at(path);
            if fs::is_file(&path) {
                parsed.push(Rc::new(parse(&text(&path)?)));
            }
        }
        Ok(parsed)
    }
}

impl Installed for Dpkg {
    fn folders(&self) -> &[String] {
        &self.folders
    }

    fn find(&self, soname: &str, folders: &[String], abi: Abi) -> Result<Vec<Candidate>> {
        let paths = if soname.starts_with('/') {
            vec![search_path::normal(soname)]
        } else {
            let folders = folders.iter().chain(&self.folders);
            folders.map(|folder| format!("{folder}/{soname}")).collect()
        };
        let mut candidates = Vec::new();
        for path in paths {
            let file = self.at(&path);
            if !fs::is_file(&file) || elf::abi(&head(&file)?) != Some(abi) {
                continue;
            }
            let owners = self.owners(&path)?;
            let owners = owners.iter().map(|list| self.package(list));
            candidates.push(Candidate {
                path,
                owners: owners.collect::<Result<_>>()?,
            });
        }
        Ok(candidates)
    }
}

/// Returns the first bytes of a file.
fn head(path: &Path) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    fs::File::open(path)?
        .take(elf::HEADER)
        .read_to_end(&mut head)?;
    Ok(head)
}

fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).context("reading the dpkg database failed")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Adds the folders of a file of the linker, and of those that it includes; each file once.
fn read_conf(
    root: &Path,
    path: &str,
    seen: &mut BTreeSet<String>,
    folders: &mut Vec<String>,
) -> Result<()> {
    let file = root.join(path.trim_start_matches('/'));
    if !fs::is_file(&file) || !seen.insert(path.to_owned()) {
        return Ok(());
    }
    for line in ld_so_conf::parse(&text(&file)?) {
        match line {
            ld_so_conf::Line::Folder(folder) => folders.push(folder),
            ld_so_conf::Line::Include(patterns) => {
                for pattern in patterns {
                    let pattern = if pattern.starts_with('/') {
                        pattern
                    } else {
                        format!("/etc/{pattern}")
                    };
                    let (folder, names) = pattern.rsplit_once('/').unwrap_or_default();
                    for name in fs::names_in(&root.join(folder.trim_start_matches('/')))? {
                        let name = name.to_string_lossy();
                        if ld_so_conf::fits(names, &name) {
                            read_conf(root, &format!("{folder}/{name}"), seen, folders)?;
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

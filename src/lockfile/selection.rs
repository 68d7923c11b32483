//! From what a lock names to what the installers are told: one file of each distribution, by its hash.
//!
//! A wheel that fits is taken before a source distribution, and the best before the others: both installers are left no
//! choice. Files come from the indexes of the recipe and of the machine, never from an address that only the lock has: a hash
//! is as good from everywhere.

use super::files::{Hash, LockedFile};
use super::{At, Locked, Origin, Target};
use crate::failure::Failure;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::Path;

/// What is installed, in the words of requirements files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Lines for wheels, each with its hash.
    pub wheels: Vec<String>,
    /// Lines for source distributions, each with its hash.
    pub sdists: Vec<String>,
    /// What has no hash: repositories at a commit, folders of the source.
    pub unhashed: Vec<Unhashed>,
    /// Addresses of indexes that the lock names.
    pub indexes: BTreeSet<String>,
    /// What is built on this machine: names, and from what.
    pub built: Vec<(String, SourceKind)>,
}

/// A distribution that is fetched without a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unhashed {
    /// The requirement.
    pub requirement: String,
}

/// What a wheel is built from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A source distribution.
    Sdist,
    /// A repository at a commit.
    Git,
    /// A folder of the source.
    Folder,
}

/// Chooses the files. `file_address` makes an address of a path below the lock's folder.
///
/// # Errors
/// When nothing of a distribution fits the target, or has no hash.
pub fn select(
    lock: &str,
    locked: &[Locked],
    target: &Target,
    file_address: &dyn Fn(&str) -> String,
) -> Result<Selection, Failure> {
    let mut selection = Selection::default();
    for locked in locked {
        selection.add(lock, locked, target, file_address)?;
    }
    Ok(selection)
}

impl Selection {
    fn add(
        &mut self,
        lock: &str,
        locked: &Locked,
        target: &Target,
        file_address: &dyn Fn(&str) -> String,
    ) -> Result<(), Failure> {
        let name = &locked.name;
        let no_hash = || {
            Failure::build(format!(
                "`{lock}` has no hash of `{name}` that proves anything"
            ))
            .hint("lock again with a tool that writes SHA-256")
        };
        match &locked.origin {
            Origin::Index { address, files } => {
                self.indexes.extend(address.clone());
                let version = locked.version.as_deref().unwrap_or_default();
                let (file, is_wheel) = choose(files, target)
                    .ok_or_else(|| nothing_fits(lock, name, version, files, target))?;
                if version.is_empty() || file.hashes.is_empty() {
                    return Err(no_hash());
                }
                let what = match &file.path {
                    Some(path) => format!("{name} @ {}", file_address(path)),
                    None => format!("{name}=={version}"),
                };
                let line = what + &options(&file.hashes);
                self.put(name, line, is_wheel);
            }
            Origin::File {
                at,
                hashes,
                subdirectory,
            } => {
                if hashes.is_empty() {
                    return Err(no_hash());
                }
                let address = match at {
                    At::Address(address) => address.clone(),
                    At::Path(path) => file_address(path),
                };
                let address = address.split('#').next().unwrap_or_default();
                let name_of_file = super::files::name_of(address);
                let is_wheel = Path::new(&name_of_file)
                    .extension()
                    .is_some_and(|it| it == "whl");
                let within = within(subdirectory.as_deref());
                let line = format!("{name} @ {address}{within}{}", options(hashes));
                self.put(name, line, is_wheel);
            }
            Origin::Git {
                address,
                commit,
                subdirectory,
            } => {
                let is_id = matches!(commit.len(), 40 | 64)
                    && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
                if !is_id {
                    return Err(Failure::build(format!(
                        "`{lock}` takes `{name}` from a repository without the full id of a commit"
                    ))
                    .hint("lock again"));
                }
                let address = address.strip_prefix("git+").unwrap_or(address);
                let within = within(subdirectory.as_deref());
                self.unhashed.push(Unhashed {
                    requirement: format!("{name} @ git+{address}@{commit}{within}"),
                });
                self.built.push((name.clone(), SourceKind::Git));
            }
            Origin::Folder(path) => {
                self.unhashed.push(Unhashed {
                    requirement: format!("{name} @ {}", file_address(path)),
                });
                self.built.push((name.clone(), SourceKind::Folder));
            }
        }
        Ok(())
    }

    fn put(&mut self, name: &str, line: String, is_wheel: bool) {
        if is_wheel {
            self.wheels.push(line);
        } else {
            self.sdists.push(line);
            self.built.push((name.to_owned(), SourceKind::Sdist));
        }
    }
}

fn within(subdirectory: Option<&str>) -> String {
    subdirectory.map_or_else(String::new, |path| format!("#subdirectory={path}"))
}

fn options(hashes: &[Hash]) -> String {
    let mut hashes: Vec<_> = hashes.iter().map(Hash::option).collect();
    hashes.sort();
    hashes.concat()
}

/// Returns the best wheel, else the source distribution; and whether it is a wheel.
fn choose<'a>(files: &'a [LockedFile], target: &Target) -> Option<(&'a LockedFile, bool)> {
    let ranked = files
        .iter()
        .filter_map(|file| Some((target.rank(&file.name)?, Reverse(build(&file.name)), file)));
    let wheel = ranked.min_by(|a, b| (a.0, &a.1, &a.2.name).cmp(&(b.0, &b.1, &b.2.name)));
    if let Some((_, _, file)) = wheel {
        return Some((file, true));
    }
    let is_sdist = |file: &&LockedFile| {
        let name = &file.name;
        [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    files.iter().find(is_sdist).map(|file| (file, false))
}

/// Returns the build number of a wheel's name (PEP 427): of two that fit alike the later build is taken.
fn build(name: &str) -> u64 {
    let parts: Vec<_> = name.split('-').collect();
    let [_, _, build, _, _, _] = parts.as_slice() else {
        return 0;
    };
    let end = build.find(|c: char| !c.is_ascii_digit());
    build[..end.unwrap_or(build.len())].parse().unwrap_or(0)
}

fn nothing_fits(
    lock: &str,
    name: &str,
    version: &str,
    files: &[LockedFile],
    target: &Target,
) -> Failure {
    Failure::build(format!(
        "`{lock}` has no file of `{name} {version}` that fits Python 3.{} on {} with glibc 2.{}",
        target.minor, target.machine, target.glibc
    ))
    .details(files.iter().take(20).map(|file| file.name.clone()))
    .hint("lock for this platform too, or choose a version that has a source distribution or a wheel for it")
}

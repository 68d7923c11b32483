//! `pylock.toml` (PEP 751, lock-version 1).

use super::files::{Hash, LockedFile, check_address, checked_path, inner_path, name_of};
use super::name::normal;
use super::{At, Locked, Origin, Question, check_python, fault, meets, parsed, unknown_extra};
use crate::failure::Failure;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Pylock {
    lock_version: String,
    requires_python: Option<String>,
    #[serde(default)]
    environments: Vec<String>,
    #[serde(default)]
    extras: Vec<String>,
    #[serde(default)]
    default_groups: Vec<String>,
    #[serde(default)]
    packages: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Package {
    name: String,
    version: Option<String>,
    marker: Option<String>,
    requires_python: Option<String>,
    index: Option<String>,
    vcs: Option<Vcs>,
    directory: Option<Directory>,
    archive: Option<File>,
    sdist: Option<File>,
    #[serde(default)]
    wheels: Vec<File>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Vcs {
    r#type: String,
    url: Option<String>,
    commit_id: String,
    subdirectory: Option<String>,
}

#[derive(Deserialize)]
struct Directory {
    path: String,
    subdirectory: Option<String>,
}

#[derive(Deserialize)]
struct File {
    name: Option<String>,
    url: Option<String>,
    path: Option<String>,
    subdirectory: Option<String>,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

impl File {
    fn hashes(&self) -> Vec<Hash> {
        let hashes = self.hashes.iter();
        hashes
            .filter_map(|(algorithm, digits)| Hash::of(algorithm, digits))
            .collect()
    }

    /// Returns the file of a distribution. One with an address is asked from the index, which gives the same or nothing; so is one outside of
    /// the source, as `find-links` made it, which whoever builds has somewhere else.
    fn file(&self, question: &Question<'_>, of: &str) -> Result<LockedFile, Failure> {
        let path = self.path.as_ref().filter(|_| self.url.is_none());
        let place = self.url.as_ref().or(self.path.as_ref());
        let name = self.name.clone().or_else(|| place.map(|it| name_of(it)));
        Ok(LockedFile {
            name: name.ok_or_else(|| nowhere(question, of))?,
            hashes: self.hashes(),
            path: path.and_then(|path| inner_path(path)),
        })
    }
}

fn nowhere(question: &Question<'_>, name: &str) -> Failure {
    fault(question, format!("does not say where `{name}` is"))
        .hint("write it anew with a tool that follows PEP 751")
}

pub(super) fn read(question: &Question<'_>) -> Result<Vec<Locked>, Failure> {
    let lock: Pylock = parsed(question, question.text, question.name)?;
    if lock.lock_version != "1" && !lock.lock_version.starts_with("1.") {
        return Err(fault(
            question,
            format!("is of lock-version {}, and 1.0 is known", lock.lock_version),
        )
        .hint("write it anew with a tool that writes lock-version 1.0"));
    }
    if let Some(wanted) = &lock.requires_python {
        check_python(
            question,
            super::version::fits_all(question.python, wanted),
            wanted,
        )?;
    }
    let known: Vec<String> = lock.extras.iter().map(|it| normal(it)).collect();
    for extra in question.extras {
        // uv's export has chosen its extras already, and names none.
        if !known.contains(extra) {
            return Err(unknown_extra(question, extra, known.iter()));
        }
    }
    let mut environment = question.environment.clone();
    environment.extras.clone_from(question.extras);
    environment.groups = lock.default_groups.iter().map(|it| normal(it)).collect();
    let mut is_for_us = lock.environments.is_empty();
    for marker in &lock.environments {
        is_for_us |= meets(question, &environment, Some(marker), "environments")?;
    }
    if !is_for_us {
        return Err(fault(question, "is for other machines than the target")
            .details(lock.environments)
            .hint("lock for Linux and the Python of the target release"));
    }
    let mut locked = Vec::new();
    for package in &lock.packages {
        if meets(
            question,
            &environment,
            package.marker.as_deref(),
            &package.name,
        )? {
            if let Some(wanted) = &package.requires_python {
                check_python(
                    question,
                    super::version::fits_all(question.python, wanted),
                    wanted,
                )?;
            }
            locked.extend(package.locked(question)?);
        }
    }
    Ok(locked)
}

impl Package {
    /// Returns what is installed; nothing for the project itself.
    fn locked(&self, question: &Question<'_>) -> Result<Option<Locked>, Failure> {
        let name = normal(&self.name);
        let origin = if let Some(vcs) = &self.vcs {
            if vcs.r#type != "git" {
                return Err(fault(
                    question,
                    format!("takes `{name}` from {}, and only git is known", vcs.r#type),
                )
                .hint("depend on a release of it, or on a repository of git"));
            }
            let address = vcs.url.clone().ok_or_else(|| {
                fault(
                    question,
                    format!("has no address of the repository of `{name}`"),
                )
            })?;
            check_address(question, &name, &address)?;
            Origin::Git {
                address,
                commit: vcs.commit_id.clone(),
                subdirectory: vcs.subdirectory.clone(),
            }
        } else if let Some(directory) = &self.directory {
            let path = match &directory.subdirectory {
                Some(inner) => format!("{}/{inner}", directory.path),
                None => directory.path.clone(),
            };
            let path = checked_path(question, &name, &path)?;
            if path.is_empty() {
                return Ok(None);
            }
            Origin::Folder(path)
        } else if let Some(archive) = &self.archive {
            let at = match (&archive.url, &archive.path) {
                (Some(address), _) => {
                    check_address(question, &name, address)?;
                    At::Address(address.clone())
                }
                (None, Some(path)) => At::Path(checked_path(question, &name, path)?),
                (None, None) => return Err(nowhere(question, &name)),
            };
            Origin::File {
                at,
                hashes: archive.hashes(),
                subdirectory: archive.subdirectory.clone(),
            }
        } else {
            let files = self.wheels.iter().chain(&self.sdist);
            if let Some(index) = &self.index {
                check_address(question, &name, index)?;
            }
            Origin::Index {
                address: self.index.clone(),
                files: files
                    .map(|file| file.file(question, &name))
                    .collect::<Result<_, _>>()?,
            }
        };
        Ok(Some(Locked {
            name,
            version: self.version.clone(),
            origin,
        }))
    }
}

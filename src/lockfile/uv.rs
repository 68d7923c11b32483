//! `uv.lock`, version 1: a graph that is walked from the project.
//!
//! uv does not document the file; what is read here is what uv 0.13 and older write, and a test holds the result against
//! `uv export`. A dependency is followed when its marker holds for the target; its extras add their own dependencies.

use super::files::{Hash, LockedFile, check_address, checked_path, name_of};
use super::name::normal;
use super::{
    At, Environment, Locked, Origin, Question, check_python, fault, lock_again, meets, parsed,
    unknown_extra,
};
use crate::failure::Failure;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct UvLock {
    version: u32,
    requires_python: Option<String>,
    #[serde(default)]
    manifest: Manifest,
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Default, Deserialize)]
struct Manifest {
    #[serde(default)]
    members: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Package {
    name: String,
    version: Option<String>,
    source: Source,
    #[serde(default)]
    dependencies: Vec<Dependency>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, Vec<Dependency>>,
    sdist: Option<File>,
    #[serde(default)]
    wheels: Vec<File>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    #[serde(default)]
    provides_extras: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
struct Source {
    registry: Option<String>,
    git: Option<String>,
    url: Option<String>,
    path: Option<String>,
    directory: Option<String>,
    editable: Option<String>,
    r#virtual: Option<String>,
    subdirectory: Option<String>,
}

#[derive(Deserialize)]
struct File {
    url: Option<String>,
    path: Option<String>,
    filename: Option<String>,
    hash: Option<String>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    version: Option<String>,
    source: Option<Source>,
    #[serde(default)]
    extra: Vec<String>,
    marker: Option<String>,
}

pub(super) fn read(question: &Question<'_>) -> Result<Vec<Locked>, Failure> {
    let lock: UvLock = parsed(question, question.text, question.name)?;
    if lock.version != 1 {
        return Err(fault(
            question,
            format!("is of version {}, and 1 is known", lock.version),
        )
        .hint("export it with `uv export --format pylock.toml`, and name that in `lock`"));
    }
    if let Some(wanted) = &lock.requires_python {
        check_python(
            question,
            super::version::fits_all(question.python, wanted),
            wanted,
        )?;
    }
    let mut walk = Walk {
        question,
        lock: &lock,
        environment: question.environment.clone(),
        seen: BTreeSet::new(),
        waiting: VecDeque::new(),
    };
    let roots = walk.roots()?;
    walk.check_extras(&roots)?;
    for root in roots {
        walk.enter(root, None);
        for extra in question.extras {
            walk.enter(root, Some(extra.clone()));
        }
    }
    walk.go()?;
    let mut found: BTreeSet<usize> = walk.seen.iter().map(|(package, _)| *package).collect();
    found.retain(|package| !lock.package[*package].is_project());
    found
        .into_iter()
        .filter_map(|package| lock.package[package].locked(question).transpose())
        .collect()
}

struct Walk<'a> {
    question: &'a Question<'a>,
    lock: &'a UvLock,
    environment: Environment,
    /// Packages, each alone or with one of its extras.
    seen: BTreeSet<(usize, Option<String>)>,
    waiting: VecDeque<(usize, Option<String>)>,
}

impl Walk<'_> {
    /// Returns the project; in a workspace that has none of its own, every member.
    fn roots(&self) -> Result<Vec<usize>, Failure> {
        let packages = || self.lock.package.iter().enumerate();
        let own = packages().find(|(_, package)| package.is_project());
        let roots: Vec<usize> = match own {
            Some((at, _)) => vec![at],
            None => packages()
                .filter(|(_, package)| self.lock.manifest.members.contains(&package.name))
                .map(|(at, _)| at)
                .collect(),
        };
        if roots.is_empty() {
            return Err(fault(
                self.question,
                "names no project that things are installed for",
            )
            .hint(lock_again(self.question.kind)));
        }
        Ok(roots)
    }

    /// Refuses extras that no root has, and lets the markers of those and of roots that exclude others hold.
    fn check_extras(&mut self, roots: &[usize]) -> Result<(), Failure> {
        let packages = || roots.iter().map(|root| &self.lock.package[*root]);
        let known = |package: &Package| -> Vec<String> {
            let names = package.optional_dependencies.keys();
            names
                .chain(&package.metadata.provides_extras)
                .map(|it| normal(it))
                .collect()
        };
        let all: BTreeSet<String> = packages().flat_map(known).collect();
        // A member that excludes another one is named in markers by itself, and each of its extras with it.
        let mut markers: BTreeSet<String> = packages()
            .map(|it| format!("project-{}-{}", it.name.len(), it.name))
            .collect();
        for extra in self.question.extras {
            if !all.contains(extra) {
                return Err(unknown_extra(self.question, extra, all.iter()));
            }
            markers.extend(
                packages().map(|it| format!("extra-{}-{}-{extra}", it.name.len(), it.name)),
            );
        }
        self.environment.extras = markers;
        Ok(())
    }

    fn enter(&mut self, package: usize, extra: Option<String>) {
        if self.seen.insert((package, extra.clone())) {
            self.waiting.push_back((package, extra));
        }
    }

    fn go(&mut self) -> Result<(), Failure> {
        while let Some((at, extra)) = self.waiting.pop_front() {
            let package = &self.lock.package[at];
            let dependencies = match &extra {
                None => Some(&package.dependencies),
                Some(extra) => package
                    .optional_dependencies
                    .iter()
                    .find(|(name, _)| normal(name) == *extra)
                    .map(|(_, dependencies)| dependencies),
            };
            for dependency in dependencies.into_iter().flatten() {
                let marker = dependency.marker.as_deref();
                if !meets(self.question, &self.environment, marker, &dependency.name)? {
                    continue;
                }
                let target = self.find(dependency)?;
                self.enter(target, None);
                for extra in &dependency.extra {
                    self.enter(target, Some(normal(extra)));
                }
            }
        }
        Ok(())
    }

    fn find(&self, dependency: &Dependency) -> Result<usize, Failure> {
        let is_meant = |package: &Package| {
            package.name == dependency.name
                && (dependency.version.is_none() || dependency.version == package.version)
                && dependency
                    .source
                    .as_ref()
                    .is_none_or(|it| *it == package.source)
        };
        self.lock.package.iter().position(is_meant).ok_or_else(|| {
            fault(
                self.question,
                format!("needs `{}`, and does not say which", dependency.name),
            )
            .hint(lock_again(self.question.kind))
        })
    }
}

impl Package {
    /// Returns whether it is the project at the lock's own folder.
    fn is_project(&self) -> bool {
        [
            &self.source.editable,
            &self.source.r#virtual,
            &self.source.directory,
        ]
        .into_iter()
        .flatten()
        .any(|path| path == ".")
    }

    /// Returns what is installed; nothing for a member of the workspace that has no code of its own.
    fn locked(&self, question: &Question<'_>) -> Result<Option<Locked>, Failure> {
        let name = normal(&self.name);
        let source = &self.source;
        if source.r#virtual.is_some() {
            return Ok(None);
        }
        let origin = if let Some(registry) = &source.registry {
            let address = registry.contains("://").then(|| registry.clone());
            if let Some(address) = &address {
                check_address(question, &name, address)?;
            }
            let files = self.wheels.iter().chain(&self.sdist);
            Origin::Index {
                address,
                files: files.filter_map(File::file).collect(),
            }
        } else if let Some(git) = &source.git {
            // `https://…/x.git?rev=main&subdirectory=a#COMMIT`
            let (place, commit) = git.rsplit_once('#').unwrap_or((git, ""));
            let (address, query) = place.split_once('?').unwrap_or((place, ""));
            check_address(question, &name, address)?;
            let subdirectory = query
                .split('&')
                .find_map(|pair| pair.strip_prefix("subdirectory="))
                .map(str::to_owned);
            Origin::Git {
                address: address.to_owned(),
                commit: commit.to_owned(),
                subdirectory: subdirectory.or_else(|| source.subdirectory.clone()),
            }
        } else if let Some(place) = source.url.as_ref().or(source.path.as_ref()) {
            let at = match &source.url {
                Some(address) => {
                    check_address(question, &name, address)?;
                    At::Address(address.clone())
                }
                None => At::Path(checked_path(question, &name, place)?),
            };
            let files = self.wheels.iter().chain(&self.sdist);
            Origin::File {
                at,
                hashes: files.filter_map(File::hash).collect(),
                subdirectory: source.subdirectory.clone(),
            }
        } else {
            let path = source.directory.as_ref().or(source.editable.as_ref());
            let path = path.ok_or_else(|| {
                fault(question, format!("does not say where `{name}` comes from"))
            })?;
            Origin::Folder(checked_path(question, &name, path)?)
        };
        Ok(Some(Locked {
            name,
            version: self.version.clone(),
            origin,
        }))
    }
}

impl File {
    fn hash(&self) -> Option<Hash> {
        Hash::parse(self.hash.as_deref()?)
    }

    fn file(&self) -> Option<LockedFile> {
        let place = self.url.as_ref().or(self.path.as_ref());
        let name = self
            .filename
            .clone()
            .or_else(|| place.map(|it| name_of(it)))?;
        Some(LockedFile {
            name,
            hashes: self.hash().into_iter().collect(),
            path: None,
        })
    }
}

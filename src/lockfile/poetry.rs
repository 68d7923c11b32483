//! `poetry.lock`, lock versions 2.0 and 2.1 (Poetry 1.5 and newer).
//!
//! 2.1 says of each package when it is installed, with groups and markers. 2.0 does not: there the graph is walked from
//! `pyproject.toml`.

use super::files::{Hash, LockedFile, check_address, checked_path};
use super::name::{Wanted, normal};
use super::root::{self, Edge, OneOrMany};
use super::{
    At, Locked, Origin, Question, check_python, constraint, fault, lock_again, meets, parsed,
    unknown_extra,
};
use crate::failure::Failure;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The group of what the project itself needs.
const MAIN: &str = "main";

#[derive(Deserialize)]
struct PoetryLock {
    #[serde(default)]
    package: Vec<Package>,
    #[serde(default)]
    extras: BTreeMap<String, Vec<String>>,
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    lock_version: String,
    python_versions: Option<String>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    groups: Vec<String>,
    markers: Option<Markers>,
    #[serde(default)]
    files: Vec<File>,
    #[serde(default)]
    dependencies: BTreeMap<String, OneOrMany>,
    source: Option<Source>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Markers {
    All(String),
    ByGroup(BTreeMap<String, String>),
}

#[derive(Deserialize)]
struct File {
    file: String,
    hash: String,
}

#[derive(Deserialize)]
struct Source {
    r#type: String,
    url: String,
    resolved_reference: Option<String>,
    subdirectory: Option<String>,
}

pub(super) fn read(question: &Question<'_>) -> Result<Vec<Locked>, Failure> {
    let lock: PoetryLock = parsed(question, question.text, question.name)?;
    let has_markers = match lock.metadata.lock_version.as_str() {
        "2.1" => true,
        "2.0" => false,
        other => {
            return Err(fault(
                question,
                format!("is of lock version {other}, and 2.0 and 2.1 are known"),
            )
            .hint(lock_again(question.kind)));
        }
    };
    if let Some(wanted) = &lock.metadata.python_versions {
        check_python(question, constraint::fits(question.python, wanted), wanted)?;
    }
    for extra in question.extras {
        if !lock.extras.keys().any(|known| normal(known) == *extra) {
            return Err(unknown_extra(question, extra, lock.extras.keys()));
        }
    }
    let packages = if has_markers {
        lock.marked(question)?
    } else {
        lock.walked(question)?
    };
    packages
        .into_iter()
        .filter_map(|package| package.locked(question).transpose())
        .collect()
}

impl PoetryLock {
    /// Returns what is installed by the groups and markers of the packages.
    fn marked(&self, question: &Question<'_>) -> Result<Vec<&Package>, Failure> {
        let mut environment = question.environment.clone();
        environment.extras.clone_from(question.extras);
        let mut packages = Vec::new();
        for package in &self.package {
            let marker = match &package.markers {
                Some(Markers::All(marker)) => Some(marker.as_str()),
                Some(Markers::ByGroup(markers)) => markers.get(MAIN).map(String::as_str),
                None => None,
            };
            if package.groups.iter().any(|group| group == MAIN)
                && meets(question, &environment, marker, &package.name)?
            {
                packages.push(package);
            }
        }
        Ok(packages)
    }

    /// Returns what is installed by walking from the project.
    fn walked(&self, question: &Question<'_>) -> Result<Vec<&Package>, Failure> {
        let extras = self.extras.iter();
        let by_extras: BTreeSet<String> = extras
            .filter(|(extra, _)| question.extras.contains(&normal(extra)))
            .flat_map(|(_, names)| names)
            .map(|text| Wanted::parse(text).name)
            .collect();
        let roots = root::edges(question)?.into_iter();
        let mut waiting: VecDeque<(Edge, Option<String>)> = roots
            .filter(|edge| !edge.optional || by_extras.contains(&edge.wanted.name))
            .map(|edge| (edge, None))
            .collect();
        let mut seen: BTreeSet<(usize, Option<String>)> = BTreeSet::new();
        while let Some((edge, extra)) = waiting.pop_front() {
            if !holds(question, &edge, extra)? {
                continue;
            }
            let found = self.find(question, &edge)?;
            let extras = edge.wanted.extras.iter().cloned().map(Some);
            for extra in [None].into_iter().chain(extras) {
                if seen.insert((found, extra.clone())) {
                    let edges = self.package[found].edges();
                    waiting.extend(edges.map(|edge| (edge, extra.clone())));
                }
            }
        }
        let chosen: BTreeSet<usize> = seen.into_iter().map(|(at, _)| at).collect();
        Ok(chosen.into_iter().map(|at| &self.package[at]).collect())
    }

    fn find(&self, question: &Question<'_>, edge: &Edge) -> Result<usize, Failure> {
        let is_meant = |package: &Package| {
            normal(&package.name) == edge.wanted.name
                && (package
                    .source
                    .as_ref()
                    .is_some_and(|it| it.r#type != "legacy")
                    || constraint::fits(&package.version, &edge.wanted.specifier).unwrap_or(false))
        };
        self.package.iter().position(is_meant).ok_or_else(|| {
            let Edge { wanted, .. } = edge;
            fault(
                question,
                format!("has no `{}` of version `{}`", wanted.name, wanted.specifier),
            )
            .hint("`pyproject.toml` has changed since: lock again with `poetry lock`")
        })
    }
}

/// Returns whether a dependency of a package with one of its extras is for the target.
fn holds(question: &Question<'_>, edge: &Edge, extra: Option<String>) -> Result<bool, Failure> {
    let mut environment = question.environment.clone();
    environment.extras.extend(extra);
    let python = edge.python.as_deref().unwrap_or("*");
    let is_for_python = constraint::fits(question.python, python).unwrap_or(true);
    let marker = Some(edge.wanted.marker.as_str());
    Ok(is_for_python && meets(question, &environment, marker, &edge.wanted.name)?)
}

impl Package {
    fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        let dependencies = self.dependencies.iter();
        dependencies.flat_map(|(name, all)| all.edges(name))
    }

    /// Returns what is installed; nothing for the project itself.
    fn locked(&self, question: &Question<'_>) -> Result<Option<Locked>, Failure> {
        let name = normal(&self.name);
        let files = self.files.iter().map(|file| LockedFile {
            name: file.file.clone(),
            hashes: Hash::parse(&file.hash).into_iter().collect(),
            path: None,
        });
        let files: Vec<_> = files.collect();
        let hashes = || files.iter().flat_map(|file| file.hashes.clone()).collect();
        let address = |source: &Source| -> Result<String, Failure> {
            check_address(question, &name, &source.url)?;
            Ok(source.url.clone())
        };
        let origin = match &self.source {
            None => Origin::Index {
                address: None,
                files,
            },
            Some(source) => match source.r#type.as_str() {
                "legacy" => Origin::Index {
                    address: Some(address(source)?),
                    files,
                },
                "git" => Origin::Git {
                    address: address(source)?,
                    commit: source.resolved_reference.clone().unwrap_or_default(),
                    subdirectory: source.subdirectory.clone(),
                },
                "url" => Origin::File {
                    at: At::Address(address(source)?),
                    hashes: hashes(),
                    subdirectory: source.subdirectory.clone(),
                },
                "file" => Origin::File {
                    at: At::Path(checked_path(question, &name, &source.url)?),
                    hashes: hashes(),
                    subdirectory: source.subdirectory.clone(),
                },
                "directory" => match checked_path(question, &name, &source.url)? {
                    path if path.is_empty() => return Ok(None),
                    path => Origin::Folder(path),
                },
                other => {
                    return Err(fault(
                        question,
                        format!("takes `{name}` from a source of type `{other}`"),
                    )
                    .hint(
                        "depend on it by an index, git, an address or a path in the repository",
                    ));
                }
            },
        };
        Ok(Some(Locked {
            name,
            version: Some(self.version.clone()),
            origin,
        }))
    }
}

//! What a project of Poetry depends on, by its `pyproject.toml`: lock version 2.0 does not say it.

use super::name::{Wanted, normal};
use super::{Question, parsed};
use crate::failure::Failure;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Pyproject {
    #[serde(default)]
    project: Project,
    #[serde(default)]
    tool: Tool,
}

#[derive(Default, Deserialize)]
struct Project {
    #[serde(default)]
    dependencies: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Tool {
    #[serde(default)]
    poetry: Poetry,
}

#[derive(Default, Deserialize)]
struct Poetry {
    #[serde(default)]
    dependencies: BTreeMap<String, OneOrMany>,
}

/// A dependency as Poetry writes it, here and in its lock.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    Many(Vec<Dependency>),
    One(Dependency),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Dependency {
    Version(String),
    Table(Detail),
}

#[derive(Deserialize)]
pub(super) struct Detail {
    version: Option<String>,
    markers: Option<String>,
    python: Option<String>,
    platform: Option<String>,
    #[serde(default)]
    extras: Vec<String>,
    #[serde(default)]
    optional: bool,
}

/// A dependency on some versions of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) wanted: Wanted,
    /// The Python that it is for, as a constraint of Poetry.
    pub(super) python: Option<String>,
    /// Whether only an extra brings it.
    pub(super) optional: bool,
}

impl OneOrMany {
    /// Returns the dependencies on the distribution `name`.
    pub(super) fn edges(&self, name: &str) -> Vec<Edge> {
        let all = match self {
            OneOrMany::Many(all) => all.as_slice(),
            OneOrMany::One(one) => std::slice::from_ref(one),
        };
        all.iter().map(|it| it.edge(name)).collect()
    }
}

impl Dependency {
    fn edge(&self, name: &str) -> Edge {
        let wanted = |specifier: &str, detail: Option<&Detail>| Wanted {
            name: normal(name),
            extras: detail
                .map(|it| it.extras.iter().map(|extra| normal(extra)).collect())
                .unwrap_or_default(),
            specifier: specifier.to_owned(),
            marker: detail.map(Detail::marker).unwrap_or_default(),
        };
        match self {
            Dependency::Version(version) => Edge {
                wanted: wanted(version, None),
                python: None,
                optional: false,
            },
            Dependency::Table(detail) => Edge {
                wanted: wanted(detail.version.as_deref().unwrap_or("*"), Some(detail)),
                python: detail.python.clone(),
                optional: detail.optional,
            },
        }
    }
}

impl Detail {
    fn marker(&self) -> String {
        let platform = self
            .platform
            .as_ref()
            .map(|platform| format!("sys_platform == '{platform}'"));
        let markers = self.markers.as_ref().map(|markers| format!("({markers})"));
        let all: Vec<_> = markers.into_iter().chain(platform).collect();
        all.join(" and ")
    }
}

/// Returns the dependencies of the project itself.
pub(super) fn edges(question: &Question<'_>) -> Result<Vec<Edge>, Failure> {
    let text = question.pyproject.unwrap_or_default();
    let file: Pyproject = parsed(question, text, "pyproject.toml")?;
    let of_project = file.project.dependencies.iter().map(|text| Edge {
        wanted: Wanted::parse(text),
        python: None,
        optional: false,
    });
    let of_poetry = file.tool.poetry.dependencies.iter();
    let of_poetry = of_poetry
        .filter(|(name, _)| *name != "python")
        .flat_map(|(name, all)| all.edges(name));
    Ok(of_project.chain(of_poetry).collect())
}

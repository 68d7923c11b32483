//! `pyproject.toml`: the tables `[project]` (PEP 621) and `[tool.poetry]`, and whether a wheel can be built (PEP 517).

use super::folder::Folder;
use super::metadata::Metadata;
use super::poetry::of_poetry;
use toml::{Table, Value};

/// The name of the file.
const FILE: &str = "pyproject.toml";

/// Reads the file; nothing when it is not there, is no TOML, or says nothing of a project. One that only names a build system
/// leaves its own name to the file that says the rest.
pub(super) fn read(folder: &Folder) -> Option<Metadata> {
    let document: Table = folder.text(FILE)?.parse().ok()?;
    let project = table(&document, &["project"]);
    let poetry = table(&document, &["tool", "poetry"]);
    let says_nothing = project.is_none() && poetry.is_none();
    if says_nothing && !document.contains_key("build-system") {
        return None;
    }
    let mut found = project.map(of_project).unwrap_or_default();
    if let Some(poetry) = poetry {
        found = super::metadata::join(vec![found, of_poetry(poetry)]);
    }
    if !says_nothing {
        FILE.clone_into(&mut found.file);
    }
    found.installable = is_installable(&document, poetry);
    found.version_tool = version_tool(&document);
    Some(found)
}

/// Returns what is wrong with the file, when it is there and is no TOML: `FILE:LINE:COLUMN` and the reason.
pub(super) fn problem(folder: &Folder) -> Option<String> {
    let text = folder.text(FILE)?;
    let error = text.parse::<Table>().err()?;
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    Some(format!("{FILE}:{line}:{column}: {}", error.message()))
}

fn table<'a>(document: &'a Table, path: &[&str]) -> Option<&'a Table> {
    path.iter()
        .try_fold(document, |table, key| table.get(*key)?.as_table())
}

pub(super) fn string(table: &Table, key: &str) -> Option<String> {
    table.get(key)?.as_str().map(str::to_owned)
}

pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

pub(super) fn keys(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

fn of_project(project: &Table) -> Metadata {
    let license = match project.get("license") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Table(table)) => string(table, "text"),
        _ => None,
    };
    let people = |key: &str| -> Vec<String> {
        project
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|person| {
                let person = person.as_table()?;
                Some(format!(
                    "{} <{}>",
                    string(person, "name")?,
                    string(person, "email")?
                ))
            })
            .collect()
    };
    Metadata {
        name: string(project, "name"),
        version: string(project, "version"),
        description: string(project, "description"),
        license: license.or_else(|| license_classifier(project)),
        homepage: project.get("urls").and_then(Value::as_table).and_then(page),
        people: [people("maintainers"), people("authors")].concat(),
        python: string(project, "requires-python"),
        dependencies: strings(project.get("dependencies")),
        extras: keys(project.get("optional-dependencies")),
        scripts: keys(project.get("scripts")),
        ..Metadata::default()
    }
}

fn license_classifier(project: &Table) -> Option<String> {
    strings(project.get("classifiers"))
        .into_iter()
        .find(|classifier| classifier.starts_with("License :: OSI Approved :: "))
}

/// Well-known labels are compared without case and punctuation (PEP 753).
fn page(urls: &Table) -> Option<String> {
    ["homepage", "source", "repository"]
        .iter()
        .find_map(|wanted| {
            urls.iter().find_map(|(label, address)| {
                let label: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
                (label.eq_ignore_ascii_case(wanted)).then(|| address.as_str().map(str::to_owned))?
            })
        })
}

/// Returns whether there is something that a wheel can be built of: a build system, or uv's and Poetry's word.
fn is_installable(document: &Table, poetry: Option<&Table>) -> bool {
    let flag = |path: &[&str], key: &str| {
        table(document, path)
            .and_then(|table| table.get(key))
            .and_then(Value::as_bool)
    };
    let package_mode = poetry
        .and_then(|poetry| poetry.get("package-mode"))
        .and_then(Value::as_bool);
    match package_mode.or_else(|| flag(&["tool", "uv"], "package")) {
        Some(said) => said,
        None => document.contains_key("build-system"),
    }
}

/// Tools that ask git for the version while a wheel is built.
const VERSION_TOOLS: &[&str] = &[
    "setuptools_scm",
    "setuptools-scm",
    "setuptools-git-versioning",
    "hatch-vcs",
    "poetry-dynamic-versioning",
    "versioningit",
    "pdm-backend-vcs",
];

fn version_tool(document: &Table) -> Option<String> {
    table(document, &["build-system"])
        .map(|build| strings(build.get("requires")))
        .unwrap_or_default()
        .iter()
        .find_map(|requirement| {
            VERSION_TOOLS
                .iter()
                .find(|tool| requirement.starts_with(**tool))
        })
        .map(|tool| (*tool).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    fn found(text: &str) -> Option<Metadata> {
        read(&folder("demo", &[(FILE, text)]))
    }

    #[test]
    fn a_project_says_what_it_is() {
        let text = r#"
[build-system]
requires = ["setuptools==84.2.1"]
[project]
name = "Demo_App"
version = "1.2"
description = "A small site."
license = { text = "MIT" }
requires-python = ">=3.11"
authors = [{ name = "Ada", email = "ada@example.org" }, { name = "Bob" }]
maintainers = [{ name = "Eve", email = "eve@example.org" }]
dependencies = ["flask>=3", 3]
optional-dependencies = { prod = ["gunicorn"] }
urls = { "Homepage" = "https://example.org" }
[project.scripts]
demo = "demo:main"
"#;
        assert_eq!(
            found(text),
            Some(Metadata {
                file: FILE.into(),
                name: Some("Demo_App".into()),
                version: Some("1.2".into()),
                version_tool: None,
                version_file: String::new(),
                description: Some("A small site.".into()),
                license: Some("MIT".into()),
                homepage: Some("https://example.org".into()),
                people: vec![
                    "Eve <eve@example.org>".into(),
                    "Ada <ada@example.org>".into()
                ],
                python: Some(">=3.11".into()),
                dependencies: vec!["flask>=3".into()],
                extras: vec!["prod".into()],
                scripts: vec!["demo".into()],
                installable: true,
            })
        );
    }

    #[test]
    fn what_says_nothing_of_a_project_is_none() {
        assert_eq!(found("[tool.black]\nline-length = 100\n"), None);
        assert_eq!(found("[project\n"), None);
        let broken = "[project]\nname = \"x\"\nversion = 1.\n";
        assert_eq!(
            problem(&folder("demo", &[(FILE, broken)])),
            Some("pyproject.toml:3:13: invalid fraction, expected digits".to_owned())
        );
        let bare = found("[project]\nname = \"x\"\n").expect("a project");
        assert!(!bare.installable);
        let scm = found(
            "[project]\nname = \"x\"\n[build-system]\nrequires = [\"hatchling\", \"hatch-vcs>=0.4\"]\n",
        );
        assert_eq!(
            scm.and_then(|found| found.version_tool).as_deref(),
            Some("hatch-vcs")
        );
    }
}

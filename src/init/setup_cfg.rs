//! `setup.cfg`: the sections `[metadata]` and `[options]` of setuptools' declarative configuration.

use super::folder::Folder;
use super::metadata::Metadata;

/// The name of the file.
const FILE: &str = "setup.cfg";

/// Reads the file; nothing when it is not there or says nothing of a project.
pub(super) fn read(folder: &Folder) -> Option<Metadata> {
    let values = values(folder.text(FILE)?);
    let get = |section: &str, key: &str| {
        values
            .iter()
            .find(|value| value.section == section && value.key == key)
            .map(|value| value.text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let lines = |section: &str, key: &str| -> Vec<String> {
        get(section, key)
            .map(|text| text.lines().map(|line| line.trim().to_owned()).collect())
            .unwrap_or_default()
    };
    let name = get("metadata", "name")?;
    let license = get("metadata", "license").or_else(|| {
        lines("metadata", "classifiers")
            .into_iter()
            .find(|line| line.starts_with("License :: OSI Approved :: "))
    });
    let people = ["maintainer", "author"]
        .iter()
        .filter_map(|role| {
            let address = get("metadata", &format!("{role}_email"))?;
            Some(format!("{} <{address}>", get("metadata", role)?))
        })
        .collect();
    Some(Metadata {
        file: FILE.to_owned(),
        name: Some(name),
        // `attr:` and `file:` name a place, not a version.
        version: get("metadata", "version").filter(|version| !version.contains(':')),
        description: get("metadata", "description"),
        license,
        homepage: get("metadata", "url"),
        people,
        python: get("options", "python_requires"),
        dependencies: lines("options", "install_requires"),
        extras: values
            .iter()
            .filter(|value| value.section == "options.extras_require")
            .map(|value| value.key.clone())
            .collect(),
        scripts: lines("options.entry_points", "console_scripts")
            .iter()
            .filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()))
            .collect(),
        // Installers pass over a folder with neither of them.
        installable: folder.has("setup.py") || folder.has("pyproject.toml"),
        ..Metadata::default()
    })
}

struct Value {
    section: String,
    key: String,
    text: String,
}

/// Reads what Python's `configparser` reads: keys at the start of a line, their further lines indented.
fn values(text: &str) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    let mut section = String::new();
    let mut is_open = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        if is_open && line.starts_with([' ', '\t']) {
            if let Some(value) = values.last_mut().filter(|_| !trimmed.is_empty()) {
                value.text.push('\n');
                value.text.push_str(trimmed);
            }
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            name.trim().clone_into(&mut section);
            is_open = false;
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            values.push(Value {
                section: section.clone(),
                key: key.trim().to_lowercase().replace('-', "_"),
                text: value.trim().to_owned(),
            });
            is_open = true;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn the_declarative_configuration_is_read() {
        let text = "\
[metadata]
name = demo
version = 1.0
# a comment
description = A site
author = Ada
author-email = ada@example.org
classifiers =
    Framework :: Flask
    License :: OSI Approved :: MIT License

[options]
python_requires = >=3.11
install_requires =
    flask==3.1.3
    # why
    gunicorn==27.0.1
[options.entry_points]
console_scripts =
    demo = demo:main
[options.extras_require]
prod = x
";
        assert_eq!(
            read(&folder("demo", &[(FILE, text)])),
            Some(Metadata {
                file: FILE.into(),
                name: Some("demo".into()),
                version: Some("1.0".into()),
                description: Some("A site".into()),
                license: Some("License :: OSI Approved :: MIT License".into()),
                people: vec!["Ada <ada@example.org>".into()],
                python: Some(">=3.11".into()),
                dependencies: vec!["flask==3.1.3".into(), "gunicorn==27.0.1".into()],
                extras: vec!["prod".into()],
                scripts: vec!["demo".into()],
                ..Metadata::default()
            })
        );
    }

    #[test]
    fn a_file_for_other_tools_is_no_project() {
        assert_eq!(
            read(&folder("demo", &[(FILE, "[flake8]\nname = x\n")])),
            None
        );
        let moved = "[metadata]\nname = x\nversion = attr: x.__version__\n";
        let found = read(&folder("demo", &[(FILE, moved)])).expect("a project");
        assert_eq!(found.version, None);
    }
}

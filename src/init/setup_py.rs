//! `setup.py`: the literals among the arguments of `setup(…)`. The file is read, never run.
//!
//! # Limits
//! An argument is known when it is a literal, or a name that a literal is assigned to at the top of the file. Whatever is computed stays
//! unknown.

use super::folder::Folder;
use super::metadata::Metadata;
use super::python_text::{self, Statement, Token};

/// The name of the file.
const FILE: &str = "setup.py";

/// Reads the file; nothing when it is not there or does not call `setup`.
pub(super) fn read(folder: &Folder) -> Option<Metadata> {
    let statements = python_text::statements(folder.text(FILE)?);
    let call = statements
        .iter()
        .filter(|statement| !statement.has("def setup"))
        .find_map(|statement| statement.find("setup ("))?;
    let arguments = python_text::arguments(call);
    let value = |wanted: &str| {
        arguments
            .iter()
            .find(|(keyword, _)| *keyword == Some(wanted))
            .map(|(_, value)| resolve(value, &statements))
    };
    let text = |wanted: &str| value(wanted).and_then(python_text::text);
    let texts = |wanted: &str| {
        value(wanted)
            .and_then(python_text::texts)
            .unwrap_or_default()
    };
    let people = ["maintainer", "author"]
        .iter()
        .filter_map(|role| {
            let address = text(&format!("{role}_email"))?;
            Some(format!("{} <{address}>", text(role)?))
        })
        .collect();
    Some(Metadata {
        file: FILE.to_owned(),
        name: text("name"),
        version: text("version"),
        version_tool: value("use_scm_version").map(|_| "setuptools_scm".to_owned()),
        description: text("description"),
        license: text("license").or_else(|| {
            texts("classifiers")
                .into_iter()
                .find(|line| line.starts_with("License :: OSI Approved :: "))
        }),
        homepage: text("url"),
        people,
        python: text("python_requires"),
        dependencies: texts("install_requires"),
        installable: true,
        ..Metadata::default()
    })
}

/// Returns what a name stands for, when it is assigned once and for all at the top of the file.
fn resolve<'t, 'a>(value: &'t [Token<'a>], statements: &'t [Statement<'a>]) -> &'t [Token<'a>] {
    let [Token::Name(name)] = value else {
        return value;
    };
    let mut assigned = statements
        .iter()
        .filter_map(|statement| Some((statement.indent, statement.assignment()?)))
        .filter(|(_, (assigned, _))| assigned == name);
    match (assigned.next(), assigned.next()) {
        (Some((0, (_, literal))), None) => literal,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    fn found(text: &str) -> Option<Metadata> {
        read(&folder("demo", &[(FILE, text)]))
    }

    #[test]
    fn literals_are_taken_and_nothing_is_run() {
        let text = r#"
"""setup(name="not this")"""
import os, setuptools
VERSION = "1.0"
os.system("touch /tmp/this-was-run")
setuptools.setup(
    name="demo",
    version=VERSION,
    description=("A " "site"),
    long_description=open("README").read(),
    license="MIT", url="https://example.org",
    author="Ada", author_email="ada@example.org",
    install_requires=["flask==3.1.3", 'gunicorn>=27'],
    packages=setuptools.find_packages(),
)
"#;
        assert_eq!(
            found(text),
            Some(Metadata {
                file: FILE.into(),
                name: Some("demo".into()),
                version: Some("1.0".into()),
                description: Some("A site".into()),
                license: Some("MIT".into()),
                homepage: Some("https://example.org".into()),
                people: vec!["Ada <ada@example.org>".into()],
                dependencies: vec!["flask==3.1.3".into(), "gunicorn>=27".into()],
                installable: true,
                ..Metadata::default()
            })
        );
    }

    #[test]
    fn what_is_computed_stays_unknown() {
        let text = "v = '1'\nif x:\n    v = '2'\nn = name()\nsetup(name=n, version=v, description=f'{x}', install_requires=reqs())";
        let found = found(text).expect("a call");
        assert_eq!(
            (
                found.name,
                found.version,
                found.description,
                found.dependencies
            ),
            (None, None, None, vec![])
        );
        assert_eq!(
            super::read(&folder("demo", &[(FILE, "def setup(name):\n    pass\n")])),
            None
        );
    }
}

//! What there is to see in the folder of an app: names, texts, and what git says. A value that the command hands in.

use crate::source::GitFacts;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The folder of an app.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Where it is, absolute and without links.
    pub path: PathBuf,
    /// Where the recipe will be, absolute and without links: its paths start there.
    pub recipe_folder: PathBuf,
    /// Every file that was looked at, by its path in the folder; with its text where that was read.
    pub files: BTreeMap<String, Option<String>>,
    /// Those of the files that can be executed.
    pub programs: BTreeSet<String>,
    /// What git knows of it.
    pub git: GitFacts,
    /// The release of this machine and its Python, when packages can be built for it: `bookworm` and `3.11`.
    pub release: Option<(String, String)>,
}

impl Folder {
    /// Returns the text of a file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Returns whether there is such a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Returns whether there is a file below such a folder.
    pub(super) fn has_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        self.files
            .range(inside.clone()..)
            .next()
            .is_some_and(|(file, _)| file.starts_with(&inside))
    }

    /// Returns whether this is what `git clone --bare` makes (gitrepository-layout(5)).
    pub(super) fn is_bare_repository(&self) -> bool {
        self.git.checkout.is_none()
            && self.has("HEAD")
            && self.has("config")
            && (self.has_folder("refs") || self.has("packed-refs"))
    }

    /// Returns the folders that are submodules (gitmodules(5)).
    pub(super) fn submodules(&self) -> Vec<&str> {
        let text = self.text(".gitmodules").unwrap_or_default();
        text.lines()
            .filter_map(|line| {
                let (key, value) = line.split_once('=')?;
                let path = value.trim().trim_matches('"').trim_end_matches('/');
                (key.trim() == "path" && !path.is_empty()).then_some(path)
            })
            .collect()
    }

    /// Returns the files of Python that are the app itself, and neither its tests nor its documents, those nearest to the top
    /// first.
    pub(super) fn python(&self) -> Vec<(&str, &str)> {
        let mut found: Vec<(&str, &str)> = self
            .files
            .iter()
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
            .filter(|(path, _)| is_python(path) && is_the_app(path))
            .collect();
        found.sort_by_key(|(path, _)| (path.matches('/').count(), *path));
        found
    }

    /// Returns the last part of the folder's path.
    pub(super) fn name(&self) -> String {
        self.path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }
}

/// Names that Python cannot import, and those that would need quoting in a command, are nobody's module.
fn is_python(path: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    path.strip_suffix(".py").is_some_and(|stem| {
        stem.split('/')
            .all(|part| !part.is_empty() && part.bytes().all(fits))
    })
}

fn is_the_app(path: &str) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    let (name, folders) = parts.split_last().unwrap_or((&"", &[]));
    let other = [
        "test",
        "tests",
        "testing",
        "doc",
        "docs",
        "example",
        "examples",
        "migrations",
    ];
    !folders.iter().any(|folder| other.contains(folder))
        && !name.starts_with("test_")
        && !["conftest.py", "setup.py", "tests.py", "noxfile.py"].contains(name)
}

/// Returns the name that Python imports a file by, when `root` is on its path.
pub(super) fn module(path: &str, root: &str) -> Option<String> {
    let inside = match root {
        "" => path,
        root => path.strip_prefix(root)?.strip_prefix('/')?,
    };
    let stem = inside.strip_suffix(".py")?;
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.split('/')
        .all(is_identifier)
        .then(|| stem.replace('/', "."))
}

/// Returns whether Python takes it for a name, of those that are ASCII.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns whether every part of a dotted name is a name.
pub(super) fn is_dotted(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

#[cfg(test)]
pub(super) mod testing {
    use super::Folder;

    /// Makes a folder `/srv/work/NAME` that holds these files.
    pub(in crate::init) fn folder(name: &str, files: &[(&str, &str)]) -> Folder {
        let path = std::path::PathBuf::from("/srv/work").join(name);
        Folder {
            recipe_folder: path.clone(),
            path,
            files: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())))
                .collect(),
            ..Folder::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_named_from_its_root() {
        for (path, root, name) in [
            ("app.py", "", Some("app")),
            ("src/demo/__init__.py", "src", Some("demo")),
            ("src/demo/wsgi.py", "src", Some("demo.wsgi")),
            ("demo/wsgi.py", "src", None),
            ("my-app/wsgi.py", "", None),
            ("__init__.py", "", Some("__init__")),
        ] {
            assert_eq!(module(path, root).as_deref(), name, "{path}");
        }
    }

    #[test]
    fn tests_and_documents_are_not_the_app() {
        let folder = testing::folder(
            "demo",
            &[
                ("a/b.py", ""),
                ("app.py", ""),
                ("tests/app.py", ""),
                ("test_app.py", ""),
                ("docs/conf.py", ""),
                ("setup.py", ""),
                ("a.b.py", ""),
                ("README", ""),
            ],
        );
        let found: Vec<_> = folder.python().iter().map(|(path, _)| *path).collect();
        assert_eq!(found, ["app.py", "a/b.py"]);
        assert!(folder.has_folder("docs") && !folder.has_folder("doc"));
    }
}

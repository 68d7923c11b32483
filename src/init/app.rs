//! What was recognised in a folder, each thing with the file it came from, and how it is to be brought to the host.

use super::celery::{self, Celery};
use super::django::{self, Django};
use super::dotenv::{self, Dotenv};
use super::flask::{self, Flask};
use super::folder::Folder;
use super::indexes::{self, Indexes};
use super::metadata::{self, Metadata};
use super::procfile::{self, Process};
use super::python_text;
use super::requirement;
use super::requirements::{self, Requirements};
use super::web::{self, WebApp};
use super::{pyproject, setup_cfg, setup_py, variables};
use std::collections::BTreeSet;

/// Lock files, those first that are preferred.
const LOCKS: &[&str] = &["uv.lock", "pylock.toml", "poetry.lock"];

/// An app.
#[derive(Clone, Debug)]
pub(super) struct App<'a> {
    pub(super) folder: &'a Folder,
    /// What the project says of itself; empty when it says nothing.
    pub(super) metadata: Metadata,
    pub(super) requirements: Requirements,
    pub(super) django: Option<Django>,
    /// Another web app.
    pub(super) web: Option<WebApp>,
    /// What its code needs, when that is made with Flask.
    pub(super) flask: Option<Flask>,
    pub(super) celery: Option<Celery>,
    pub(super) processes: Vec<Process>,
    pub(super) dotenv: Option<Dotenv>,
    /// Variables that the code cannot do without, and where it reads them.
    pub(super) variables: Vec<(String, String)>,
    /// The package indexes that its files name.
    pub(super) indexes: Indexes,
    /// The lock file.
    pub(super) lock: Option<&'static str>,
    /// Whether the source is installed as a project.
    pub(super) is_installed: bool,
}

/// Recognises the app.
pub(super) fn recognise(folder: &Folder) -> App<'_> {
    let mut metadata = metadata::join(
        [
            pyproject::read(folder),
            setup_cfg::read(folder),
            setup_py::read(folder),
        ]
        .into_iter()
        .flatten()
        .collect(),
    );
    // A build system alone makes no project.
    metadata.installable &= !metadata.file.is_empty();
    if metadata.version.is_none()
        && let Some((version, file)) = version_in_code(folder, metadata.name.as_deref())
    {
        metadata.version = Some(version);
        metadata.version_file = file;
    }
    let django = django::read(folder);
    // What has its settings beside `manage.py` is run from its source, whatever tools also call it a project.
    let runs_from_source = django.as_ref().is_some_and(|django| {
        let package = django.settings.split('.').next().unwrap_or_default();
        let beside = match django.root.as_str() {
            "" => package.to_owned(),
            root => format!("{root}/{package}"),
        };
        folder.has_folder(&beside) || folder.has(&format!("{beside}.py"))
    });
    let web = if django.is_some() {
        None
    } else {
        web::read(folder)
    };
    let is_flask = web.as_ref().is_some_and(|web| web.framework == "Flask");
    let flask = is_flask.then(|| flask::read(folder));
    let variables = variables::read(folder, &|path| {
        django
            .as_ref()
            .is_none_or(|django| !django.is_other_settings(path))
    });
    let requirements = requirements::read(folder);
    App {
        folder,
        is_installed: metadata.installable
            && !runs_from_source
            && pyproject::problem(folder).is_none(),
        metadata,
        indexes: indexes::read(folder, &requirements.indexes),
        requirements,
        web,
        django,
        celery: celery::read(folder),
        processes: procfile::read(folder),
        dotenv: dotenv::read(folder),
        variables,
        flask,
        lock: LOCKS.iter().find(|file| folder.has(file)).copied(),
    }
}

/// Looks for `__version__` where projects have it.
fn version_in_code(folder: &Folder, name: Option<&str>) -> Option<(String, String)> {
    let package = name?.to_lowercase().replace(['-', '.'], "_");
    let places = ["", "src/"].iter().flat_map(|top| {
        ["__init__", "__about__", "_version", "version"]
            .iter()
            .map(move |file| (top, file))
    });
    places
        .map(|(top, file)| format!("{top}{package}/{file}.py"))
        .chain([format!("{package}.py"), format!("src/{package}.py")])
        .find_map(|path| {
            let statements = python_text::statements(folder.text(&path)?);
            let version = statements.iter().find_map(|statement| {
                let (assigned, value) = statement.assignment()?;
                (["__version__", "version"].contains(&assigned))
                    .then(|| python_text::text(value))?
            })?;
            Some((version, path))
        })
}

impl App<'_> {
    /// Returns the normal names of everything that is required.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let mut names = self.requirements.names.clone();
        names.extend(
            self.metadata
                .dependencies
                .iter()
                .flat_map(|requirement| requirement::names(requirement)),
        );
        names
    }

    /// Returns the folder that must be on Python's path; empty for the top.
    pub(super) fn root(&self) -> &str {
        let roots = [
            self.django.as_ref().map(|django| django.root.as_str()),
            self.web.as_ref().map(|web| web.root.as_str()),
            self.celery.as_ref().map(|celery| celery.root.as_str()),
        ];
        roots.into_iter().flatten().next().unwrap_or_default()
    }

    /// Returns what the app is, in a word.
    pub(super) fn kind(&self) -> &str {
        match (&self.django, &self.web, &self.celery) {
            (Some(_), _, _) => "Django",
            (None, Some(web), _) => &web.framework,
            (None, None, Some(_)) => "Celery",
            (None, None, None) => "Python",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn the_version_may_stand_in_the_code() {
        let files = [
            ("setup.py", "setup(name='My-App', version=version())"),
            ("src/my_app/__init__.py", "__version__ = '1.2'\n"),
        ];
        assert_eq!(
            recognise(&folder("demo", &files))
                .metadata
                .version
                .as_deref(),
            Some("1.2")
        );
    }

    #[test]
    fn a_django_tree_is_run_from_its_source_and_a_package_is_installed() {
        let manage = (
            "manage.py",
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
        );
        let build = (
            "pyproject.toml",
            "[project]\nname = \"x\"\n[build-system]\n",
        );
        let beside = folder("demo", &[manage, build, ("mysite/settings.py", "")]);
        assert!(!recognise(&beside).is_installed);
        let in_src = folder("demo", &[manage, build, ("src/mysite/settings.py", "")]);
        assert!(recognise(&in_src).is_installed);
    }
}

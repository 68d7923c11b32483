//! Django: `manage.py`, the settings it names, and what in them is not fit for a server (Django's deployment checklist).
//!
//! # Limits
//! A setting is known when it is assigned at the top of the settings module, or of one that it imports with `*`.

mod place;
mod settings;

use super::folder::{Folder, is_dotted};
use super::python_text;
use crate::recipe::ServerName;
pub(super) use place::Place;
use settings::{Settings, collect};
use std::collections::BTreeSet;

/// A project of Django.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Django {
    /// The path of `manage.py`.
    pub(super) manage: String,
    /// The folder that it is in, which Python's path must hold; empty for the top.
    pub(super) root: String,
    /// The module of the settings.
    pub(super) settings: String,
    /// The module that `manage.py` names.
    pub(super) managed_settings: String,
    /// The files of the settings: the module, and those it takes in.
    pub(super) settings_files: Vec<String>,
    /// The module and object for a WSGI server.
    pub(super) wsgi: Option<String>,
    /// The module and object for an ASGI server, where the settings ask for one.
    pub(super) asgi: Option<String>,
    /// The version that made the project, and where that is said.
    pub(super) version: Option<(String, String)>,
    /// The variable that the secret key is read from.
    pub(super) secret_variable: Option<String>,
    /// Whether there is a place for static files.
    pub(super) has_static_root: bool,
    /// That place, where it is known.
    pub(super) static_root: Option<Place>,
    /// The path of static files in addresses, with a `/` in front.
    pub(super) static_url: Option<String>,
    /// The names that it answers to, as nginx has them.
    pub(super) hosts: Vec<String>,
    /// Whether the database is a file among the code.
    pub(super) database_in_code: bool,
    /// Whether the secret key is written among the code.
    pub(super) secret_in_code: bool,
    /// What settings of the host would mend.
    pub(super) mendable: Vec<String>,
    /// What needs a human.
    pub(super) todos: Vec<String>,
}

/// Looks for a project: the `manage.py` that is nearest to the top.
pub(super) fn read(folder: &Folder) -> Option<Django> {
    let python = folder.python();
    let (manage, named) = python
        .iter()
        .filter(|(path, _)| path.rsplit('/').next() == Some("manage.py"))
        .find_map(|(path, text)| Some((*path, settings_named_in(text)?)))?;
    let root = manage.rsplit_once('/').map_or("", |(root, _)| root);
    let at = |module: &str| {
        let path = module.replace('.', "/");
        if root.is_empty() {
            path
        } else {
            format!("{root}/{path}")
        }
    };
    let file_of = |module: &str| {
        let path = at(module);
        [format!("{path}.py"), format!("{path}/__init__.py")]
            .into_iter()
            .find(|file| folder.text(file).is_some())
    };
    // A server is often told other settings than a developer.
    let package = named.split('.').next().unwrap_or(&named);
    let settings = file_of(&format!("{package}.wsgi"))
        .and_then(|file| settings_named_in(folder.text(&file)?))
        .unwrap_or_else(|| named.clone());
    let mut found = Django {
        manage: manage.to_owned(),
        root: root.to_owned(),
        settings: settings.clone(),
        managed_settings: named.clone(),
        ..Django::default()
    };
    let Some(file) = file_of(&settings) else {
        found.todos.push(format!(
            "the settings `{settings}` are not in the source: the app needs them to start"
        ));
        return Some(found);
    };
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    collect(folder, &file, &settings, &file_of, &mut seen, &mut files);
    let values = Settings { files: &files };
    let server = |setting: &str| {
        let (_, value) = values.find(setting)?;
        let text = python_text::text(value)?;
        let (module, object) = text.rsplit_once('.')?;
        (is_dotted(module) && is_dotted(object)).then(|| format!("{module}:{object}"))
    };
    found.wsgi = server("WSGI_APPLICATION").or_else(|| {
        let module = format!("{package}.wsgi");
        file_of(&module).map(|_| format!("{module}:application"))
    });
    found.asgi = server("ASGI_APPLICATION");
    found.version = files.iter().find_map(|(file, text, _)| {
        made_by(text).map(|(version, line)| (version, format!("{file}:{line}")))
    });
    found.settings_files = files.iter().map(|(file, _, _)| file.clone()).collect();
    found.static_root = place::of_setting(&values, "STATIC_ROOT");
    found.static_url = values
        .find("STATIC_URL")
        .and_then(|(_, value)| python_text::text(value))
        .and_then(|text| url_path(&text));
    found.hosts = values
        .find("ALLOWED_HOSTS")
        .map_or_else(Vec::new, |(_, value)| hosts(value));
    values.look(&file, &mut found);
    Some(found)
}

impl Django {
    /// Returns the settings of the server, when `manage.py` names others.
    pub(super) fn differing(&self) -> Option<&str> {
        (self.settings != self.managed_settings).then_some(self.settings.as_str())
    }

    /// Returns whether a file is one of several settings beside each other, and not of those that count.
    pub(super) fn is_other_settings(&self, path: &str) -> bool {
        let Some(first) = self.settings_files.first() else {
            return false;
        };
        let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let is_package = self.settings.split('.').count() > 2;
        is_package
            && folder(path) == folder(first)
            && !self.settings_files.iter().any(|file| file == path)
    }
}

/// Returns the names of a list of hosts; `.example.org` is that name and all below it. Nothing when one is not written there.
fn hosts(value: &[python_text::Token<'_>]) -> Vec<String> {
    let mut hosts = Vec::new();
    for token in value {
        let text = match token {
            python_text::Token::Text(Some(text)) => text.to_lowercase(),
            python_text::Token::Symbol('[' | ']' | '(' | ')' | ',') => continue,
            _ => return Vec::new(),
        };
        let is_local = text == "localhost" || text.parse::<std::net::IpAddr>().is_ok();
        let below = text.strip_prefix('.');
        let names = [
            below.map(|name| format!("*.{name}")),
            Some(below.unwrap_or(&text).to_owned()),
        ];
        for name in names.into_iter().rev().flatten() {
            let fits = name.parse::<ServerName>().is_ok() && name != "_" && !is_local;
            if fits && !hosts.contains(&name) {
                hosts.push(name);
            }
        }
    }
    hosts
}

/// Returns the path of an address such as `/static/`, without the `/` at its end.
fn url_path(text: &str) -> Option<String> {
    let path = text.trim_matches('/');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte);
    (!path.is_empty() && path.bytes().all(fits)).then(|| format!("/{path}"))
}

/// Returns the value of `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "…")`.
fn settings_named_in(text: &str) -> Option<String> {
    python_text::statements(text).iter().find_map(|statement| {
        let arguments = python_text::arguments(statement.find("setdefault (")?);
        let [(None, name), (None, value)] = arguments.as_slice() else {
            return None;
        };
        let value = python_text::text(value)?;
        (python_text::text(name)? == "DJANGO_SETTINGS_MODULE" && is_dotted(&value)).then_some(value)
    })
}

/// The comment that `startproject` leaves: the version, and the number of its line.
fn made_by(text: &str) -> Option<(String, usize)> {
    text.lines().take(20).enumerate().find_map(|(index, line)| {
        let (_, version) = line.split_once("using Django ")?;
        let version = version.trim().trim_end_matches('.');
        let fits = version.split('.').count() >= 2
            && version.split('.').all(|part| {
                !part.is_empty() && part.len() < 6 && part.bytes().all(|byte| byte.is_ascii_digit())
            });
        fits.then(|| (version.to_owned(), index + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    const MANAGE: &str = "import os\ndef main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n";

    #[test]
    fn what_startproject_makes_is_recognised() {
        let settings = "\"\"\"\nGenerated by 'django-admin startproject' using Django 5.2.19.\n\"\"\"\nSECRET_KEY = 'x'\nDEBUG = True\n\
                        ALLOWED_HOSTS = []\nWSGI_APPLICATION = 'mysite.wsgi.application'\n\
                        DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}\n";
        let files = [
            ("web/manage.py", MANAGE),
            ("web/mysite/settings.py", settings),
        ];
        let django = read(&folder("demo", &files)).expect("a project");
        assert_eq!(
            django,
            Django {
                manage: "web/manage.py".into(),
                root: "web".into(),
                settings: "mysite.settings".into(),
                managed_settings: "mysite.settings".into(),
                settings_files: vec!["web/mysite/settings.py".into()],
                wsgi: Some("mysite.wsgi:application".into()),
                version: Some(("5.2.19".into(), "web/mysite/settings.py:2".into())),
                database_in_code: true,
                secret_in_code: true,
                mendable: vec![
                    "SECRET_KEY is written in web/mysite/settings.py:4: read it from the environment, and make a new one for this host".into(),
                    "the SQLite database of web/mysite/settings.py:8 would be among the code, where the service cannot write: put it below /var/lib".into(),
                ],
                todos: vec![
                    "DEBUG is True in web/mysite/settings.py:5: errors would be shown with parts of the code and the settings".into(),
                    "ALLOWED_HOSTS is empty in web/mysite/settings.py:6: without DEBUG every request is refused".into(),
                    "STATIC_ROOT is not set in web/mysite/settings.py: collectstatic would have nowhere to write".into(),
                ],
                ..Django::default()
            }
        );
    }

    #[test]
    fn the_settings_of_the_server_count_with_those_they_import() {
        let wsgi =
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings.production')\n";
        let files = [
            ("manage.py", MANAGE),
            ("mysite/wsgi.py", wsgi),
            ("mysite/settings/__init__.py", ""),
            (
                "mysite/settings/base.py",
                "DEBUG = True\nSTATIC_ROOT = '/srv/static'\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n",
            ),
            (
                "mysite/settings/production.py",
                "from .base import *\nDEBUG = False\nALLOWED_HOSTS = ['example.org']\nSECRET_KEY = os.environ['DJANGO_KEY']\n",
            ),
        ];
        let django = read(&folder("demo", &files)).expect("a project");
        assert_eq!(django.settings, "mysite.settings.production");
        assert_eq!(django.wsgi.as_deref(), Some("mysite.wsgi:application"));
        assert_eq!(django.hosts, ["example.org"]);
        assert_eq!(django.secret_variable.as_deref(), Some("DJANGO_KEY"));
        assert!(django.has_static_root && !django.database_in_code);
        assert_eq!(django.todos, Vec::<String>::new());
    }

    #[test]
    fn the_names_of_a_site_are_those_that_are_written_in_the_settings() {
        for (value, expected) in [
            (
                "['Example.org', '.example.net', 'localhost', '127.0.0.1', '[::1]', '*', 'a b', 'example.org']",
                vec!["example.org", "example.net", "*.example.net"],
            ),
            ("('a.example',)", vec!["a.example"]),
            ("['a.example'] + more", vec![]),
            ("env.list('HOSTS')", vec![]),
            ("[]", vec![]),
        ] {
            let settings = format!("ALLOWED_HOSTS = {value}\n");
            let files = [
                ("manage.py", MANAGE),
                ("mysite/settings.py", settings.as_str()),
            ];
            let django = read(&folder("demo", &files)).expect("a project");
            assert_eq!(django.hosts, expected, "{value}");
        }
    }

    #[test]
    fn settings_for_each_purpose_are_told_apart() {
        let files = [
            (
                "manage.py",
                "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')\n",
            ),
            (
                "config/wsgi.py",
                "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.production')\n",
            ),
            (
                "config/settings/base.py",
                "BASE_DIR = Path(__file__).resolve(strict=True).parent.parent.parent\nAPPS_DIR = BASE_DIR / 'shop'\n\
                 STATIC_ROOT = str(BASE_DIR / 'staticfiles')\nSTATIC_URL = '/assets/'\nMEDIA_ROOT = str(APPS_DIR / 'media')\n\
                 DATABASES = {'default': env.db('DATABASE_URL', default='sqlite:///db.sqlite3')}\n",
            ),
            (
                "config/settings/local.py",
                "from .base import *\nX = env('ONLY_LOCAL')\n",
            ),
            (
                "config/settings/production.py",
                "from .base import *\nSECRET_KEY = env('DJANGO_SECRET_KEY')\nALLOWED_HOSTS = env.list('HOSTS')\n",
            ),
        ];
        let django = read(&folder("demo", &files)).expect("a project");
        assert_eq!(django.differing(), Some("config.settings.production"));
        assert_eq!(
            django.static_root,
            Some(Place::InSource("staticfiles".into()))
        );
        assert_eq!(django.static_url.as_deref(), Some("/assets"));
        assert!(django.is_other_settings("config/settings/local.py"));
        assert!(!django.is_other_settings("config/settings/base.py"));
        assert!(!django.is_other_settings("config/urls.py"));
        assert_eq!(
            django.todos,
            [
                "MEDIA_ROOT of config/settings/base.py:5 is among the code, where the service cannot write: put it below /var/lib",
            ]
        );
        assert_eq!(
            django.mendable,
            [
                "the SQLite database of config/settings/base.py:6 would be among the code, where the service cannot write: put it below /var/lib",
            ]
        );
    }

    #[test]
    fn a_script_of_the_same_name_is_no_django() {
        assert_eq!(
            read(&folder("demo", &[("manage.py", "import click\n")])),
            None
        );
    }
}

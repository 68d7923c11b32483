//! Django: `manage.py`, the settings it names, and what in them is not fit for a server (Django's deployment checklist).
//!
//! # Limits
//! A setting is known when it is assigned at the top of the settings module, or of one that it imports with `*`.

use super::folder::{Folder, is_dotted};
use super::python_text::{self, Statement, Token};
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
    /// Whether the database is a file among the code.
    pub(super) database_in_code: bool,
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
    values.look(&file, &mut found);
    Some(found)
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

/// A file of settings: its path, text and statements.
type SettingsFile<'a> = (String, &'a str, Vec<Statement<'a>>);

/// Collects a module of settings and those that it imports with `*`, itself first.
fn collect<'a>(
    folder: &'a Folder,
    file: &str,
    module: &str,
    file_of: &dyn Fn(&str) -> Option<String>,
    seen: &mut BTreeSet<String>,
    files: &mut Vec<SettingsFile<'a>>,
) {
    let Some(text) = folder.text(file).filter(|_| seen.insert(file.to_owned())) else {
        return;
    };
    let statements = python_text::statements(text);
    let imported: Vec<_> = statements.iter().filter_map(star_import).collect();
    files.push((file.to_owned(), text, statements));
    for (dots, name) in imported {
        let mut base: Vec<_> = module.split('.').collect();
        // In a package's own file, one dot is the package.
        let up = dots - usize::from(dots > 0 && file.ends_with("/__init__.py"));
        base.truncate(base.len().saturating_sub(up));
        let module = match (dots, base.is_empty()) {
            (0, _) | (_, true) => name,
            _ => format!("{}.{name}", base.join(".")),
        };
        if let Some(file) = file_of(&module) {
            collect(folder, &file, &module, file_of, seen, files);
        }
    }
}

/// Returns the dots and the name of `from ..name import *`.
fn star_import(statement: &Statement<'_>) -> Option<(usize, String)> {
    let [
        Token::Name("from"),
        middle @ ..,
        Token::Name("import"),
        Token::Symbol('*'),
    ] = statement.tokens.as_slice()
    else {
        return None;
    };
    let text: String = middle
        .iter()
        .map(|token| match token {
            Token::Name(name) => (*name).to_owned(),
            Token::Symbol(symbol) => symbol.to_string(),
            Token::Text(_) => String::new(),
        })
        .collect();
    let name = text.trim_start_matches('.');
    is_dotted(name).then(|| (text.len() - name.len(), name.to_owned()))
}

struct Settings<'a> {
    files: &'a [SettingsFile<'a>],
}

impl<'a> Settings<'a> {
    /// Returns where a setting has its last value at the top of a file, and the value.
    fn find(&self, name: &str) -> Option<(String, &[Token<'a>])> {
        self.files.iter().find_map(|(file, _, statements)| {
            statements
                .iter()
                .rev()
                .filter(|statement| statement.indent == 0)
                .find_map(|statement| {
                    let (assigned, value) = statement.assignment()?;
                    (assigned == name).then(|| (format!("{file}:{}", statement.line), value))
                })
        })
    }

    /// Returns whether a setting is assigned anywhere, also under a condition.
    fn mentions(&self, name: &str) -> bool {
        self.files.iter().any(|(_, _, statements)| {
            statements.iter().any(|statement| {
                statement
                    .assignment()
                    .is_some_and(|(assigned, _)| assigned == name)
            })
        })
    }

    fn look(&self, file: &str, found: &mut Django) {
        let todos = &mut found.todos;
        match self.find("SECRET_KEY") {
            Some((place, value)) if python_text::text(value).is_some() => todos.push(format!(
                "SECRET_KEY is written in {place}: read it from the environment, and make a new one for this host"
            )),
            Some((place, value)) => {
                found.secret_variable = variable(value);
                if let Some(name) = &found.secret_variable {
                    todos.push(format!(
                        "{place} reads SECRET_KEY from the variable {name}: set it in the environment of the services on the host"
                    ));
                }
            }
            None if self.mentions("SECRET_KEY") => {}
            None => todos.push(format!("SECRET_KEY is not set in {file}: Django does not start without it")),
        }
        if let Some((place, [Token::Name("True")])) = self.find("DEBUG") {
            todos.push(format!(
                "DEBUG is True in {place}: errors would be shown with parts of the code and the settings"
            ));
        }
        match self.find("ALLOWED_HOSTS") {
            Some((place, [Token::Symbol('['), Token::Symbol(']')])) => todos.push(format!(
                "ALLOWED_HOSTS is empty in {place}: without DEBUG every request is refused"
            )),
            None if !self.mentions("ALLOWED_HOSTS") => todos.push(format!(
                "ALLOWED_HOSTS is not set in {file}: without DEBUG every request is refused"
            )),
            _ => {}
        }
        found.has_static_root = self.mentions("STATIC_ROOT");
        if !found.has_static_root {
            todos.push(format!(
                "STATIC_ROOT is not set in {file}: collectstatic would have nowhere to write"
            ));
        }
        if let Some((place, value)) = self.find("DATABASES")
            && is_sqlite_in_code(value)
        {
            found.database_in_code = true;
            todos.push(format!(
                "the SQLite database of {place} would be among the code, where the service cannot write: put it below /var/lib"
            ));
        }
    }
}

/// Returns the first name of a variable in a value that asks the environment.
fn variable(value: &[Token<'_>]) -> Option<String> {
    let asks = value
        .iter()
        .any(|token| matches!(token, Token::Name("environ" | "getenv" | "env" | "config")));
    value
        .iter()
        .find_map(|token| match token {
            Token::Text(Some(text)) if asks => Some(text.clone()),
            _ => None,
        })
        .filter(|name| super::folder::is_identifier(name))
}

fn is_sqlite_in_code(value: &[Token<'_>]) -> bool {
    let texts: Vec<_> = value
        .iter()
        .filter_map(|token| match token {
            Token::Text(Some(text)) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let asks = value
        .iter()
        .any(|token| matches!(token, Token::Name("environ" | "getenv" | "env" | "config")));
    texts.iter().any(|text| text.ends_with("backends.sqlite3"))
        && !asks
        && !texts
            .iter()
            .any(|text| text.starts_with('/') && text.len() > 1)
        && !texts.contains(&":memory:")
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
                wsgi: Some("mysite.wsgi:application".into()),
                version: Some(("5.2.19".into(), "web/mysite/settings.py:2".into())),
                database_in_code: true,
                todos: vec![
                    "SECRET_KEY is written in web/mysite/settings.py:4: read it from the environment, and make a new one for this host".into(),
                    "DEBUG is True in web/mysite/settings.py:5: errors would be shown with parts of the code and the settings".into(),
                    "ALLOWED_HOSTS is empty in web/mysite/settings.py:6: without DEBUG every request is refused".into(),
                    "STATIC_ROOT is not set in web/mysite/settings.py: collectstatic would have nowhere to write".into(),
                    "the SQLite database of web/mysite/settings.py:8 would be among the code, where the service cannot write: put it below /var/lib".into(),
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
        assert_eq!(django.secret_variable.as_deref(), Some("DJANGO_KEY"));
        assert!(django.has_static_root && !django.database_in_code);
        assert_eq!(
            django.todos,
            [
                "mysite/settings/production.py:4 reads SECRET_KEY from the variable DJANGO_KEY: set it in the environment of the services on the host"
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

//! The values of Django's settings, read from the module that is named and those it takes in with `*`.

use super::{Django, place};
use crate::init::folder::{Folder, is_dotted};
use crate::init::python_text::{self, Statement, Token};
use crate::init::secret_key::{self, Source};
use std::collections::BTreeSet;

/// A file of settings: its path, text and statements.
pub(super) type SettingsFile<'a> = (String, &'a str, Vec<Statement<'a>>);

/// Collects a module of settings and those that it imports with `*`, itself first.
pub(super) fn collect<'a>(
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

/// The files of one configuration, the one that wins first.
pub(super) struct Settings<'a> {
    pub(super) files: &'a [SettingsFile<'a>],
}

impl<'a> Settings<'a> {
    /// Returns where a setting has its last value at the top of a file, and the value.
    pub(super) fn find(&self, name: &str) -> Option<(String, &[Token<'a>])> {
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

    /// Says what is not fit for a server.
    pub(super) fn look(&self, file: &str, found: &mut Django) {
        let todos = &mut found.todos;
        match self.find("SECRET_KEY") {
            Some((place, value)) if python_text::text(value).is_some() => todos.push(format!(
                "SECRET_KEY is written in {place}: read it from the environment, and make a new one for this host"
            )),
            Some((place, value)) => match secret_key::source(value) {
                Some(Source::Written) | None => {}
                Some(Source::Variable(name)) => {
                    todos.push(format!(
                        "{place} reads SECRET_KEY from the variable {name}: set it in the environment of the services on the host"
                    ));
                    found.secret_variable = Some(name);
                }
                Some(Source::FallsBack(name)) => {
                    todos.push(format!(
                        "where the variable {name} is not set, SECRET_KEY of {place} is one that everybody can read: take it out there, and set {name} on the host"
                    ));
                    found.secret_variable = Some(name);
                }
            },
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
        if let Some((at, _)) = self.find("MEDIA_ROOT")
            && place::of_setting(self, "MEDIA_ROOT").is_some_and(|place| place.is_packaged())
        {
            todos.push(format!(
                "MEDIA_ROOT of {at} is among the code, where the service cannot write: put it below /var/lib"
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

/// Returns whether a value of `DATABASES` leads to a file in the package.
fn is_sqlite_in_code(value: &[Token<'_>]) -> bool {
    let texts: Vec<_> = value
        .iter()
        .filter_map(|token| match token {
            Token::Text(Some(text)) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    // `sqlite:///x` is relative, `sqlite:////x` is not.
    let by_address = texts
        .iter()
        .filter_map(|text| text.strip_prefix("sqlite:///"))
        .any(|path| !path.is_empty() && (!path.starts_with('/') || path.starts_with("/opt/")));
    let asks = value
        .iter()
        .any(|token| matches!(token, Token::Name("environ" | "getenv" | "env" | "config")));
    let elsewhere =
        |text: &&str| text.starts_with('/') && text.len() > 1 && !text.starts_with("/opt/");
    let by_name = texts.iter().any(|text| text.ends_with("backends.sqlite3"))
        && !asks
        && !texts.iter().any(elsewhere)
        && !texts.contains(&":memory:");
    by_address || by_name
}

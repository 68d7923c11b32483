//! Variables of the environment that the code reads without a value to fall back to: the app stops where they are not set.
//!
//! # Limits
//! `os.environ["NAME"]`, `config("NAME")` of decouple, `env("NAME")` and `env.list("NAME")` of django-environ and environs,
//! with the name as a literal.

use super::folder::{Folder, is_identifier};
use super::python_text::{self, Statement, Token};
use super::web::imports;

/// Variables that every service has.
const GIVEN: &[&str] = &[
    "HOME",
    "LOGNAME",
    "PATH",
    "PORT",
    "USER",
    "DJANGO_SETTINGS_MODULE",
];

/// What `env.KIND(…)` can read.
const KINDS: &[&str] = &[
    "bool",
    "bytes",
    "cache",
    "cache_url",
    "channels",
    "db",
    "db_url",
    "decimal",
    "dict",
    "email",
    "email_url",
    "float",
    "int",
    "json",
    "list",
    "path",
    "search_url",
    "str",
    "tuple",
    "url",
];

/// Returns the names, each with `FILE:LINE` where it is first read, of the files that are used.
pub(super) fn read(folder: &Folder, is_used: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (path, text) in folder.python() {
        if !is_used(path) {
            continue;
        }
        let statements = python_text::statements(text);
        let imported = |module: &str| {
            statements
                .iter()
                .any(|statement| imports(statement, module))
        };
        // What a WSGI application is given bears that name too (PEP 3333).
        let has_bare = statements.iter().any(|statement| {
            imports(statement, "os") && statement.tokens.contains(&Token::Name("environ"))
        });
        let has_decouple = imported("decouple");
        let has_environ = imported("environ") || imported("environs");
        for statement in &statements {
            let mut names = Vec::new();
            if has_bare || statement.has("os . environ [") {
                names.extend(asked(statement, "environ", '[', ']'));
            }
            if has_decouple {
                names.extend(asked(statement, "config", '(', ')'));
            }
            if has_environ {
                names.extend(asked(statement, "env", '(', ')'));
                for kind in KINDS {
                    if statement.has(&format!("env . {kind} (")) {
                        names.extend(asked(statement, kind, '(', ')'));
                    }
                }
            }
            for name in names {
                let is_known = found.iter().any(|(known, _)| *known == name);
                if !is_known && is_identifier(&name) && !GIVEN.contains(&name.as_str()) {
                    found.push((name, format!("{path}:{}", statement.line)));
                }
            }
        }
    }
    found
}

/// Returns every literal that stands alone in brackets behind a name, and is not assigned to.
fn asked(statement: &Statement<'_>, name: &str, open: char, close: char) -> Vec<String> {
    let tokens = &statement.tokens;
    (0..tokens.len())
        .filter_map(|at| match tokens.get(at..at + 4)? {
            [
                Token::Name(found),
                Token::Symbol(first),
                Token::Text(Some(text)),
                Token::Symbol(last),
            ] if *found == name && *first == open && *last == close => {
                let is_assigned = tokens.get(at + 4) == Some(&Token::Symbol('='))
                    && tokens.get(at + 5) != Some(&Token::Symbol('='));
                (!is_assigned).then(|| text.clone())
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn what_has_no_value_to_fall_back_to_is_found() {
        let files = [
            (
                "app.py",
                "import os\nos.environ['SET'] = 'x'\na = os.environ['A']\nb = os.environ.get('B', '')\nif os.environ[\"C\"] == os.environ['A']:\n    pass\n\
                 home = os.environ['HOME']\nconfig('NOT_DECOUPLE')\n",
            ),
            (
                "b.py",
                "from decouple import config\nd = config('D')\ne = config('E', default='')\n",
            ),
            (
                "c.py",
                "import environ\nenv = environ.Env()\nf = env('F')\ng = env('G', default=1)\n\
                 h = {'default': env.db('H')}\ni = env.list(\n    'I')\nj = env.bool('J', False)\nenv.read_env('K')\n",
            ),
            ("d.py", "from os import environ\nk = environ['K']\n"),
            (
                "wsgi.py",
                "import os\ndef app(environ, start):\n    return environ['PATH_INFO']\n",
            ),
            ("other.py", "import os\nx = os.environ['OTHER']\n"),
        ];
        let place = |name: &str, place: &str| (name.to_owned(), place.to_owned());
        assert_eq!(
            read(&folder("demo", &files), &|path| path != "other.py"),
            [
                place("A", "app.py:3"),
                place("C", "app.py:5"),
                place("D", "b.py:2"),
                place("F", "c.py:3"),
                place("H", "c.py:5"),
                place("I", "c.py:6"),
                place("K", "d.py:2"),
            ]
        );
    }
}

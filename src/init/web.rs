//! Flask, `FastAPI` and their like: where the object is that a server is given (PEP 3333, ASGI).
//!
//! # Limits
//! What is made inside of functions is found only as a factory `create_app` or `make_app` without required arguments.

use super::folder::{Folder, module};
use super::python_text::{self, Statement, Token};

/// Which protocol the server speaks with the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// One request at a time.
    Wsgi,
    /// The asynchronous one.
    Asgi,
}

/// A web app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WebApp {
    /// What it is made with: `Flask`.
    pub(super) framework: String,
    /// The normal name of the distribution that brings the framework; nothing when that is not known.
    pub(super) distribution: Option<&'static str>,
    /// Which protocol it speaks.
    pub(super) protocol: Protocol,
    /// `FILE:LINE` where it is made.
    pub(super) place: String,
    /// The folder that must be on Python's path; empty for the top.
    pub(super) root: String,
    /// The module.
    pub(super) module: String,
    /// The object in it, or the function that makes it.
    pub(super) object: String,
    /// Whether it is such a function.
    pub(super) is_factory: bool,
}

struct Framework {
    module: &'static str,
    class: &'static str,
    protocol: Protocol,
}

const fn framework(module: &'static str, class: &'static str, protocol: Protocol) -> Framework {
    Framework {
        module,
        class,
        protocol,
    }
}

const FRAMEWORKS: &[Framework] = &[
    framework("flask", "Flask", Protocol::Wsgi),
    framework("fastapi", "FastAPI", Protocol::Asgi),
    framework("starlette", "Starlette", Protocol::Asgi),
    framework("quart", "Quart", Protocol::Asgi),
    framework("litestar", "Litestar", Protocol::Asgi),
    framework("bottle", "Bottle", Protocol::Wsgi),
];

/// Files where apps are made by custom, the likelier ones first.
const STEMS: &[&str] = &[
    "main",
    "app",
    "application",
    "server",
    "web",
    "api",
    "__init__",
];

/// Looks for the app: in `wsgi.py` and `asgi.py` first, then for an object at the top of a module, then for a factory.
pub(super) fn read(folder: &Folder) -> Option<WebApp> {
    let files = folder.python();
    let read: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, python_text::statements(text)))
        .collect();
    let framework = FRAMEWORKS.iter().find(|framework| {
        read.iter().any(|(_, statements)| {
            statements
                .iter()
                .any(|found| imports(found, framework.module))
        })
    })?;
    let mut candidates = Vec::new();
    for (path, statements) in &read {
        let root = root_of(path, folder, &read);
        let Some(module) = module(path, &root) else {
            continue;
        };
        for statement in statements {
            if let Some((rank, object, is_factory)) =
                candidate(path, statement, statements, framework)
            {
                candidates.push((
                    rank,
                    path.matches('/').count(),
                    stem_rank(path),
                    WebApp {
                        framework: framework.class.to_owned(),
                        distribution: Some(framework.module),
                        protocol: protocol(path, framework),
                        place: format!("{path}:{}", statement.line),
                        root: root.clone(),
                        module: module.clone(),
                        object,
                        is_factory,
                    },
                ));
            }
        }
    }
    candidates.sort_by_key(|(rank, depth, stem, _)| (*rank, *depth, *stem));
    candidates.into_iter().next().map(|(_, _, _, app)| app)
}

fn stem(path: &str) -> &str {
    path.rsplit('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".py")
}

fn stem_rank(path: &str) -> usize {
    STEMS
        .iter()
        .position(|known| *known == stem(path))
        .unwrap_or(STEMS.len())
}

fn protocol(path: &str, framework: &Framework) -> Protocol {
    match stem(path) {
        "wsgi" => Protocol::Wsgi,
        "asgi" => Protocol::Asgi,
        _ => framework.protocol,
    }
}

/// Returns whether a statement imports a module or something from it.
pub(super) fn imports(statement: &Statement<'_>, module: &str) -> bool {
    match statement.tokens.as_slice() {
        [Token::Name("from"), Token::Name(name), ..] => *name == module,
        [Token::Name("import"), names @ ..] => names.contains(&Token::Name(module)),
        _ => false,
    }
}

/// Returns whether a value is a call of a class, by its name or through its module.
pub(super) fn is_call_of(value: &[Token<'_>], module: &str, class: &str) -> bool {
    match value {
        [Token::Name(name), Token::Symbol('('), ..] => *name == class,
        [
            Token::Name(first),
            Token::Symbol('.'),
            Token::Name(name),
            Token::Symbol('('),
            ..,
        ] => *first == module && *name == class,
        _ => false,
    }
}

fn candidate(
    path: &str,
    statement: &Statement<'_>,
    statements: &[Statement<'_>],
    framework: &Framework,
) -> Option<(u8, String, bool)> {
    if let Some((name, value)) = statement.assignment() {
        let is_entry =
            ["wsgi", "asgi"].contains(&stem(path)) && ["app", "application"].contains(&name);
        let is_call = value.contains(&Token::Symbol('('));
        let is_made = is_call_of(value, framework.module, framework.class);
        let of_factory = matches!(
            value,
            [
                Token::Name("create_app" | "make_app"),
                Token::Symbol('('),
                ..
            ]
        );
        return if is_entry && is_call && is_at_top(statement, statements) {
            Some((0, name.to_owned(), false))
        } else if (is_made || of_factory) && statement.indent == 0 {
            Some((1, name.to_owned(), false))
        } else {
            None
        };
    }
    let [
        Token::Name("def"),
        Token::Name(name @ ("create_app" | "make_app")),
        Token::Symbol('('),
        rest @ ..,
    ] = statement.tokens.as_slice()
    else {
        return None;
    };
    let is_callable = python_text::arguments(rest).iter().all(|(keyword, value)| {
        keyword.is_some()
            || value.contains(&Token::Symbol('='))
            || value.first() == Some(&Token::Symbol('*'))
    });
    (statement.indent == 0 && is_callable).then(|| (2, (*name).to_owned(), true))
}

/// Returns whether a statement runs when the module is imported: at the top, or in a `try` or `if` there.
fn is_at_top(statement: &Statement<'_>, statements: &[Statement<'_>]) -> bool {
    let mut indent = statement.indent;
    for above in statements
        .iter()
        .rev()
        .skip_while(|above| above.line >= statement.line)
    {
        if indent == 0 {
            break;
        }
        if above.indent < indent {
            indent = above.indent;
            if !matches!(above.tokens[0], Token::Name("try" | "if" | "else" | "with")) {
                return false;
            }
        }
    }
    indent == 0
}

/// Returns the folder that must be on Python's path for a file to be found by its right name: the first above it that is no
/// package, or the one above that when its name is imported somewhere.
pub(super) fn root_of(path: &str, folder: &Folder, read: &[(&str, Vec<Statement<'_>>)]) -> String {
    let mut root = path.rsplit_once('/').map_or("", |(root, _)| root);
    while !root.is_empty() {
        let name = root.rsplit('/').next().unwrap_or(root);
        let is_package = folder.has(&format!("{root}/__init__.py"))
            || read
                .iter()
                .any(|(_, statements)| statements.iter().any(|found| imports(found, name)));
        if !is_package {
            break;
        }
        root = root.rsplit_once('/').map_or("", |(root, _)| root);
    }
    root.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    fn found(files: &[(&str, &str)]) -> Option<(String, String, String, bool)> {
        read(&folder("demo", files)).map(|app| (app.root, app.module, app.object, app.is_factory))
    }

    fn app(
        root: &str,
        module: &str,
        object: &str,
        is_factory: bool,
    ) -> (String, String, String, bool) {
        (root.into(), module.into(), object.into(), is_factory)
    }

    #[test]
    fn the_object_of_a_module_is_found() {
        let flask = "from flask import Flask\napp = Flask(__name__)\n";
        assert_eq!(
            found(&[("app.py", flask)]),
            Some(app("", "app", "app", false))
        );
        assert_eq!(
            found(&[
                ("src/demo/__init__.py", ""),
                (
                    "src/demo/web.py",
                    "import flask\nsite = flask.Flask(__name__)\n"
                )
            ]),
            Some(app("src", "demo.web", "site", false))
        );
        let fastapi =
            "from fastapi import FastAPI\nfrom app.db import x\napi: FastAPI = FastAPI()\n";
        assert_eq!(
            found(&[("app/main.py", fastapi), ("app/db.py", "")]),
            Some(app("", "app.main", "api", false))
        );
        assert_eq!(
            found(&[(
                "backend/main.py",
                "from fastapi import FastAPI\na = FastAPI()"
            )]),
            Some(app("backend", "main", "a", false))
        );
    }

    #[test]
    fn an_entry_for_servers_goes_before_an_object_and_that_before_a_factory() {
        let factory = "from flask import Flask\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n";
        assert_eq!(
            found(&[("demo/__init__.py", factory)]),
            Some(app("", "demo", "create_app", true))
        );
        let wsgi = "from demo import create_app\ntry:\n    app = create_app()\nexcept OSError:\n    raise\n";
        assert_eq!(
            found(&[("demo/__init__.py", factory), ("demo/wsgi.py", wsgi)]),
            Some(app("", "demo.wsgi", "app", false))
        );
        assert_eq!(
            found(&[
                ("demo/__init__.py", factory),
                (
                    "run.py",
                    "from demo import create_app\napp = create_app()\n"
                )
            ]),
            Some(app("", "run", "app", false))
        );
    }

    #[test]
    fn what_no_server_could_be_given_is_not_found() {
        for text in [
            "from flask import Flask\ndef create_app(config):\n    app = Flask(__name__)\n",
            "from flask import Flask\nif __name__ == '__main__':\n    app = Flask(__name__)\n",
            "'''from flask import Flask\napp = Flask(__name__)\n'''\n",
            "app = Flask(__name__)\n",
        ] {
            assert_eq!(found(&[("app.py", text)]), None, "{text}");
        }
    }
}

//! `init` in layouts that are often met and easily misread: each is made anew, and what it writes passes `check --strict`.

use super::{check, committed, context, has, init};
use crate::context::{TestContext, succeed};
use std::process::Command;

/// Writes the files of an app, commits them, and returns the recipe and what was said.
fn drafted(context: &TestContext, app: &str, files: &[(&str, &str)]) -> (String, String) {
    for (path, text) in files {
        context.write(&format!("{app}/{path}"), text);
    }
    context.commit(app);
    let (recipe, said) = init(context, app);
    (std::fs::read_to_string(recipe).unwrap(), said)
}

/// Asserts that every line was said, each as one of what needs a human.
fn says(said: &str, todos: &[&str]) {
    for todo in todos {
        assert!(said.contains(&format!("- {todo}\n")), "{todo}\n\n{said}");
    }
}

fn git(context: &TestContext, folder: &str, words: &[&str]) {
    let mut git = Command::new("git");
    context.set_environment(&mut git);
    git.args(words).current_dir(context.path(folder));
    succeed(&mut git);
}

#[test]
fn a_setup_py_with_a_lock_a_procfile_and_variables_is_built() {
    let context = context();
    committed(&context, "ledger");
    let (recipe, said) = init(&context, "ledger");
    check("ledger", &recipe);
    says(
        &said,
        &[
            "the `&` at the end of `web` (Procfile:2) is left out: a service stays in the foreground",
            ".env.example:4 is no `NAME=value` with a name that a variable can have: it is left out",
            "where the variable SECRET_KEY is not set, the secret key of ledger/__init__.py:8 is one that everybody can read: take it out there, and set SECRET_KEY on the host",
        ],
    );
    let package = context.build(&recipe);
    assert!(has(&package, "/opt/ledger/bin/gunicorn"));
    assert!(has(
        &package,
        "/opt/ledger/lib/python3.11/site-packages/ledger/prepare.py"
    ));
}

#[test]
fn a_django_with_settings_for_each_purpose_runs_with_those_of_the_server() {
    let context = context();
    let (text, said) = drafted(
        &context,
        "shop",
        &[
            (
                "manage.py",
                "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')\n",
            ),
            (
                "config/wsgi.py",
                "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.production')\n",
            ),
            (
                "config/settings/base.py",
                "import environ\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve(strict=True).parent.parent.parent\nenv = environ.Env()\n\
                 DATABASES = {'default': env.db('DATABASE_URL')}\nSTATIC_ROOT = str(BASE_DIR / 'staticfiles')\nMEDIA_ROOT = str(BASE_DIR / 'media')\n",
            ),
            (
                "config/settings/local.py",
                "from .base import *\nimport environ\nX = env('ONLY_HERE')\n",
            ),
            (
                "config/settings/production.py",
                "from .base import *\nimport environ\nSECRET_KEY = env('DJANGO_SECRET_KEY')\nALLOWED_HOSTS = env.list('DJANGO_ALLOWED_HOSTS')\n",
            ),
            (
                "requirements/production.txt",
                "django==5.2.19\ngunicorn==27.0.1\npsycopg[c]==3.2.3\n",
            ),
        ],
    );
    says(
        &said,
        &[
            "config/settings/base.py:5 reads the variable DATABASE_URL, and stops where it is not set",
            "config/settings/production.py:4 reads the variable DJANGO_ALLOWED_HOSTS, and stops where it is not set",
            "MEDIA_ROOT of config/settings/base.py:7 is among the code, where the service cannot write: put it below /var/lib",
        ],
    );
    for line in [
        "DJANGO_SETTINGS_MODULE = \"config.settings.production\"\n",
        "apt = [\"gcc\", \"libc6-dev\", \"libpq-dev\", \"python3-dev\"]\n",
        "{ directory = \"@prefix@/app/staticfiles\" }",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!said.contains("ONLY_HERE"), "{said}");
}

#[test]
fn the_instance_folder_and_the_key_of_flasks_tutorial_are_told() {
    let context = context();
    let (_, said) = drafted(
        &context,
        "flaskr",
        &[
            (
                "flaskr/__init__.py",
                "import os\nfrom flask import Flask\ndef create_app(test_config=None):\n    app = Flask(__name__, instance_relative_config=True)\n    \
                 app.config.from_mapping(SECRET_KEY=\"dev\", DATABASE=os.path.join(app.instance_path, \"flaskr.sqlite\"))\n    return app\n",
            ),
            ("requirements.txt", "flask==3.1.3\n"),
        ],
    );
    says(
        &said,
        &[
            "the secret key is written in flaskr/__init__.py:5: read it from the environment, and make a new one for this host",
            "flaskr/__init__.py:4 uses the instance folder of Flask, which would be among the code, where the service cannot write: make it `Flask(…, instance_path=\"/var/lib/flaskr\")`",
        ],
    );
}

#[test]
fn an_app_in_a_folder_of_the_repository_has_the_name_of_the_repository() {
    let context = context();
    let (text, _) = drafted(
        &context,
        "guestroom",
        &[
            (
                "backend/pyproject.toml",
                "[project]\nname = \"app\"\nversion = \"0.1.0\"\nrequires-python = \">=3.10\"\ndependencies = [\"fastapi==0.165.0\"]\n",
            ),
            ("backend/app/__init__.py", ""),
            (
                "backend/app/main.py",
                "from fastapi import FastAPI\napp = FastAPI()\n",
            ),
            ("frontend/package.json", "{}\n"),
        ],
    );
    for line in [
        "name = \"guestroom\"  # the name of the repository's folder\n",
        "git = \".\"\nsubdirectory = \"backend\"\n",
        "project = false\n",
        " app.main:app\"\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let (code, inside, _) = context.said(&["init", "guestroom/backend", "-o", "-"]);
    assert_eq!(code, Some(0));
    assert!(inside.contains("name = \"guestroom\""), "{inside}");
}

#[test]
fn an_app_in_a_submodule_comes_with_it() {
    let context = context();
    context.write(
        "inner/app.py",
        "from flask import Flask\napp = Flask(__name__)\n",
    );
    context.commit("inner");
    context.write("outer/README", "outer\n");
    context.commit("outer");
    let inner = context.path("inner");
    let add = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        inner.to_str().unwrap(),
        "site",
    ];
    git(&context, "outer", &add);
    git(&context, "outer", &["commit", "-q", "-m", "a submodule"]);
    let (path, said) = init(&context, "outer");
    let recipe = std::fs::read_to_string(path).unwrap();
    assert!(recipe.contains("\nsubmodules = true\n"), "{recipe}");
    assert!(!said.contains("submodule"), "{said}");
    let (_, said) = init(&context, "outer/site");
    assert!(!said.contains("submodule"), "{said}");
    context.build(&context.path("outer/site/deb-build-app.toml"));
}

#[test]
fn what_cannot_be_looked_at_says_why() {
    let context = context();
    committed(&context, "greeter");
    git(
        &context,
        "",
        &["clone", "-q", "--bare", "greeter", "bare.git"],
    );
    assert_eq!(
        context.said(&["init", "bare.git"]).2,
        "error: `[TEST]/bare.git` is a bare repository, and has no files to look at\n\nhint: run `init` in a clone of it: `git clone` makes one\n"
    );
}

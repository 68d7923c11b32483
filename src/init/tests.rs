//! Whole recipes: accepted whatever the folder holds, and valid when everything that waits is taken in.

use super::folder::testing::folder;
use super::*;
use crate::source::Checkout;
use proptest::prelude::*;

const SETTINGS: &str =
    "SECRET_KEY = 'x'\nWSGI_APPLICATION = 'mysite.wsgi.application'\nSTATIC_ROOT = '/srv/static'\n";
const MANAGE: &str = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n";

/// Takes the `#` away from every key that waits.
fn everything_live(text: &str) -> String {
    text.lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") => rest,
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_waits_is_valid_toml_once_it_is_live() {
    let draft = draft(&folder(
        "mysite",
        &[
            ("manage.py", MANAGE),
            ("mysite/settings.py", SETTINGS),
            (
                "mysite/celery.py",
                "from celery import Celery\napp = Celery()\napp.conf.beat_schedule = {}\n",
            ),
            ("requirements.txt", "psycopg2==2.9\n"),
            (
                "Procfile",
                "web: thing --port $PORT\nrelease: python manage.py migrate\n",
            ),
            (".env.example", "SECRET_KEY=\nA=b\n"),
            ("uv.lock", ""),
        ],
    ))
    .expect("an app");
    let live: toml::Table = everything_live(&draft.text).parse().expect("TOML");
    let keys: Vec<_> = live.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "build", "commands", "env", "files", "nginx", "package", "secrets", "service",
            "source", "task", "venv"
        ]
    );
    assert_eq!(
        live["task"][0]["command"].as_str(),
        Some("@prefix@/bin/python manage.py migrate")
    );
    assert_eq!(live["venv"]["lock"].as_str(), Some("uv.lock"));
    assert!(live["service"].get("web").is_some());
}

/// Looks at a recipe as `check` does.
fn check(draft: &Draft) {
    let recipe = crate::recipe::RecipeText::of(draft.text.as_bytes());
    let problems = crate::recipe::check(&recipe, std::path::Path::new("/srv/work"), &|_| {
        Some(crate::sys::fs::FileKind::Directory)
    });
    assert!(problems.is_empty(), "{problems:?}\n{}", draft.text);
}

#[test]
fn what_is_written_passes_the_check_and_the_password_of_a_requirement_stays_out() {
    let requirements = "-e .\nflask==3.1.3\nlib @ git+https://u:geheim@x.org/y.git\n--index-url https://u:geheim@h/simple\n";
    let draft = draft(&folder(
        "demo",
        &[
            ("requirements.txt", requirements),
            ("app.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ],
    ))
    .expect("an app");
    check(&draft);
    assert!(!draft.text.contains("geheim"), "{}", draft.text);
    assert!(
        !draft.todos.join("\n").contains("geheim"),
        "{:?}",
        draft.todos
    );
    assert!(draft.text.contains("\"flask==3.1.3\""), "{}", draft.text);
}

#[test]
fn a_python_that_the_release_lacks_is_told() {
    let mut found = folder(
        "demo",
        &[(
            "pyproject.toml",
            "[project]\nname = \"demo\"\nrequires-python = \">=3.12\"\n",
        )],
    );
    let todo = "pyproject.toml asks for Python >=3.12, and bookworm has 3.11: build for a release that has it, or ask for less";
    for (release, python, is_told) in [("bookworm", "3.11", true), ("trixie", "3.13", false)] {
        found.release = Some((release.to_owned(), python.to_owned()));
        let draft = draft(&found).expect("an app");
        check(&draft);
        assert_eq!(
            draft.todos.iter().any(|found| found == todo),
            is_told,
            "{:?}",
            draft.todos
        );
    }
}

#[test]
fn a_broken_pyproject_is_said_first_and_nothing_is_installed_from_it() {
    let draft = draft(&folder(
        "demo",
        &[
            ("pyproject.toml", "[project]\nname = \"demo\n"),
            ("setup.py", "setup(name='demo', version='1.0')"),
        ],
    ))
    .expect("an app");
    check(&draft);
    assert!(
        draft.todos[0].starts_with("pyproject.toml:2:13: "),
        "{:?}",
        draft.todos
    );
    assert!(draft.text.contains("\nproject = false\n"), "{}", draft.text);
}

#[test]
fn a_bare_repository_is_refused() {
    let files = [("HEAD", ""), ("config", ""), ("refs/heads/main", "")];
    let refused = draft(&folder("demo.git", &files)).expect_err("no files");
    assert_eq!(
        refused.to_string(),
        "`/srv/work/demo.git` is a bare repository, and has no files to look at"
    );
}

#[test]
fn a_folder_without_python_is_refused() {
    let refused = draft(&folder("demo", &[("README", "text")])).expect_err("no app");
    assert_eq!(
        refused.to_string(),
        "there is no app in Python in `/srv/work/demo`"
    );
}

#[test]
fn every_todo_is_in_the_recipe_too() {
    let draft = draft(&folder(
        "mysite",
        &[("manage.py", MANAGE), ("mysite/settings.py", SETTINGS)],
    ))
    .expect("an app");
    let prose: Vec<_> = draft
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .collect();
    let prose = prose.join(" ");
    assert!(!draft.todos.is_empty());
    for todo in &draft.todos {
        assert!(
            prose.contains(&format!("TODO: {todo}")),
            "{todo}\n{}",
            draft.text
        );
    }
}

/// Text that is likely to break out of whatever it is put in.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\]\\[\"'#=\\\\\n\r\t{}a-z$@. -]{0,40}",
        Just("\"\n[service.evil]\ncommand = \"/bin/evil\"\n#".to_owned()),
        Just("'''\n\u{202e}\u{7f}\0".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Hostile values in the right places of every file, so that they reach the recipe.
    #[test]
    fn no_value_leaves_its_place(a in hostile(), b in hostile(), c in hostile(), name in hostile()) {
        let pyproject = toml::toml! {
            [project]
            requires-python = ">=3"
            dependencies = []
        };
        let mut pyproject = pyproject;
        let project = pyproject["project"].as_table_mut().expect("a table");
        for (key, value) in [("name", &name), ("version", &a), ("description", &b), ("license", &c), ("requires-python", &b)] {
            project.insert(key.to_owned(), value.clone().into());
        }
        project.insert("dependencies".to_owned(), vec![a.clone(), b.clone()].into());
        let line = |text: &str| text.replace(['\n', '\r'], " ");
        let evil_file = format!("{name}/app.py");
        let evil_manage = format!("{a}/manage.py");
        let files = [
            ("pyproject.toml", pyproject.to_string()),
            ("Procfile", format!("web: {}\nworker: gunicorn {}\nrelease: {}\n{}: x\n", line(&a), line(&b), line(&c), line(&name))),
            ("requirements.txt", format!("{}\n{}\n-e {}\n", line(&a), line(&b), line(&c))),
            (".env.example", format!("A={}\nSECRET_{}=x\nB=\"{}\"\n", line(&a), line(&b), line(&c))),
            ("manage.py", MANAGE.to_owned()),
            ("mysite/settings.py", format!("{SETTINGS}X = {a}\nDEBUG = {b}\n")),
            ("app.py", format!("{c}\nfrom celery import Celery\napp = Celery()\n")),
            ("setup.py", format!("setup(name={a}, version={b})")),
            (&*evil_file, "from flask import Flask\napp = Flask()\n".to_owned()),
            (&*evil_manage, MANAGE.to_owned()),
            ("setup.cfg", format!("[metadata]\nname = {}\n", line(&name))),
        ];
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let mut folder = folder("demo", &files);
        folder.path = std::path::PathBuf::from(format!("/srv/{}", name.replace(['/', '\0'], "")));
        folder.git.author = Some((a.clone(), b.clone()));
        folder.git.checkout = Some(Checkout {
            root: folder.path.parent().expect("a folder above").to_path_buf(),
            remote: Some(c.clone()),
            tag: Some(a.clone()),
            committed: None,
        });
        let draft = super::draft(&folder).map_err(|failure| TestCaseError::fail(crate::failure::render(&failure.into())))?;
        prop_assert!(!everything_live(&draft.text).contains("[service.evil]\n"), "{}", draft.text);
        prop_assert!(everything_live(&draft.text).parse::<toml::Table>().is_ok(), "{}", draft.text);
        let table: toml::Table = draft.text.parse().expect("TOML");
        let package = |key: &str| table["package"][key].as_str().unwrap_or_default();
        prop_assert!(!super::metadata::begins_with(package("summary"), package("name")));
        for todo in &draft.todos {
            prop_assert_eq!(crate::failure::printable(todo), todo.as_str());
            prop_assert!(!todo.contains('\n'));
        }
    }
}

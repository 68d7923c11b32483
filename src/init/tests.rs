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
                "web: thing\nrelease: python manage.py migrate\n",
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
            "build", "env", "files", "nginx", "package", "secrets", "service", "source", "task",
            "venv"
        ]
    );
    assert_eq!(
        live["task"][0]["command"].as_str(),
        Some("@prefix@/bin/python manage.py migrate")
    );
    assert_eq!(live["venv"]["lock"].as_str(), Some("uv.lock"));
    assert!(live["service"].get("web").is_some());
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

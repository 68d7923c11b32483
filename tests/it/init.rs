//! `init` in copies of the apps of `fixtures/apps`, and in what `django-admin startproject` makes: the whole recipe, the package
//! that `build` makes of it without an edit, and a host that runs it.

mod layouts;

use crate::context::{TestContext, repository, succeed};
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Set this to write the recipes anew; the change is then reviewed as a document.
const ACCEPT: &str = "DEB_BUILD_APP_ACCEPT";

/// The Django that makes the fresh project; it runs with Python 3.11.
const DJANGO: &str = "django==5.2.19";

/// Makes a context whose git has a name.
fn context() -> TestContext {
    let context = TestContext::new();
    context.write(
        "home/.gitconfig",
        "[safe]\n\tdirectory = *\n[user]\n\tname = Grace Hopper\n\temail = grace@example.org\n",
    );
    context
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Copies an app into a repository of its own, with one commit.
fn committed(context: &TestContext, app: &str) {
    copy(
        &repository().join("fixtures/apps").join(app),
        &context.path(app),
    );
    context.commit(app);
}

/// Runs `init` in an app, which must succeed; returns the recipe, and what was said.
fn init(context: &TestContext, app: &str) -> (PathBuf, String) {
    let (code, out, said) = context.said(&["init", app]);
    assert_eq!(
        (code, out),
        (Some(0), format!("{app}/deb-build-app.toml\n")),
        "{said}"
    );
    // What `check` would warn of has no place in what we write.
    let recipe = format!("{app}/deb-build-app.toml");
    let (code, _, problems) = context.said(&["check", "--strict", &recipe]);
    assert_eq!(code, Some(0), "{problems}");
    (context.path(app).join("deb-build-app.toml"), said)
}

/// Compares a recipe with the expected one beside this file.
fn check(app: &str, recipe: &Path) {
    let expected = repository().join(format!("tests/it/init/{app}.toml"));
    let text = std::fs::read_to_string(recipe).unwrap();
    if std::env::var_os(ACCEPT).is_some() {
        std::fs::write(&expected, &text).unwrap();
    }
    let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
    assert!(
        text == wanted,
        "--- {}\n{wanted}+++ found\n{text}",
        expected.display()
    );
}

/// Returns the names of the files and links of a package, without those of distributions and documents.
fn own_files(package: &Path) -> Vec<String> {
    let listed = succeed(
        Command::new("sh")
            .args(["-c", "dpkg-deb --fsys-tarfile \"$0\" | tar -t"])
            .arg(package),
    );
    let mut files: Vec<_> = listed
        .lines()
        .filter(|line| !line.ends_with('/'))
        .filter(|line| {
            ![
                "/lib/python3",
                "/share/doc/",
                "/share/lintian/",
                "/bin/",
                "pyvenv.cfg",
            ]
            .iter()
            .any(|part| line.contains(part))
        })
        .map(|line| line.trim_start_matches('.').to_owned())
        .collect();
    files.sort();
    files
}

fn has(package: &Path, file: &str) -> bool {
    let listed = succeed(Command::new("dpkg-deb").arg("-c").arg(package));
    listed
        .lines()
        .any(|line| line.contains(&format!(" .{file}")))
}

fn booted() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11"])
        .boot()
        .unwrap()
}

/// Asks for the page until somebody answers: a started server still has to load the app.
fn page(root: &Root) -> String {
    let start = Instant::now();
    loop {
        let ran = root
            .run(&["curl", "-fsS", "http://127.0.0.1:8000/"])
            .unwrap();
        if ran.success() || start.elapsed() > Duration::from_secs(30) {
            return ran.succeeded().unwrap().stdout;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_packaged_flask_site_is_served_through_its_wsgi_module() {
    let context = context();
    committed(&context, "demosite");
    let (recipe, _) = init(&context, "demosite");
    check("demosite", &recipe);
    let package = context.build(&recipe);
    assert_eq!(
        own_files(&package),
        [
            "/etc/default/demosite",
            "/usr/lib/systemd/system/demosite-web.service"
        ]
    );
    assert!(has(&package, "/opt/demosite/bin/gunicorn"));
}

#[test]
fn a_flask_app_of_loose_modules_is_shipped_and_greets() {
    let context = context();
    committed(&context, "greeter");
    let (recipe, said) = init(&context, "greeter");
    check("greeter", &recipe);
    assert_eq!(
        said,
        "the recipe `greeter/deb-build-app.toml` is there; before you ship it:\n\
         - neither the project nor a tag tells a version: set `version`\n\
         - no description was found: say in `summary` what the package is\n"
    );
    let package = context.build(&recipe);
    assert_eq!(
        own_files(&package),
        [
            "/etc/default/greeter",
            "/opt/greeter/app/app.py",
            "/opt/greeter/app/requirements.txt",
            "/opt/greeter/app/words.py",
            "/usr/lib/systemd/system/greeter-web.service",
        ]
    );
    let root = booted();
    root.install(&package).unwrap().succeeded().unwrap();
    assert_eq!(page(&root), "Good day, greeter!");
    root.sh("dpkg -P greeter").unwrap();
    assert!(!root.exists("/opt/greeter").unwrap());
}

#[test]
fn a_fastapi_project_runs_what_its_procfile_says() {
    let context = context();
    committed(&context, "notes");
    let (recipe, _) = init(&context, "notes");
    check("notes", &recipe);
    let package = context.build(&recipe);
    let name = package.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("team-notes_1.2.0~rc1-1_"), "{name}");
    assert!(has(&package, "/opt/team-notes/bin/uvicorn"));
    assert!(has(
        &package,
        "/usr/lib/systemd/system/team-notes-web.service"
    ));
}

#[test]
fn a_project_of_setup_cfg_is_installed_and_its_own_server_calls_the_factory() {
    let context = context();
    committed(&context, "guestbook");
    let (recipe, _) = init(&context, "guestbook");
    check("guestbook", &recipe);
    let package = context.build(&recipe);
    assert!(has(&package, "/opt/guestbook/bin/waitress-serve"));
    assert!(has(
        &package,
        "/opt/guestbook/lib/python3.11/site-packages/guestbook/__init__.py"
    ));
}

#[test]
fn what_passenger_loads_is_served_by_passenger() {
    let context = context();
    committed(&context, "psdash");
    let (recipe, _) = init(&context, "psdash");
    check("psdash", &recipe);
    let package = context.build(&recipe);
    assert_eq!(
        own_files(&package),
        [
            "/etc/default/psdash",
            "/etc/default/psdash-passenger",
            "/opt/psdash/passenger/passenger_wsgi.py",
            "/usr/lib/systemd/system/psdash-passenger.service",
        ]
    );
}

#[test]
fn celery_has_a_worker_and_a_clock() {
    let context = context();
    committed(&context, "jobs");
    let (recipe, _) = init(&context, "jobs");
    check("jobs", &recipe);
    let package = context.build(&recipe);
    assert_eq!(
        own_files(&package),
        [
            "/etc/default/jobs",
            "/opt/jobs/app/requirements.txt",
            "/opt/jobs/app/tasks.py",
            "/opt/jobs/libexec/only-beat",
            "/usr/lib/systemd/system/jobs-beat.service",
            "/usr/lib/systemd/system/jobs-worker.service",
            "/usr/lib/systemd/system/jobs.target",
        ]
    );
    assert!(has(&package, "/opt/jobs/bin/celery"));
}

#[test]
fn a_fresh_django_project_is_built_without_an_edit_and_shows_its_page() {
    let context = context();
    let mut venv = Command::new("python3");
    context.set_environment(&mut venv);
    succeed(venv.args(["-m", "venv"]).arg(context.path("venv")));
    let mut pip = Command::new(context.path("venv/bin/pip"));
    context.set_environment(&mut pip);
    succeed(pip.args(["install", "-q", "--disable-pip-version-check", DJANGO]));
    let mut admin = Command::new(context.path("venv/bin/django-admin"));
    context.set_environment(&mut admin);
    succeed(
        admin
            .args(["startproject", "mysite"])
            .current_dir(context.path("")),
    );
    context.commit("mysite");

    let (recipe, said) = init(&context, "mysite");
    check("mysite", &recipe);
    assert_eq!(
        said,
        "the recipe `mysite/deb-build-app.toml` is there; before you ship it:\n\
         - neither the project nor a tag tells a version: set `version`\n\
         - no description was found: say in `summary` what the package is\n\
         - there is no requirements file: name in `packages` whatever else the app imports\n\
         - DEBUG is True in mysite/settings.py:26: errors would be shown with parts of the code and the settings\n\
         - ALLOWED_HOSTS is empty in mysite/settings.py:28: without DEBUG every request is refused\n\
         - STATIC_ROOT is not set in mysite/settings.py: collectstatic would have nowhere to write\n"
    );
    let package = context.build(&recipe);
    let root = booted();
    root.install(&package).unwrap().succeeded().unwrap();
    let page = page(&root);
    assert!(
        page.contains("The install worked successfully! Congratulations!"),
        "{page}"
    );
    let environment = root
        .sh("tr '\\0' '\\n' </proc/$(systemctl show -P MainPID mysite-web)/environ | grep ^PYTHONPATH; readlink /proc/$(systemctl show -P MainPID mysite-web)/cwd")
        .unwrap();
    assert_eq!(
        environment,
        "PYTHONPATH=/opt/mysite/app:/etc/mysite\n/opt/mysite/app"
    );
    // The database is where the service can write, and has its tables; the key is this host's own.
    assert_eq!(
        root.sh("stat -c '%U %a' /var/lib/mysite; /opt/mysite/bin/python -c \"import sqlite3; print(sqlite3.connect('/var/lib/mysite/db.sqlite3').execute(\\\"select count(*) from sqlite_master where name='auth_user'\\\").fetchone())\"; find /opt/mysite /etc/mysite -mindepth 1 -newer /etc/mysite/secrets.env")
            .unwrap(),
        "mysite 750\n(1,)"
    );
    assert_eq!(
        root.sh("grep -c \"^SECRET_KEY='[A-Za-z0-9]\\{50\\}'\" /etc/mysite/secrets.env")
            .unwrap(),
        "1"
    );
    // The key of the code, which is in the package, is not the host's; nobody in the package is a user of the site.
    let manage = |code: &str| {
        let said = root
            .sh(&format!("mysite-manage shell -c '{code}'"))
            .unwrap();
        said.lines().last().unwrap_or_default().to_owned()
    };
    let key = manage("from django.conf import settings; print(settings.SECRET_KEY)");
    assert_eq!(
        root.sh("sed -n \"s/^SECRET_KEY='\\(.*\\)'/\\1/p\" /etc/mysite/secrets.env")
            .unwrap(),
        key
    );
    assert!(
        !root
            .read("/opt/mysite/app/mysite/settings.py")
            .unwrap()
            .contains(&key)
    );
    let users = "from django.contrib.auth.models import User; print(User.objects.count())";
    assert_eq!(manage(users), "0");
    root.sh("dpkg -P mysite").unwrap();
    assert!(!root.exists("/opt/mysite").unwrap());

    // Told where to, the build collects the static files into the app.
    let settings = context.path("mysite/mysite/settings.py");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text + "STATIC_ROOT = BASE_DIR / 'static'\n").unwrap();
    std::fs::remove_file(&recipe).unwrap();
    std::fs::remove_dir_all(context.path("mysite/.git")).unwrap();
    context.commit("mysite");
    let (recipe, _) = init(&context, "mysite");
    let text = std::fs::read_to_string(&recipe).unwrap();
    let line =
        "\nafter = [\"@prefix@/bin/python @prefix@/app/manage.py collectstatic --noinput\"]\n";
    assert!(text.contains(line), "{text}");
    let package = context.build(&recipe);
    assert!(has(&package, "/opt/mysite/app/static/admin/css/base.css"));
}

#[test]
fn what_is_there_is_never_overwritten() {
    let context = context();
    committed(&context, "greeter");
    context.write("greeter/deb-build-app.toml", "mine\n");
    std::os::unix::fs::symlink("nowhere", context.path("link.toml")).unwrap();
    let refusal = |path: &str| {
        format!(
            "error: `{path}` is there already, and will not be overwritten\n\nhint: move it away, or name another file with `--output`\n"
        )
    };
    assert_eq!(
        context.said(&["init", "greeter"]),
        (
            Some(1),
            String::new(),
            refusal("greeter/deb-build-app.toml")
        )
    );
    assert_eq!(
        context.said(&["init", "greeter", "-o", "link.toml"]),
        (Some(1), String::new(), refusal("link.toml"))
    );
    assert_eq!(
        context.said(&["init", "greeter", "-o", "out"]),
        (Some(1), String::new(), refusal("out"))
    );
    assert_eq!(
        std::fs::read_to_string(context.path("greeter/deb-build-app.toml")).unwrap(),
        "mine\n"
    );
    assert!(!context.path("nowhere").exists());
}

#[test]
fn a_recipe_elsewhere_leads_to_the_repository_and_the_folder_in_it() {
    let context = context();
    copy(
        &repository().join("fixtures/apps/greeter"),
        &context.path("mono/services/greeter"),
    );
    context.commit("mono");
    context.write("mono/recipes/README", "");
    let (code, out, _) = context.said(&[
        "init",
        "mono/services/greeter",
        "-o",
        "mono/recipes/greeter.toml",
    ]);
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "mono/recipes/greeter.toml\n")
    );
    let recipe = context.path("mono/recipes/greeter.toml");
    let text = std::fs::read_to_string(&recipe).unwrap();
    assert!(
        text.contains("\n[source]\ngit = \"..\"\nsubdirectory = \"services/greeter\"\n"),
        "{text}"
    );
    assert!(has(&context.build(&recipe), "/opt/greeter/app/words.py"));
}

#[test]
fn the_recipe_can_be_printed_and_then_nothing_is_written() {
    let context = context();
    committed(&context, "greeter");
    let (code, out, said) = context.said(&["init", "greeter", "--output", "-"]);
    assert_eq!(code, Some(0));
    let expected =
        std::fs::read_to_string(repository().join("tests/it/init/greeter.toml")).unwrap();
    assert_eq!(out, expected);
    assert!(
        said.starts_with("the recipe is there; before you ship it:\n- "),
        "{said}"
    );
    let mut git = Command::new("git");
    git.args(["status", "--porcelain"])
        .current_dir(context.path("greeter"));
    assert_eq!(succeed(&mut git), "");
    let (_, _, quiet) = context.said(&["init", "greeter", "--output", "-", "--quiet"]);
    assert_eq!(quiet, "");
}

#[test]
fn what_git_lacks_is_said() {
    let context = context();
    copy(
        &repository().join("fixtures/apps/greeter"),
        &context.path("greeter"),
    );
    let todo = |context: &TestContext| {
        let (code, _, said) = context.said(&["init", "greeter", "-o", "-"]);
        assert_eq!(code, Some(0), "{said}");
        said.lines()
            .find(|line| line.contains("commit"))
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(
        todo(&context),
        "- the folder is in no git repository, and what is packaged is a commit: `git init`, `git add -A` and `git commit` make one"
    );
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(words)
            .current_dir(context.path("greeter"));
        succeed(&mut git);
    };
    git(&["init", "-q"]);
    assert_eq!(
        todo(&context),
        "- nothing is committed yet, and what is packaged is a commit: `git add -A` and `git commit`"
    );
    git(&["add", "app.py"]);
    git(&["commit", "-q", "-m", "half"]);
    assert_eq!(
        todo(&context),
        "- `requirements.txt` is not committed: only what is committed is packaged"
    );
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "whole"]);
    assert_eq!(todo(&context), "");
}

#[test]
fn a_tag_is_the_version_and_the_remote_is_told_without_its_password() {
    let context = context();
    committed(&context, "greeter");
    for words in [
        &["tag", "v3.1"][..],
        &[
            "remote",
            "add",
            "origin",
            "https://ada:secret@example.org/ada/greeter.git",
        ],
    ] {
        succeed(
            Command::new("git")
                .args(words)
                .current_dir(context.path("greeter")),
        );
    }
    let (recipe, said) = init(&context, "greeter");
    let text = std::fs::read_to_string(recipe).unwrap();
    for line in [
        "version = { from = \"git\" }  # 3.1 now, by the tag v3.1\n",
        "homepage = \"https://example.org/ada/greeter\"\n",
        "# A clone of https://example.org/ada/greeter.git.\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(
        !text.contains("secret") && !said.contains("version"),
        "{text}{said}"
    );
}

#[test]
fn an_app_without_a_distribution_of_its_own_or_of_others_is_built() {
    let context = context();
    context.write(
        "clock/clock.py",
        "import time\nwhile True:\n    print(time.time(), flush=True)\n    time.sleep(1)\n",
    );
    context.write("clock/Procfile", "clock: python clock.py\n");
    context.commit("clock");
    let (recipe, _) = init(&context, "clock");
    let package = context.build(&recipe);
    assert_eq!(
        own_files(&package),
        [
            "/etc/default/clock",
            "/opt/clock/app/Procfile",
            "/opt/clock/app/clock.py",
            "/usr/lib/systemd/system/clock.service",
        ]
    );
}

#[test]
fn a_shipped_folder_keeps_the_modes_and_links_of_git() {
    let context = context();
    context.write("tree/code/start", "#!/bin/sh\n");
    context.write("tree/code/deep/data", "x\n");
    context.write("tree/code/.gitignore", "*.pyc\n");
    context.write("tree/outside", "y\n");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(context.path("tree/code/start"), executable).unwrap();
    std::os::unix::fs::symlink("../start", context.path("tree/code/deep/link")).unwrap();
    context.commit("tree");
    let recipe = |from: &str| {
        format!(
            "[package]\nname = \"tree\"\nversion = \"1\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"files and links\"\n\
             [source]\ngit = \"tree\"\n[venv]\nproject = false\n[files]\n\"/etc/tree/code\" = {{ from-source = \"{from}\" }}\n"
        )
    };
    let package = context.build(&context.write("tree.toml", &recipe("code/")));
    let listed = succeed(Command::new("dpkg-deb").arg("-c").arg(&package));
    let found: Vec<_> = listed
        .lines()
        .filter(|line| line.contains("/etc/tree/code/") && !line.ends_with('/'))
        .map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            format!("{} {}", words[0], words[5..].join(" "))
        })
        .collect();
    assert_eq!(
        found,
        [
            "-rw-r--r-- ./etc/tree/code/deep/data",
            "-rwxr-xr-x ./etc/tree/code/start",
            "lrwxrwxrwx ./etc/tree/code/deep/link -> ../start",
        ]
    );
    let conffiles = succeed(
        Command::new("dpkg-deb")
            .arg("--info")
            .arg(&package)
            .arg("conffiles"),
    );
    assert_eq!(
        conffiles,
        "/etc/tree/code/deep/data\n/etc/tree/code/start\n"
    );
    for (from, why) in [
        (
            "code/deep/",
            "the link `link` leads out of the folder that is shipped, to `../start`",
        ),
        ("cod/", "there is no folder `cod` in the source"),
    ] {
        context.write("tree.toml", &recipe(from));
        let (code, _, said) = context.said(&["build", "tree.toml", "-o", "out"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(&format!("error: {why}\n")), "{said}");
    }
}

#[test]
fn a_place_that_is_no_app_says_so() {
    let context = context();
    assert_eq!(
        context.said(&["init", "none"]),
        (
            Some(1),
            String::new(),
            "error: there is no folder `none`\n\nhint: name the folder of the app\n".to_owned()
        )
    );
    let (code, out, said) = context.said(&["init", "out"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(
        said,
        "error: there is no app in Python in `[TEST]/out`\n\nhint: name the folder that holds its pyproject.toml, setup.py, \
         manage.py, requirements.txt, Procfile or modules\n"
    );
    context.write("app/app.py", "print()\n");
    assert_eq!(
        context.said(&["init", "app", "-o", "no/recipe.toml"]).2,
        "error: the folder of `no/recipe.toml` is not there\n\nhint: make it first, or name another file with `--output`\n"
    );
}

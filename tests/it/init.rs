//! `init` in copies of the apps of `fixtures/apps`, and in what `django-admin startproject` makes: the whole recipe, the package
//! that `build` makes of it without an edit, and a host that runs it.

mod django;
mod layouts;
mod places;

use crate::context::{TestContext, repository, succeed};
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Set this to write the recipes anew; the change is then reviewed as a document.
const ACCEPT: &str = "DEB_BUILD_APP_ACCEPT";

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
        if ran.success() || start.elapsed() > Duration::from_mins(3) {
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
    committed(&context, "glance");
    let (recipe, _) = init(&context, "glance");
    check("glance", &recipe);
    let package = context.build(&recipe);
    assert_eq!(
        own_files(&package),
        [
            "/etc/default/glance",
            "/etc/default/glance-passenger",
            "/opt/glance/passenger/passenger_wsgi.py",
            "/usr/lib/systemd/system/glance-passenger.service",
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

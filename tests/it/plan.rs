//! What `plan` says against what `build` does, and what `plan` leaves alone.

mod compared;

use crate::context::{TestContext, TinyApp, demosite_recipe, repository, succeed, tool};
use compared::{document, list, planned_and_built, text};
use serde_json::Value;
use std::process::{Command, Stdio};

#[test]
fn build_does_what_plan_says_and_fills_every_placeholder() {
    let context = TestContext::new().with_empty_cache();
    let recipe = demosite_recipe(&context, &repository(), "0.1", "1");
    let found = planned_and_built(&context, &recipe);
    assert_eq!(
        found["<dependencies found in the libraries>"],
        "libc6 (>= 2.14)"
    );
    assert_eq!(found["<name of the project>"], "demosite");
    assert_eq!(found["<wheel>"], "demosite-0.1-py3-none-any.whl");
    // Now uv is there, and the commands are others.
    let again = planned_and_built(&context, &recipe);
    assert_eq!(again, found);
}

#[test]
fn a_package_without_compiled_files_is_planned_as_it_is_built() {
    let context = TestContext::new();
    TinyApp {
        name: "planned",
        module: "planned.py",
        text: r#""x = 1\n""#,
        metadata: r"License: MIT\n",
        before: "pass",
    }
    .commit(&context);
    let recipe = context.write(
        "planned.toml",
        r#"[package]
name = "planned"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"
depends = ["redis-server", "adduser"]
recommends = ["nginx | apache2"]
fields = { XB-Team = "web" }

[source]
git = "app"

[files]
"/etc/sudoers.d/planned" = { content = "planned ALL = NOPASSWD: /bin/true\n", mode = "0440" }
"/usr/share/planned/x" = "planned.toml"

[user]
groups = ["adm"]
"#,
    );
    let found = planned_and_built(&context, &recipe);
    assert_eq!(
        (
            found["<dependencies found in the libraries>"].as_str(),
            found["<architecture>"].as_str(),
            found["<distributions>"].as_str()
        ),
        (
            "",
            "all",
            "Files: opt/planned/lib/python3.11/site-packages/__pycache__/*\n \
             opt/planned/lib/python3.11/site-packages/planned-1.0.dist-info/*\n \
             opt/planned/lib/python3.11/site-packages/planned.py\n\
             Copyright: the authors of planned\nLicense: MIT\n Its metadata states: MIT\n\
             Comment: Python distribution planned 1.0\n"
        )
    );
}

/// Returns everything in the test's folder with what a change of it would change.
fn snapshot(context: &TestContext) -> String {
    succeed(
        Command::new("find")
            .arg(context.path(""))
            .args(["-printf", "%p %y %m %U %s %T@ %C@\n"]),
    )
}

/// A folder tree that nobody may write to, with a repository in it; the work folder holds what a killed build left.
fn read_only_tree() -> TestContext {
    let context = TestContext::new().with_empty_cache();
    TinyApp {
        name: "quiet",
        module: "quiet.py",
        text: r#""x = 1\n""#,
        metadata: "",
        before: "pass",
    }
    .commit(&context);
    context.write("app/requirements.txt", "six\n");
    context.commit("app");
    context.write("cache/work/quiet/left", "behind\n");
    context.write(
        "quiet.toml",
        r#"[package]
name = "quiet"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"

[source]
git = "app"

[venv]
requirements = ["requirements.txt"]
"#,
    );
    std::fs::copy(tool(), context.path("tool")).unwrap();
    succeed(
        Command::new("chmod")
            .args(["-R", "a-w,a+rX"])
            .arg(context.path("")),
    );
    context
}

/// Returns `plan` as somebody who has no rights and no network.
fn powerless(context: &TestContext) -> Command {
    let uid = succeed(Command::new("id").arg("-u"));
    let mut command = Command::new("unshare");
    if uid == "0\n" {
        command.args([
            "--net", "--", "setpriv", "--reuid", "65534", "--regid", "65534",
        ]);
        command.args(["--clear-groups", "--"]);
    } else {
        command.args(["--user", "--map-current-user", "--net", "--"]);
    }
    command
        .arg(context.path("tool"))
        .args(["plan", "--jobs", "1", "quiet.toml"])
        .current_dir(context.path(""))
        .stdin(Stdio::null());
    context.set_environment(&mut command);
    command.env("TMPDIR", context.path(""));
    command
}

#[test]
fn plan_needs_no_root_and_no_network_and_writes_nothing() {
    let context = read_only_tree();
    let before = snapshot(&context);
    let powerless = document(powerless(&context).arg("--json"));
    assert_eq!(snapshot(&context), before);
    let commands = list(&powerless["packages"][0], "commands");
    assert!(commands.len() > 5, "{commands:?}");
    // With every right and a network it says the same.
    let words = ["plan", "--jobs", "1", "quiet.toml", "--json"];
    assert_eq!(document(&mut context.command(words)), powerless);
    let words = ["build", "--dry-run", "--jobs", "1", "quiet.toml", "--json"];
    assert_eq!(document(&mut context.command(words)), powerless);
    assert_eq!(snapshot(&context), before);
}

#[test]
fn a_repository_that_cannot_be_read_leaves_the_commit_open() {
    let context = read_only_tree();
    let mut command = Command::new("env");
    // Whom the repository belongs to is not who asks, and nothing says that it may be trusted.
    command
        .args([
            "setpriv",
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            "--",
        ])
        .arg(context.path("tool"))
        .args(["plan", "--json", "quiet.toml"])
        .current_dir(context.path(""))
        .stdin(Stdio::null());
    context.set_environment(&mut command);
    command.env("HOME", "/nonexistent");
    let output = command.output().unwrap();
    assert_eq!(
        context.plain(&output.stderr),
        "warning: which commit is packaged stays open: the repository at `[TEST]/app` belongs to another user\n"
    );
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    let plan = &plan["packages"][0];
    assert_eq!(text(&plan["source"], "commit"), "<commit>");
    assert_eq!(plan["source"]["time"], Value::Null);
    let commands = list(plan, "commands").iter();
    let install = commands
        .clone()
        .find(|command| text(command, "line").contains("pip install --no-config"))
        .unwrap();
    assert!(text(install, "line").contains(" <--require-hashes> -r "));
    let wheel = commands
        .clone()
        .find(|command| text(command, "line").contains("build --wheel"))
        .unwrap();
    assert_eq!(wheel["env"]["SOURCE_DATE_EPOCH"], "<time of the commit>");
    let open: Vec<_> = plan["placeholders"].as_object().unwrap().keys().collect();
    assert_eq!(
        open,
        [
            "<--hash>",
            "<--require-hashes>",
            "<architecture>",
            "<commit>",
            "<dependencies found in the libraries>",
            "<distributions>",
            "<installed size>",
            "<lintian overrides>",
            "<name of the project>",
            "<time of the commit>",
            "<wheel>",
        ]
    );
}

#[test]
fn a_plan_for_a_person_goes_from_what_is_made_to_what_is_open() {
    let context = TestContext::new();
    let recipe = demosite_recipe(&context, &repository(), "0.1", "1");
    let said = succeed(
        context
            .command(["plan", "--jobs", "2", "-o", "out"])
            .arg(&recipe),
    );
    let titles: Vec<_> = said.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        titles,
        [
            "demosite 0.1-1 for bookworm, with Python 3.11 at /opt/demosite",
            "",
            "[1/5] checking Debian packages",
            "",
            "[2/5] exporting the source",
            "",
            "[3/5] building the virtualenv",
            "",
            "[4/5] assembling the package",
            "",
            "[5/5] writing the archive",
            "",
            "Known only when it is built:",
        ]
    );
    assert!(!said.contains("ensure_user"), "scripts are shown on demand");
    let all = succeed(context.command(["plan", "--files"]).arg(&recipe));
    for line in [
        "    0644 root:root /usr/lib/systemd/system/demosite.service",
        "    | ExecStart=/opt/demosite/bin/gunicorn --bind 127.0.0.1:8000 --workers 2 demosite.wsgi:app",
        "    |         ensure_user 'demosite' '/var/lib/demosite' '/usr/sbin/nologin' 'services of demosite'",
        "      UV_PYTHON_DOWNLOADS=never",
    ] {
        assert!(all.lines().any(|shown| shown == line), "{line}: {all}");
    }
}

#[test]
fn a_group_that_only_the_host_knows_is_not_named() {
    let context = TestContext::new();
    let recipe = context.write(
        "ship.toml",
        r#"[package]
name = "ship"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"

[venv]
packages = ["six==1.17.0"]

[user]
name = "captain"
existing = true

[users.cook]
home = "/nonexistent"

[directories]
"/var/lib/ship" = {}
"/var/lib/ship-galley" = { owner = "cook" }
"/var/lib/ship-hold" = { owner = "root" }
"/var/lib/ship-log" = { group = "adm" }
"#,
    );
    let said = succeed(context.command(["plan"]).arg(&recipe));
    let shown: Vec<_> = said
        .lines()
        .skip_while(|line| *line != "  the directories that postinst makes:")
        .skip(1)
        .take(4)
        .collect();
    assert_eq!(
        shown,
        [
            "    0750 captain:<group of captain> /var/lib/ship",
            "    0750 cook:cook /var/lib/ship-galley",
            "    0750 root:root /var/lib/ship-hold",
            "    0750 captain:adm /var/lib/ship-log",
        ]
    );
    let plan = document(context.command(["plan", "--json"]).arg(&recipe));
    let package = &plan["packages"][0];
    let groups: Vec<_> = list(package, "directories")
        .iter()
        .map(|directory| &directory["group"])
        .collect();
    assert_eq!(
        groups,
        [&Value::Null, &"cook".into(), &"root".into(), &"adm".into()]
    );
}

//! What `plan` says against what `build` does, and what `plan` leaves alone.

use crate::context::{TestContext, TinyApp, demosite_recipe, repository, succeed, tool};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command that prints one JSON document.
fn document(command: &mut Command) -> Value {
    serde_json::from_str(&succeed(command)).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} is no text: {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("{key} is no list: {value}"))
}

/// What stands in the package where the plan has placeholders.
#[derive(Default)]
struct Found {
    placeholders: Vec<String>,
    values: BTreeMap<String, String>,
}

impl Found {
    fn new(plan: &Value) -> Self {
        Found {
            placeholders: plan["placeholders"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect(),
            values: BTreeMap::new(),
        }
    }

    /// Compares a planned text with the real one, and takes what stands in the places of placeholders.
    fn compare(&mut self, planned: &str, real: &str) {
        let (mut planned_rest, mut real_rest) = (planned, real);
        while let Some((at, placeholder)) = self.first_in(planned_rest) {
            let literal = &planned_rest[..at];
            assert!(
                real_rest.starts_with(literal),
                "planned {planned:?}, made {real:?}"
            );
            real_rest = &real_rest[at..];
            planned_rest = &planned_rest[at + placeholder.len()..];
            let end = self
                .first_in(planned_rest)
                .map_or(planned_rest.len(), |(at, _)| at);
            let value = match &planned_rest[..end] {
                "" => real_rest,
                following => {
                    let end = real_rest.find(following);
                    &real_rest[..end.unwrap_or_else(|| panic!("{planned:?} and {real:?}"))]
                }
            };
            real_rest = &real_rest[value.len()..];
            let before = self.values.insert(placeholder.clone(), value.to_owned());
            assert!(
                before.is_none_or(|before| before == value),
                "{placeholder} is two things"
            );
        }
        assert_eq!(
            planned_rest, real_rest,
            "planned {planned:?}, made {real:?}"
        );
    }

    fn first_in(&self, text: &str) -> Option<(usize, String)> {
        let places = self
            .placeholders
            .iter()
            .filter_map(|placeholder| Some((text.find(placeholder)?, placeholder.clone())));
        places.min()
    }
}

/// Plans and builds a recipe, compares everything, and returns what stands in the places of the placeholders.
fn planned_and_built(context: &TestContext, recipe: &Path) -> BTreeMap<String, String> {
    let planned = document(context.command(["plan", "--json", "-o", "out"]).arg(recipe));
    let built = document(
        context
            .command(["build", "--json", "--keep-work", "-o", "out"])
            .arg(recipe),
    );
    assert_eq!(
        (&planned["format"], &built["format"]),
        (&1.into(), &1.into())
    );
    let (plan, built) = (&planned["packages"][0], &built["packages"][0]);
    let mut found = Found::new(plan);
    for key in ["recipe", "package", "version", "python"] {
        assert_eq!(plan[key], built[key], "{key}");
    }
    for key in ["path", "ref", "commit", "time", "describe"] {
        assert_eq!(plan["source"][key], built["source"][key], "source.{key}");
    }
    found.compare(text(plan, "path"), text(built, "path"));
    compare_commands(plan);
    for file in list(plan, "work_files") {
        let real = std::fs::read_to_string(text(file, "path")).unwrap();
        found.compare(text(file, "content"), &real);
    }
    let root = context.path("unpacked");
    let _ = std::fs::remove_dir_all(&root);
    let package = text(built, "path");
    succeed(Command::new("dpkg-deb").args(["-R", package]).arg(&root));
    compare_control(&mut found, plan, &root);
    compare_files(&mut found, plan, &root);
    let listing = succeed(Command::new("dpkg-deb").args(["-c", package]));
    assert!(listing.lines().all(|line| line.contains(" root/root ")));

    let open: Vec<_> = found
        .placeholders
        .iter()
        .filter(|placeholder| !found.values.contains_key(*placeholder))
        .collect();
    assert!(open.is_empty(), "the package does not say what {open:?} is");
    assert_eq!(found.values["<architecture>"], text(built, "architecture"));
    assert_eq!(
        found.values["<installed size>"],
        built["installed_size_kib"].to_string()
    );
    let distributions: Vec<_> = found.values["<distributions>"]
        .lines()
        .filter_map(|line| line.strip_prefix("Comment: Python distribution "))
        .collect();
    let reported: Vec<_> = list(built, "distributions")
        .iter()
        .map(|it| format!("{} {}", text(it, "name"), text(it, "version")))
        .collect();
    assert_eq!(distributions, reported);
    found.values
}

/// The log has each command that is run, after `$`.
fn compare_commands(plan: &Value) {
    let log = std::fs::read_to_string(text(&plan["folders"], "log")).unwrap();
    let ran: Vec<_> = log
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .collect();
    let planned: Vec<_> = list(plan, "commands")
        .iter()
        .filter(|command| ["always", "uv-absent", "uv-fetched"].contains(&text(command, "when")))
        .map(|command| text(command, "line"))
        .collect();
    assert_eq!(planned, ran);
}

fn compare_control(found: &mut Found, plan: &Value, root: &Path) {
    let control = std::fs::read_to_string(root.join("DEBIAN/control")).unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in control.lines() {
        match (line.split_once(": "), fields.last_mut()) {
            (Some((name, value)), _) if !line.starts_with(' ') => {
                fields.push((name.to_owned(), value.to_owned()));
            }
            (_, Some((_, value))) => value.extend(["\n", line]),
            _ => panic!("{line}"),
        }
    }
    let planned = list(plan, "control");
    let names = |fields: &[(String, String)]| -> Vec<String> {
        fields.iter().map(|(name, _)| name.clone()).collect()
    };
    let planned_names: Vec<_> = planned.iter().map(|field| text(field, "name")).collect();
    assert_eq!(planned_names, names(&fields));
    for (planned, (name, real)) in planned.iter().zip(&fields) {
        if name == "Depends" {
            compare_depends(found, text(planned, "value"), real);
        } else {
            found.compare(text(planned, "value"), real);
        }
    }

    let planned: BTreeMap<_, _> = list(plan, "scripts")
        .iter()
        .map(|script| {
            (
                text(script, "name").to_owned(),
                text(script, "text").to_owned(),
            )
        })
        .collect();
    let programs = succeed(
        Command::new("find")
            .arg(root.join("DEBIAN"))
            .args(["-type", "f", "-perm", "755", "-printf", "%f\n"]),
    );
    let real: BTreeMap<_, _> = programs
        .lines()
        .map(|name| {
            let script = std::fs::read_to_string(root.join("DEBIAN").join(name)).unwrap();
            (name.to_owned(), script)
        })
        .collect();
    assert!(real.contains_key("postinst"));
    assert_eq!(planned, real);
}

/// Relations are compared one by one: none may be found at all.
fn compare_depends(found: &mut Found, planned: &str, real: &str) {
    let name = "<dependencies found in the libraries>";
    let (planned, real): (Vec<_>, Vec<_>) =
        (planned.split(", ").collect(), real.split(", ").collect());
    let before = planned.iter().position(|it| *it == name).unwrap();
    let after = planned.len() - before - 1;
    let (known, rest) = real.split_at(before);
    let (new, last) = rest.split_at(rest.len() - after);
    assert_eq!(
        [known, last].concat(),
        [&planned[..before], &planned[before + 1..]].concat()
    );
    found.values.insert(name.to_owned(), new.join(", "));
}

fn compare_files(found: &mut Found, plan: &Value, root: &Path) {
    let prefix = text(plan, "prefix");
    let list_of = |kind: &str, format: &str| -> BTreeSet<String> {
        let mut find = Command::new("find");
        find.arg(root).args([
            "-path", "*/DEBIAN", "-prune", "-o", "-type", kind, "-printf", format,
        ]);
        succeed(&mut find).lines().map(str::to_owned).collect()
    };
    let planned = list(plan, "files");
    let modes: BTreeSet<_> = planned
        .iter()
        .map(|file| {
            format!(
                "0{} /{}",
                &text(file, "mode")[1..],
                &text(file, "path")[1..]
            )
        })
        .collect();
    let real = list_of("f", "0%m /%P\n");
    let of_distributions =
        |line: &&String| line.contains(&format!(" {prefix}/")) && !line.ends_with("/pyvenv.cfg");
    assert!(real.iter().filter(of_distributions).count() > 2);
    let others: BTreeSet<_> = real
        .iter()
        .filter(|line| !of_distributions(line))
        .cloned()
        .collect();
    assert_eq!(modes, others);
    for file in planned {
        let path = root.join(&text(file, "path")[1..]);
        let bytes = match file["encoding"].as_str() {
            Some("gzip") => succeed(Command::new("gzip").arg("-dc").arg(path)),
            _ => std::fs::read_to_string(path).unwrap(),
        };
        found.compare(text(file, "content"), &bytes);
    }
    let conffiles: String = planned
        .iter()
        .filter(|file| file["conffile"] == true)
        .map(|file| format!("{}\n", text(file, "path")))
        .collect();
    let real = std::fs::read_to_string(root.join("DEBIAN/conffiles")).unwrap_or_default();
    assert_eq!(conffiles, real);
    let links: BTreeSet<_> = list(plan, "links")
        .iter()
        .map(|link| format!("{} {}", text(link, "path"), text(link, "target")))
        .collect();
    assert_eq!(links, list_of("l", "/%P %l\n"));
}

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

//! Two services, one not enabled, with every kind of directory and value: what reaches the processes, and what an upgrade
//! and a purge make of it.

use crate::context::{TestContext, succeed};
use crate::support::lintian;
use deb_build_app::target::Root;
use std::path::PathBuf;
use std::sync::LazyLock;

const RECIPE: &str = r#"
[package]
name = "many"
version = "1.0"
maintainer = "Ada O'Hara <ada@example.org>"
summary = "things that run, 100% \"quoted\" $HOME"

[venv]
packages = ["six==1.17.0"]

[user]
name = "manyuser"
groups = ["adm", "no-such-group"]
home = "/srv/many/home"

[directories]
"/srv/many/data" = { mode = "0755" }
"/srv/many/data/inner" = { mode = "0700" }
"/srv/many/scratch" = { purge = true }
"/var/cache/many" = {}

[files]
"/etc/many/plain-file.cfg" = { content = "x\n", mode = "0640" }
"/usr/share/many/data.txt" = { content = "y\n" }

[env]
PLAIN = "plain"
QUOTED = "it's \"a\" $HOME `id` \\ 100% %h # no comment"
SPACES = "  two  "
UMLAUT = "Grüße, 世界"
EMPTY = ""

[service.many]
command = '''/bin/sleep infinity'''

[service.shows]
command = '''@prefix@/bin/python -c "import json, os, sys, time; json.dump([sys.argv[1:], dict(os.environ)], open('/srv/many/data/seen', 'w')); time.sleep(1000)" one "two words" '' $HOME ${PLAIN} x${PLAIN}y 100% ';' "it's" '\n' '${QUOTED}' '''
directory = "/srv/many/data"

[service.asleep]
command = "/bin/sleep infinity"
enabled = false
"#;

static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| build("1.0"));
static NEXT: LazyLock<PathBuf> = LazyLock::new(|| build("1.1"));

fn build(version: &str) -> PathBuf {
    let context = TestContext::new();
    let recipe = context.write(
        "many.toml",
        &RECIPE.replace("version = \"1.0\"", &format!("version = \"{version}\"")),
    );
    let built = context.build(&recipe);
    let kept = crate::context::kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

fn booted() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11"])
        .boot()
        .unwrap()
}

fn install(root: &Root, package: &std::path::Path) -> String {
    root.install(package).unwrap().succeeded().unwrap().stderr
}

fn states(root: &Root) -> String {
    let ran = root
        .run(&[
            "systemctl",
            "is-active",
            "many",
            "many-shows",
            "many-asleep",
        ])
        .unwrap();
    ran.stdout.trim_end().replace('\n', " ")
}

#[test]
fn the_scripts_and_units_are_what_foreign_checkers_accept() {
    let context = TestContext::new();
    let control = context.path("control");
    succeed(
        std::process::Command::new("dpkg-deb")
            .arg("-e")
            .arg(&*PACKAGE)
            .arg(&control),
    );
    for script in ["postinst", "prerm", "postrm"] {
        succeed(
            std::process::Command::new("shellcheck")
                .args(["-s", "sh"])
                .arg(control.join(script)),
        );
    }
    let found = lintian(&PACKAGE, &[]);
    assert!(!found.contains("E: "), "{found}");
    let root = booted();
    install(&root, &PACKAGE);
    let verified = root
        .run(&[
            "systemd-analyze",
            "verify",
            "many.service",
            "many-shows.service",
            "many-asleep.service",
        ])
        .unwrap();
    assert_eq!((verified.status, verified.stderr.as_str()), (0, ""));
}

#[test]
fn words_and_variables_reach_the_process_as_they_stand_in_the_recipe() {
    let root = booted();
    install(&root, &PACKAGE);
    assert_eq!(states(&root), "active active inactive");
    let seen = root
        .sh("for i in $(seq 600); do [ -s /srv/many/data/seen ] && break; sleep 0.2; done; cat /srv/many/data/seen")
        .unwrap();
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    let quoted = "it's \"a\" $HOME `id` \\ 100% %h # no comment";
    assert_eq!(
        seen[0],
        serde_json::json!([
            "one",
            "two words",
            "",
            "$HOME",
            "plain",
            "xplainy",
            "100%",
            ";",
            "it's",
            "\\n",
            quoted
        ])
    );
    let environment = &seen[1];
    for (name, value) in [
        ("PLAIN", "plain"),
        ("QUOTED", quoted),
        ("SPACES", "  two  "),
        ("UMLAUT", "Grüße, 世界"),
        ("EMPTY", ""),
        ("HOME", "/srv/many/home"),
        ("USER", "manyuser"),
        ("LOGNAME", "manyuser"),
        ("PATH", "/opt/many/bin:/usr/local/bin:/usr/bin:/bin"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
    // sh reads the same file the same way.
    let by_sh = root
        .sh("set -a; . /etc/default/many; env -0 | tr '\\n\\0' '|\\n' | grep ^QUOTED=")
        .unwrap();
    assert_eq!(by_sh, format!("QUOTED={quoted}"));
}

#[test]
fn users_groups_and_directories_are_as_the_recipe_says() {
    let root = booted();
    install(&root, &PACKAGE);
    let found = root
        .sh("stat -c '%n %a %U:%G' /srv/many/home /srv/many/data /srv/many/data/inner /srv/many/scratch /var/cache/many \
             /etc/many/plain-file.cfg; id -Gn manyuser; readlink /proc/$(systemctl show -P MainPID many-shows)/cwd")
        .unwrap();
    assert_eq!(
        found,
        "/srv/many/home 750 manyuser:manyuser\n/srv/many/data 755 manyuser:manyuser\n/srv/many/data/inner 700 manyuser:manyuser\n\
         /srv/many/scratch 750 manyuser:manyuser\n/var/cache/many 750 manyuser:manyuser\n/etc/many/plain-file.cfg 640 root:root\n\
         manyuser adm\n/srv/many/data"
    );
}

#[test]
fn an_upgrade_brings_back_exactly_what_ran() {
    let root = booted();
    install(&root, &PACKAGE);
    // The administrator: one stopped, one disabled but running, one started by hand.
    root.sh("systemctl stop many; systemctl disable many-shows; systemctl start many-asleep")
        .unwrap();
    install(&root, &NEXT);
    assert_eq!(states(&root), "inactive active active");
    let enabled = root
        .run(&[
            "systemctl",
            "is-enabled",
            "many",
            "many-shows",
            "many-asleep",
        ])
        .unwrap();
    assert_eq!(enabled.stdout, "enabled\ndisabled\ndisabled\n");
    assert!(!root.exists("/run/many.deb-build-app").unwrap());
}

#[test]
fn purge_keeps_what_others_put_there_and_takes_what_is_empty_or_the_recipe_says() {
    let root = booted();
    install(&root, &PACKAGE);
    root.sh("echo precious >/srv/many/data/inner/file; echo x >/srv/many/scratch/x; echo mine >/srv/many/home/mine").unwrap();
    root.sh("dpkg -P many").unwrap();
    assert_eq!(
        root.sh("find /srv/many /var/cache -mindepth 1 -name '*' | grep many | sort")
            .unwrap(),
        "/srv/many/data\n/srv/many/data/inner\n/srv/many/data/inner/file\n/srv/many/data/seen\n/srv/many/home\n/srv/many/home/mine"
    );
    let root = booted();
    let before = root.snapshot().unwrap();
    install(&root, &PACKAGE);
    root.sh("systemctl enable many-asleep; systemctl stop many-shows; rm -f /srv/many/data/seen; dpkg -P many")
        .unwrap();
    let left = before.difference(&root.snapshot().unwrap(), &[]);
    assert!(!left.iter().any(|line| line.contains("many")), "{left:?}");
}

#[test]
fn a_link_that_the_user_put_in_a_directory_leads_root_nowhere() {
    let root = booted();
    install(&root, &PACKAGE);
    root.sh("rmdir /srv/many/data/inner && ln -s /etc /srv/many/data/inner && chown -h manyuser:manyuser /srv/many/data/inner")
        .unwrap();
    install(&root, &NEXT);
    assert_eq!(root.sh("stat -c '%a %U:%G' /etc").unwrap(), "755 root:root");
}

#[test]
fn purge_goes_on_where_a_volume_is_mounted() {
    let root = booted();
    install(&root, &PACKAGE);
    root.sh("mkdir -p /var/lib/many && mount -t tmpfs none /var/lib/many && touch /var/lib/many/x")
        .unwrap();
    root.sh("dpkg -P many").unwrap();
    assert_eq!(
        root.sh("dpkg-query -W -f '${Status}' many 2>&1 || echo gone")
            .unwrap()
            .lines()
            .last(),
        Some("gone")
    );
}

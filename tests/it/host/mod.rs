//! The life of a package on its host, apart from the service managers: secrets, answers, tasks, users, files, commands, logs.
//!
//! One package has a bit of everything; each file asks for one thing that must be true of it.

mod accounts;
mod answers;
mod calls;
mod commands;
mod elsewhere;
mod logs;
mod secrets;
mod tasks;
mod values;
mod versions;

use crate::context::TestContext;
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Has everything that postinst makes.
const RECIPE: &str = r#"
[package]
name = "life"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "everything that lives on a host"

[venv]
packages = ["six==1.17.0"]

[directories]
"/var/lib/life" = { mode = "0750" }
"/var/log/life" = { mode = "0770" }
"/srv/life" = { owner = "root", group = "root", mode = "0755" }

[users.lifeguest]
create-home = true
home = "/srv/life/guest"
home-mode = "0775"
shell = "/bin/sh"

[files]
"/etc/life/conf.d" = "conf.d/"
"/etc/life/key.cfg" = { content = "for the service\n", mode = "0640", group = "life" }
"/usr/share/life/plain.txt" = { content = "plain\n", conffile = false }
"/usr/lib/systemd/system/cron.service.d/life.conf" = { content = "[Service]\nNice=3\n" }

[env]
PLAIN = "it's \"a\" $HOME `id` \\ 100% %h"
SHARED = "of the recipe"

[secrets]
SECRET_KEY = { length = 50 }
OTHER_KEY = {}

[questions.greeting]
prompt = "Greeting:"
description = "It is said to everybody."
default = "hello there"
env = "GREETING"
[questions.loud]
prompt = "Is it said loudly?"
type = "boolean"
default = "false"
env = "LOUD"
[questions.token]
prompt = "The word that opens the door:"
type = "password"
env = "TOKEN"

[service.life]
command = '''@prefix@/bin/python -c "import http.server, os; open('/var/log/life/life.log', 'a').write('started\n'); http.server.HTTPServer(('127.0.0.1', 8123), http.server.SimpleHTTPRequestHandler).serve_forever()"'''
directory = "/usr/share/life"

[[task]]
name = "record"
command = '''@prefix@/bin/python -c "import json, os, sys; open('/var/lib/life/runs', 'a').write(json.dumps([sys.argv[1:], dict(os.environ), os.getcwd(), os.getuid() != 0, os.path.exists('/var/log/life/life.log')]) + '\n')" one 'two  words' ${PLAIN} "${SECRET_KEY}" x${GREETING}y '''
directory = "/var/lib/life"
env = { ONLY_HERE = "it's here", SHARED = "of the task" }
[[task]]
name = "first-time"
command = "/bin/sh -c 'echo first >>/var/lib/life/order'"
when = ["install"]
[[task]]
name = "next-time"
command = "/bin/sh -c 'echo next >>/var/lib/life/order'"
when = ["upgrade"]
[[task]]
name = "one-time"
command = "/bin/sh -c 'test ! -e /srv/life/closed && echo once >>/var/lib/life/order'"
once = true
on-failure = "warn"
[[task]]
name = "gate"
command = "/bin/sh -c 'test ! -e /srv/life/broken || { echo \"the table is locked\"; exit 3; }'"
[[task]]
name = "after"
command = '''@prefix@/bin/python -c "open('/var/lib/life/order', 'a').write('after\n')"'''
before-start = false

[commands]
life-shell = { command = '''@prefix@/bin/python -c "import json, os, pwd, sys; print(json.dumps([sys.argv[1:], pwd.getpwuid(os.getuid()).pw_name, dict(os.environ), os.getgroups() == [os.getgid()]]))" fixed''', as-service = true }
life-plain = "@prefix@/bin/python -c 'import sys; print(sys.argv[1:])' a"

[[logrotate]]
files = ["/var/log/life/*.log"]
frequency = "daily"
rotate = 2
create = "0640"
post-rotate = "echo rotated >>/srv/life/rotations"

[health]
http = "http://127.0.0.1:8123/plain.txt"
required = true
timeout = 20

[scripts]
before-configure = "hooks/before-configure.sh"
before-start = "hooks/before-start.sh"
before-stop = "hooks/before-stop.sh"
purge = "hooks/purge.sh"
"#;

/// Writes the recipe and what lies beside it.
fn write(context: &TestContext, recipe: &str) -> PathBuf {
    context.write("conf.d/10-first.cfg", "first\n");
    context.write("conf.d/sub/20-second.cfg", "second\n");
    context.write(
        "hooks/before-configure.sh",
        "#!/bin/sh\necho \"before-configure it's $*\" >>/root/hooks\nexit 0\n",
    );
    context.write(
        "hooks/before-start.sh",
        "cat <<'END' >>/root/hooks\nbefore-start ) ;; esac\nEND\n",
    );
    context.write(
        "hooks/before-stop.sh",
        "echo before-stop >>/root/hooks\nexit 1\n",
    );
    context.write("hooks/purge.sh", "rm -rf /root/hooks /srv/life/rotations\n");
    context.write("life.toml", recipe)
}

/// Builds a variant of the recipe, as a package of this version.
fn build(version: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let context = TestContext::new();
    let recipe = RECIPE.replace("version = \"1.0\"", &format!("version = \"{version}\""));
    let built = context.build(&write(&context, &change(&recipe)));
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| build("1.0", str::to_owned));
static NEXT: LazyLock<PathBuf> = LazyLock::new(|| build("1.1", str::to_owned));

fn booted() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11", "debconf", "cron"])
        .boot()
        .unwrap()
}

fn install(root: &Root, package: &Path) -> String {
    let ran = root.install(package).unwrap().succeeded().unwrap();
    ran.stdout + &ran.stderr
}

fn status(root: &Root) -> String {
    root.sh("dpkg-query -W -f '${Version} ${Status}' life")
        .unwrap()
}

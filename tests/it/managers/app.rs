//! An app of three programs and a job, the same under every manager, and what it says of itself.

use crate::context::TestContext;
use deb_build_app::target::Root;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

/// Ports of `web`, then that of `beat`.
pub(super) const PORTS: [u16; 3] = [61500, 61501, 61510];

/// What has to arrive as it stands.
pub(super) const HOSTILE: &str = "it's \"a\" $HOME `id` $(id) \\ 100% %h %(x)s # no ; comment";

/// A server that answers with its words and its environment.
const ANSWER: &str = r#"
import http.server, json, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        environ = open("/proc/self/environ", "rb").read().decode().rstrip("\0").split("\0")
        text = json.dumps({"argv": sys.argv[1:], "environ": dict(e.split("=", 1) for e in environ), "pid": os.getpid(),
                           "uid": os.getuid(), "groups": len(os.getgroups()), "cwd": os.getcwd(), "umask": oct(os.umask(0o22)),
                           "run": os.stat("/run/fleet").st_uid})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *words):
        print("asked", flush=True)
class Server(http.server.HTTPServer):
    allow_reuse_address = True
Server(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"#;

/// Returns the recipe of a version under a manager.
pub(super) fn recipe(manager: &str, version: &str) -> String {
    format!(
        r#"
[package]
name = "fleet"
version = "{version}"
maintainer = "Ada <ada@example.org>"
summary = "three programs, 100% \"quoted\""

[target]
service-manager = "{manager}"

[venv]
packages = ["six==1.17.0"]

[files]
"/usr/share/fleet/answer.py" = {{ content = '''{ANSWER}''' }}

[env]
HOSTILE = '''{HOSTILE}'''
SHARED = "package"
SPACES = "  two  "

[service.web]
command = '''@prefix@/bin/python /usr/share/fleet/answer.py ${{PORT}} {version} "two words" '' $HOME x${{SHARED}}y 100% ';' "it's" '\n' %(x)s'''
instances = 2
port = 61500
on-upgrade = "stop"

[service.beat]
command = "@prefix@/bin/python /usr/share/fleet/answer.py ${{PORT}} {version}"
port = 61510
singleton = true
directory = "/var/lib/fleet"
restart = "always"
stop-timeout = 20
env = {{ SHARED = "beat's", OWN = "1" }}

[service.job]
command = "/usr/bin/touch /var/lib/fleet/worked"
schedule = "daily"
"#
    )
}

static BUILT: LazyLock<Mutex<BTreeMap<String, PathBuf>>> = LazyLock::new(Mutex::default);

/// Builds a recipe once for all tests.
pub(super) fn build(recipe: &str) -> PathBuf {
    let mut built = BUILT.lock().unwrap();
    if let Some(path) = built.get(recipe) {
        return path.clone();
    }
    let context = TestContext::new();
    let written = context.write("fleet.toml", recipe);
    let made = context.build(&written);
    let folder = crate::context::kept().join(format!("fleet-{}", built.len()));
    std::fs::create_dir_all(&folder).unwrap();
    let kept = folder.join(made.file_name().unwrap());
    std::fs::copy(&made, &kept).unwrap();
    built.insert(recipe.to_owned(), kept.clone());
    kept
}

/// Builds a version of the app for a manager.
pub(super) fn package(manager: &str, version: &str) -> PathBuf {
    build(&recipe(manager, version))
}

/// Returns what a server says of itself, if it answers now.
pub(super) fn ask(root: &Root, port: u16) -> Option<Value> {
    let ran = root
        .run(&["curl", "-fsS", &format!("http://127.0.0.1:{port}/")])
        .unwrap();
    ran.success()
        .then(|| serde_json::from_str(&ran.stdout).unwrap())
}

/// Waits for a server to answer as wanted, and returns what it says.
pub(super) fn wait(root: &Root, port: u16, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    let mut last = None;
    while start.elapsed() < Duration::from_mins(5) {
        last = ask(root, port);
        if let Some(answer) = last.as_ref().filter(|answer| wanted(answer)) {
            return answer.clone();
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let processes = root.sh("ps axf; ls -l /etc/service/ /run; tail -n 30 /var/log/*/*/current /var/log/supervisor/* /var/log/*.output 2>/dev/null || true");
    panic!(
        "{port}: {what}; the last answer was {last:?}\n{}",
        processes.unwrap_or_default()
    );
}

/// Waits until a script of sh succeeds, and returns what it says.
pub(crate) fn until(root: &Root, script: &str) -> String {
    let start = Instant::now();
    loop {
        match root.sh(script) {
            Ok(said) => return said,
            Err(error) if start.elapsed() > Duration::from_mins(2) => panic!("{error:#}"),
            Err(_) => std::thread::sleep(Duration::from_millis(200)),
        }
    }
}

/// Waits until the app is there in a version, with one process for each port and no other.
pub(super) fn runs(root: &Root, version: &str, ports: &[u16]) {
    for port in ports {
        wait(root, *port, "the version", |answer| {
            answer["argv"][1] == version
        });
    }
    assert_eq!(processes(root), ports.len(), "{version}");
}

/// Returns how many servers there are.
pub(super) fn processes(root: &Root) -> usize {
    let found = root
        .sh("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -cx '/usr/share/fleet/answer[.]py' || true")
        .unwrap();
    found.trim().parse().unwrap()
}

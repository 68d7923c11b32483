//! The dashboard of `fixtures/apps/glance` as packages, and what it answers.

use crate::context::{TestContext, repository};
use deb_build_app::target::{Root, Snapshot};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// What has to arrive as it stands.
const TITLE: &str = "it's \"the\" $HOME of 100% `id` %h";

/// Returns the recipe of a version; `rest` is what stands in `[passenger]`, and behind it.
fn recipe(version: &str, rest: &str) -> String {
    format!(
        r#"
[package]
name = "glance"
version = "{version}"
maintainer = "Ada <ada@example.org>"
summary = "dashboard of the processes of a host"
license = "MIT"

[source]
git = "app"

[files]
"@prefix@/passenger/public/style.css" = {{ content = "body {{}}\n" }}

[env]
GLANCE_TITLE = '''{TITLE}'''

[secrets]
GLANCE_KEY = {{}}

[health]
http = "http://127.0.0.1:8000/"
timeout = 60

[passenger]
{rest}
"#
    )
}

const NGINX: &str = r#"file = "passenger_wsgi.py"

[[nginx]]
server-name = ["glance.example.org"]
locations = { "/" = { service = "passenger" }, "/public" = { directory = "@prefix@/passenger/public" } }
"#;

const APACHE: &str = "wsgi = \"glance:app\"\nserver = \"apache2\"";

fn build(version: &str, rest: &str) -> PathBuf {
    build_from(&recipe(version, rest))
}

fn build_from(recipe: &str) -> PathBuf {
    let context = TestContext::new();
    for file in [
        "pyproject.toml",
        "README.md",
        "passenger_wsgi.py",
        "src/glance/__init__.py",
    ] {
        let from = repository().join("fixtures/apps/glance").join(file);
        context.write(
            &format!("app/{file}"),
            &std::fs::read_to_string(from).unwrap(),
        );
    }
    context.commit("app");
    let built = context.build(&context.write("glance.toml", recipe));
    let kept = crate::context::kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

/// Behind nginx, and the last version again.
pub(super) static STANDALONE: LazyLock<PathBuf> = LazyLock::new(|| build("1.0", NGINX));
pub(super) static STANDALONE_NEXT: LazyLock<PathBuf> = LazyLock::new(|| build("3.0", NGINX));
/// Behind nginx at another address of this machine, as a user whose group only the host knows.
pub(super) static CAPTAINS: LazyLock<PathBuf> = LazyLock::new(|| {
    let rest = format!(
        "listen = \"127.0.0.2:8000\"\n{NGINX}\n[user]\nname = \"captain\"\nexisting = true\n"
    );
    build_from(&recipe("4.0", &rest).replace("127.0.0.1", "127.0.0.2"))
});
/// Under Apache.
pub(super) static APACHE2: LazyLock<PathBuf> = LazyLock::new(|| build("2.0", APACHE));
pub(super) static APACHE2_NEXT: LazyLock<PathBuf> = LazyLock::new(|| build("2.1", APACHE));

/// Installs a package, and returns what it said itself.
pub(super) fn install(root: &Root, package: &Path) -> String {
    own_words(&root.install(package).unwrap().succeeded().unwrap().stderr)
}

/// Returns the lines that the package itself said, and those that are set below them.
pub(super) fn own_words(text: &str) -> String {
    let own = text
        .lines()
        .filter(|line| line.starts_with("glance: ") || line.starts_with("  "));
    own.collect::<Vec<_>>().join("\n")
}

/// Asks one time; returns the status and the text.
pub(super) fn once(root: &Root, address: &str) -> (String, String) {
    let ran = root
        .run(&[
            "curl",
            "-sS",
            "--resolve",
            "glance.example.org:80:127.0.0.1",
            "-w",
            "\n%{http_code}",
            address,
        ])
        .unwrap();
    let (text, status) = ran.stdout.rsplit_once('\n').unwrap_or_default();
    (status.to_owned(), text.to_owned())
}

/// Asks until the answer is as wanted, and returns its text.
pub(super) fn ask(root: &Root, address: &str, wanted: impl Fn(&str, &str) -> bool) -> String {
    let start = Instant::now();
    loop {
        let (status, text) = once(root, address);
        if wanted(&status, &text) {
            return text;
        }
        if start.elapsed() > Duration::from_mins(2) {
            let log = root.sh(
                "ps axf; journalctl -o cat -n 40 -u glance-passenger -u apache2; tail -n 40 /var/log/apache2/error.log 2>/dev/null || true",
            );
            panic!(
                "{address}: the last answer was {status}: {text}\n{}",
                log.unwrap_or_default()
            );
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Asks until the status is this one, and returns the text.
pub(super) fn status(root: &Root, address: &str, wanted: &str) -> String {
    ask(root, address, |status, _| status == wanted)
}

/// Returns what a worker says of itself.
pub(super) fn worker(root: &Root, site: &str) -> Value {
    let text = status(root, &format!("{site}/worker"), "200");
    serde_json::from_str(&text).unwrap()
}

/// Returns the processes that the dashboard lists: whose each is, and its command.
pub(super) fn listed(root: &Root, site: &str) -> Vec<(String, String)> {
    let text = status(root, &format!("{site}/"), "200");
    let all: Value = serde_json::from_str(&text).unwrap();
    let all = all.as_array().unwrap().iter();
    all.map(|process| {
        let text = |key: &str| process[key].as_str().unwrap().to_owned();
        (text("user"), text("command"))
    })
    .collect()
}

/// What is asked of a dashboard, wherever it runs: the worker is the virtualenv's Python under a user of its own, the list of
/// all processes is shown, and of root's no more than that.
pub(super) fn is_as_asked(root: &Root, site: &str) {
    let worker = worker(root, site);
    let python = "/opt/glance/bin/python /usr/share/passenger/helper-scripts/wsgi-loader.py";
    assert_eq!(worker["user"], "glance");
    assert_eq!(worker["prefix"], "/opt/glance");
    assert_eq!(worker["folder"], "/opt/glance/passenger");
    let words = worker["command"].as_array().unwrap().iter();
    let words: Vec<_> = words.map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words.join(" "), python);

    let processes = listed(root, site);
    assert!(processes.iter().any(|(user, _)| user == "root"));
    let workers: Vec<_> = processes
        .iter()
        .filter(|(_, command)| command.contains("wsgi-loader.py"))
        .collect();
    assert!(!workers.is_empty());
    for (user, command) in workers {
        assert_eq!((user.as_str(), command.as_str()), ("glance", python));
    }
    status(root, &format!("{site}/process/1"), "401");
    status(root, &format!("{site}/process/99999999"), "404");

    let environment = &worker["environment"];
    for (name, value) in [
        ("HOME", "/var/lib/glance"),
        ("LANG", "C.UTF-8"),
        ("LOGNAME", "glance"),
        ("PATH", "/opt/glance/bin:/usr/local/bin:/usr/bin:/bin"),
        ("PORT", "8000"),
        ("GLANCE_TITLE", TITLE),
        ("USER", "glance"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
    let secret = root
        .sh("sed -n \"s/^GLANCE_KEY='\\(.*\\)'/\\1/p\" /etc/glance/secrets.env")
        .unwrap();
    assert_eq!(environment["GLANCE_KEY"], secret);
    assert_eq!(
        root.sh("cd /opt/glance/passenger; stat -c '%n %a %U:%G' passenger_wsgi.py public tmp")
            .unwrap(),
        "passenger_wsgi.py 640 root:glance\npublic 755 root:root\ntmp 755 root:root"
    );
}

/// Returns what is there that was not there before, and has to do with the package.
pub(super) fn left(root: &Root, before: &Snapshot) -> Vec<String> {
    let later = root.snapshot().unwrap();
    before
        .difference(&later, &["/var/lib/dpkg", "/var/log/journal"])
        .into_iter()
        .filter(|line| line.contains("glance") || line.contains("deb-build-app"))
        .collect()
}

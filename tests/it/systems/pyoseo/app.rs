//! The package, a host with nothing but what it depends on, and what is done there again and again.

use super::super::host::{build, build_from, host_for, wait};
use super::browser::Browser;
use crate::context::{TestContext, repository, succeed};
use deb_build_app::target::{Root, RootBuilder};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The clock is quick, and so is the compressor.
const QUICK: [(&str, &str); 2] = [
    ("PYOSEO_SWEEP = \"300\"", "PYOSEO_SWEEP = \"2\""),
    (
        "[scripts]",
        "[output]\ncompression = \"zstd:1\"\n\n[scripts]",
    ),
];

/// The recipe as it is, but for that; a busy machine has its time until a worker answers.
pub(super) static FIRST: LazyLock<PathBuf> = LazyLock::new(|| {
    let patient = ("\ntimeout = 30\n", "\ntimeout = 600\n");
    build("pyoseo", "1.0", &[QUICK[0], QUICK[1], patient])
});

/// What a later version has more of: a field of the orders, and the migration that brings it.
pub(super) struct Change {
    pub(super) field: &'static str,
    pub(super) migration: &'static str,
    pub(super) text: &'static str,
}

/// Builds a later version with changes, which waits three seconds for a worker.
pub(super) fn next(version: &str, changes: &[&Change]) -> PathBuf {
    let context = TestContext::new();
    let app = context.path("next/fixtures/apps/pyoseo");
    std::fs::create_dir_all(app.parent().unwrap()).unwrap();
    let ours = repository().join("fixtures/apps/pyoseo");
    succeed(Command::new("cp").arg("-r").arg(ours).arg(&app));
    let last_field = "    delivered = models.DateTimeField(null=True, blank=True)\n";
    let models = app.join("orders/models.py");
    let mut text = std::fs::read_to_string(&models).unwrap();
    assert!(text.contains(last_field));
    for change in changes {
        text = text.replace(last_field, &format!("{last_field}    {}\n", change.field));
        let migration = app.join(format!("orders/migrations/{}.py", change.migration));
        std::fs::write(migration, change.text).unwrap();
    }
    std::fs::write(&models, text).unwrap();
    context.commit("next");
    let changes = [
        ("version = \"1.0\"", &*format!("version = \"{version}\"")),
        ("\ntimeout = 30\n", "\ntimeout = 3\n"),
        QUICK[0],
        QUICK[1],
    ];
    build_from(&context.path("next"), "pyoseo", version, &changes)
}

/// Returns a root with what `Depends` names, and nothing else.
pub(super) fn host() -> RootBuilder {
    host_for(&FIRST)
}

/// Installs a package with dpkg, and returns the lines that ask for attention.
pub(super) fn install(root: &Root, package: &Path) -> Vec<String> {
    let said = root.install(package).unwrap().succeeded().unwrap();
    let lines = said.stderr.lines().filter(|line| {
        !line.starts_with("Created symlink ") && !line.starts_with("pyoseo: running the task ")
    });
    lines.map(ToOwned::to_owned).collect()
}

/// Orders a product, and returns the path of the order's page.
pub(super) fn order(root: &Root, product: &str) -> String {
    let browser = Browser::new(root, "customer");
    let fields = [&*format!("product={product}"), "customer=Ada Lovelace"];
    let page = browser.send("/", "/orders/", &fields);
    assert!(
        page.path.starts_with("/orders/") && page.shows(&["Ada Lovelace"]),
        "{page:?}"
    );
    page.path
}

/// Waits until the page of an order says that it is delivered.
pub(super) fn is_delivered(root: &Root, path: &str) {
    shows(root, path, &["<strong>delivered</strong>"]);
}

/// Returns the name of the file of an order that is delivered, which its page tells.
pub(super) fn file(root: &Root, path: &str) -> String {
    let page = Browser::new(root, "visitor").get(path);
    let (_, rest) = page.text.split_once("ftp://pyoseo.example.org/").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Waits until a page shows something.
pub(super) fn shows(root: &Root, path: &str, words: &[&str]) {
    let browser = Browser::new(root, "visitor");
    let start = Instant::now();
    loop {
        let page = browser.get(path);
        if page.shows(words) {
            return;
        }
        assert!(
            start.elapsed() < Duration::from_mins(5),
            "{page:?}\n{}",
            root.sh("systemctl --failed; tail -n 30 /var/log/celery/*; journalctl -n 60")
                .unwrap_or_default()
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The site is there, with all that can be ordered.
pub(super) fn site(root: &Root) {
    shows(
        root,
        "/",
        &[
            "<h2>Surface albedo, ten days</h2>",
            "<h2>Land surface temperature, hourly</h2>",
            "<h2>Vegetation index, ten days</h2>",
        ],
    );
}

/// Prints how many clocks run; a child that has not become another program yet looks like its parent, and is none.
const CLOCKS: &str = r#"
clocks=$(pgrep -f '^/opt/pyoseo/bin/python .*celery --app pyoseo beat' | tr '\n' ' ')
count=0
for clock in $clocks; do
    parent=$(ps -o ppid= -p "$clock" | tr -d ' ')
    case " $clocks" in
        *" ${parent:-$clock} "*) ;;
        *) count=$((count + 1)) ;;
    esac
done
echo "$count""#;

/// There is one clock: never two while it ticks three times, and one after each tick.
pub(super) fn one_clock(root: &Root) {
    let ticks = "cat /var/log/celery/beat.log | grep -c 'Sending due task sweep'";
    for _ in 0..3 {
        let before = root.sh(&format!("{ticks} || true")).unwrap();
        wait(root, ticks, |now| {
            let clocks = root.sh(CLOCKS).unwrap();
            assert!(["0", "1"].contains(&clocks.as_str()), "{clocks} clocks");
            now != before
        });
        assert_eq!(root.sh(CLOCKS).unwrap(), "1");
    }
}

/// Makes the first administrator, who logs in.
pub(super) fn administrator(root: &Root) -> Browser<'_> {
    assert_eq!(
        root.sh("echo secret-word-1 | pyoseo-admin ada").unwrap(),
        "ada is an administrator"
    );
    let browser = Browser::new(root, "administrator");
    let log_in = |password: &str| {
        let fields = ["username=ada", password, "next=/admin/"];
        browser.send("/admin/login/", "/admin/login/", &fields)
    };
    let refused = log_in("password=secret-word-2");
    assert_eq!(refused.path, "/admin/login/");
    let page = log_in("password=secret-word-1");
    assert!(page.shows(&["Site administration", "Sweeps"]), "{page:?}");
    browser
}

/// Returns the file with the secret of a host.
pub(super) fn secret(root: &Root) -> String {
    root.read("/etc/pyoseo/secrets.env").unwrap()
}

//! What every system is asked: to be built from its own recipe, to please lintian, to show its pages, to leave nothing.

use crate::context::{TestContext, repository, succeed};
use crate::lifecycle::NOT_THE_PACKAGES;
use crate::support::lintian;
use deb_build_app::target::{Ran, Root, RootBuilder, Snapshot};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Builds `recipes/NAME.toml` with some of its lines changed, and keeps the package for this run of the tests.
pub(super) fn build(name: &str, version: &str, changes: &[(&str, &str)]) -> PathBuf {
    build_from(&repository(), name, version, changes)
}

/// Builds it from another repository, which has the app at the same place.
pub(super) fn build_from(
    git: &Path,
    name: &str,
    version: &str,
    changes: &[(&str, &str)],
) -> PathBuf {
    let context = TestContext::new();
    let mut text =
        std::fs::read_to_string(repository().join(format!("recipes/{name}.toml"))).unwrap();
    let source = format!("git = \"{}\"", git.display());
    for (from, to) in [("git = \"..\"", source.as_str())].iter().chain(changes) {
        assert!(text.contains(from), "{name}.toml has no `{from}`");
        text = text.replace(from, to);
    }
    // What the recipe ships of its own.
    let beside = repository().join("recipes").join(name);
    if beside.is_dir() {
        succeed(
            Command::new("cp")
                .arg("-r")
                .arg(beside)
                .arg(context.path(name)),
        );
    }
    let built = context.build(&context.write(&format!("{name}.toml"), &text));
    let folder = crate::context::kept().join(format!("{name}-{version}"));
    std::fs::create_dir_all(&folder).unwrap();
    let kept = folder.join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

/// Asks lintian, which has nothing to say.
pub(super) fn pleases_lintian(package: &Path) {
    assert_eq!(lintian(package, &[]), "", "{}", package.display());
}

/// Begins a host of all that `Depends` of a package names, and nothing else.
pub(super) fn host_for(package: &Path) -> RootBuilder {
    let depends = succeed(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(package)
            .arg("Depends"),
    );
    let names = depends.split(',').map(|relation| {
        let name = relation.split_whitespace().next().unwrap();
        name.trim_end_matches(":any").to_owned()
    });
    Root::builder("bookworm").packages(names)
}

/// Installs a package with dpkg alone: what it depends on is there already, and nothing else.
pub(super) fn install(root: &Root, package: &Path) -> Ran {
    root.install(package).unwrap().succeeded().unwrap()
}

/// Asks for a page until it is there and as wanted: a server that has just been started still has to load the app.
pub(super) fn page(root: &Root, address: &str, wanted: &str) -> String {
    let start = Instant::now();
    loop {
        let ran = root.run(&["curl", "-sS", "-i", address]).unwrap();
        if ran.stdout.contains(wanted) {
            return ran.stdout;
        }
        assert!(
            start.elapsed() < Duration::from_mins(3),
            "{address} has no `{wanted}`:\n{}{}",
            ran.stdout,
            ran.stderr
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Runs a script until it prints what is wanted.
pub(super) fn wait(root: &Root, script: &str, wanted: impl Fn(&str) -> bool) -> String {
    let start = Instant::now();
    loop {
        let ran = root.run(&["sh", "-c", script]).unwrap();
        if wanted(ran.stdout.trim_end()) {
            return ran.stdout.trim_end().to_owned();
        }
        assert!(
            start.elapsed() < Duration::from_mins(3),
            "`{script}` says:\n{}{}",
            ran.stdout,
            ran.stderr
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What other programs of a host write all the time, and what tests put there.
const OTHERS: &[&str] = &[
    "/etc/.updated",
    "/root",
    "/run/apache2/apache2.pid",
    "/run/nginx.pid",
    "/tmp",
    "/var/.updated",
    "/var/lib/logrotate/status",
    "/var/log/apache2/error.log",
    "/var/log/lastlog",
    "/var/log/nginx/access.log",
    "/var/log/nginx/error.log",
    "/var/log/wtmp",
    "/var/tmp",
];

/// Returns what is different on a host after a purge, but for what other programs write, users, whom nobody deletes, and
/// `kept`, which is somebody else's with reason.
pub(super) fn left_behind(before: &Snapshot, root: &Root, kept: &[&str]) -> Vec<String> {
    let ignored: Vec<_> = [NOT_THE_PACKAGES, OTHERS, kept].concat();
    before.difference(&root.snapshot().unwrap(), &ignored)
}

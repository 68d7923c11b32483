//! The package, its next version, and a host with what it depends on and logs of two kinds.

use super::super::host::{build, build_from, host_for, install, pleases_lintian};
use crate::context::{TestContext, repository, succeed};
use deb_build_app::target::{Root, Snapshot};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) const SITE: &str = "http://psdash.example.org";

/// Prints the process ids of the workers, whichever Python they are.
pub(super) const WORKERS: &str = "pgrep -u www-data -f '^[^ ]*/python[^ ]* .*/wsgi-loader.py'";

/// A log for the group alone, and one for root alone.
pub(super) const ADM: &str = "/var/log/auth.log";
pub(super) const ROOT: &str = "/var/log/closed.log";

/// Builds the next version from other code, whose pages say that they are of it.
fn next(recipe: &str) -> PathBuf {
    let context = TestContext::new();
    let app = context.path("next/fixtures/apps/psdash");
    std::fs::create_dir_all(app.parent().unwrap()).unwrap();
    let ours = repository().join("fixtures/apps/psdash");
    succeed(Command::new("cp").arg("-r").arg(ours).arg(&app));
    let project = app.join("pyproject.toml");
    let text = std::fs::read_to_string(&project).unwrap();
    let version = ("version = \"0.7\"", "version = \"0.8\"");
    assert!(text.contains(version.0));
    std::fs::write(&project, text.replace(version.0, version.1)).unwrap();
    let page = app.join("src/psdash/templates/overview.html");
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("<h2>Load</h2>"));
    std::fs::write(
        &page,
        text.replace("<h2>Load</h2>", "<h2>Load of late</h2>"),
    )
    .unwrap();
    context.commit("next");
    build_from(&context.path("next"), recipe, "0.8", &[version])
}

/// Boots a host with what the package depends on and nothing else, which has a name for the site, and logs.
fn booted(package: &Path) -> Root {
    let root = host_for(package).boot().unwrap();
    root.sh(&format!(
        "echo 127.0.0.1 psdash.example.org >>/etc/hosts
         echo 'su: session opened for root' >{ADM}; chown root:adm {ADM}; chmod 640 {ADM}
         echo 'for root' >{ROOT}; chmod 600 {ROOT}"
    ))
    .unwrap();
    root
}

/// A host on which the dashboard is installed, how it and its user were before, and the next version.
pub(super) struct Installed {
    pub(super) root: Root,
    pub(super) before: Snapshot,
    pub(super) user: String,
    pub(super) next: PathBuf,
}

/// Builds a recipe, asks lintian, and installs the package on a host of its own.
pub(super) fn installed(recipe: &str) -> Installed {
    let package = build(recipe, "0.7", &[]);
    let next = next(recipe);
    pleases_lintian(&package);
    let root = booted(&package);
    let user = root.sh("getent passwd www-data; id www-data").unwrap();
    let before = root.snapshot().unwrap();
    install(&root, &package);
    root.sh("touch /root/installed").unwrap();
    Installed {
        root,
        before,
        user,
        next,
    }
}

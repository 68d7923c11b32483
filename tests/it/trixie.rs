//! Debian trixie with its Python 3.13: our program builds there, and the package lives there.

use crate::context::{repository, succeed, tool};
use crate::lifecycle::NOT_THE_PACKAGES;
use deb_build_app::target::{Access, Root};
use std::process::Command;

const PACKAGE: &str = "/root/demosite_0.1-1_amd64.deb";

#[test]
fn the_demo_is_built_on_trixie_and_lives_there() {
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("source");
    // A worktree or a shallow checkout is not whole by itself.
    succeed(
        Command::new("git")
            .args(["clone", "-q", "--no-hardlinks"])
            .arg(repository())
            .arg(&clone),
    );
    let cache = crate::context::kept().join("cache-trixie");
    std::fs::create_dir_all(&cache).unwrap();
    let builder = Root::builder("trixie")
        .share_host_network()
        .packages(["python3.13-venv"])
        .bind(&clone, "/srv/source", Access::ReadOnly)
        .bind(&cache, "/var/cache/deb-build-app", Access::ReadWrite)
        .env("HOME", "/root")
        .env("DEB_BUILD_APP_CACHE_DIR", "/var/cache/deb-build-app")
        .start()
        .unwrap();
    builder.put(&tool(), "/usr/local/bin/").unwrap();
    let built = builder
        .sh("deb-build-app build --quiet --output /root /srv/source/recipes/demosite.toml")
        .unwrap();
    let machine = builder.sh("dpkg --print-architecture").unwrap();
    let package = PACKAGE.replace("amd64", &machine);
    assert_eq!(built, package);
    assert_eq!(
        builder
            .sh(&format!("dpkg-deb -f {package} Depends"))
            .unwrap(),
        "python3.13, python3:any, adduser, libc6 (>= 2.14)"
    );
    // Nothing in it is of another Python.
    assert_eq!(
        builder
            .sh(&format!(
                "dpkg-deb -c {package} | grep -oE 'python3[.][0-9]+|cpython-3[0-9]+' | sort -u"
            ))
            .unwrap(),
        "cpython-313\npython3.13"
    );
    let kept = folder.path().join("demosite.deb");
    std::fs::copy(builder.path(&package).unwrap(), &kept).unwrap();
    drop(builder);

    let host = Root::new("trixie").unwrap().boot().unwrap();
    let before = host.snapshot().unwrap();
    host.install(&kept).unwrap().succeeded().unwrap();
    let page = host
        .sh("curl -fsS --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8000/")
        .unwrap();
    assert!(page.contains("Small sites, carefully served."), "{page}");
    assert_eq!(
        host.sh("systemctl is-active demosite; /opt/demosite/bin/python -c 'import sys; print(*sys.version_info[:2], sys.flags.safe_path)'")
            .unwrap(),
        "active\n3 13 False"
    );
    let python = host.sh("/usr/bin/python3.13 --version").unwrap();
    let changelog = host
        .sh("zcat /usr/share/doc/demosite/changelog.Debian.gz | head -n 3")
        .unwrap();
    assert_eq!(
        changelog,
        format!(
            "demosite (0.1-1) trixie; urgency=medium\n\n  * Built by deb-build-app for {python}."
        )
    );
    let verified = host.run(&["dpkg", "--verify", "demosite"]).unwrap();
    assert_eq!((verified.status, verified.stdout.as_str()), (0, ""));
    host.sh("dpkg -P demosite").unwrap();
    assert_eq!(
        before.difference(&host.snapshot().unwrap(), NOT_THE_PACKAGES),
        Vec::<String>::new()
    );
}

//! Debian trixie with its Python 3.13: apps with compiled parts are built there by our program, installed by apt, and used; one of them
//! brings its own Python to a host that has none.
//!
//! Not among the tests that `cargo test` runs, because they compile and install compilers: `cargo test --test trixie`, or
//! `tests/run --full`.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests look at the machine from outside, and a panic is how they fail"
)]

use deb_build_app::target::{Access, Root};
use std::path::{Path, PathBuf};

const SYSTEM: &str = r#"
[build]
apt = ["gcc", "libc6-dev", "python3-dev", "libpq-dev", "libssl-dev", "zlib1g-dev"]

[venv]
packages = ["uwsgi==2.0.31", "psycopg2==2.9.13", "numpy==2.4.6"]
[venv.verify]
imports = ["psycopg2", "numpy"]
commands = ["@prefix@/bin/uwsgi --version"]

[output]
compression = "zstd:1"
"#;

const BUNDLED: &str = r#"
[build]
apt = ["gcc", "libc6-dev", "python3-dev", "libpq-dev"]

[venv]
interpreter = "bundled"
packages = ["flask==3.1.3", "psycopg2==2.9.13"]
[venv.verify]
imports = ["flask", "psycopg2", "ssl", "sqlite3", "ctypes", "lzma", "curses"]

[output]
compression = "zstd:1"
"#;

/// Builds an app in a root with compilers, and returns the package with its dependencies.
fn build(name: &str, summary: &str, rest: &str, folder: &Path) -> (PathBuf, String) {
    let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cache-trixie");
    std::fs::create_dir_all(&cache).unwrap();
    let builder = Root::builder("trixie")
        .share_host_network()
        .packages(["python3.13-venv"])
        .bind(&cache, "/var/cache/deb-build-app", Access::ReadWrite)
        .env("HOME", "/root")
        .env("DEB_BUILD_APP_CACHE_DIR", "/var/cache/deb-build-app")
        .start()
        .unwrap();
    builder
        .put(
            Path::new(env!("CARGO_BIN_EXE_deb-build-app")),
            "/usr/local/bin/",
        )
        .unwrap();
    let head = format!(
        "[package]\nname = \"{name}\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"{summary}\"\n"
    );
    builder.write("/srv/recipe.toml", head + rest).unwrap();
    let built = builder
        .sh("apt-get -q update >/dev/null; deb-build-app build --quiet --output /root /srv/recipe.toml")
        .unwrap();
    let depends = builder.sh(&format!("dpkg-deb -f {built} Depends")).unwrap();
    let kept = folder.join(format!("{name}.deb"));
    std::fs::copy(builder.path(&built).unwrap(), &kept).unwrap();
    (kept, depends)
}

/// A host that reaches the mirror, so that apt brings what the package depends on.
fn host() -> Root {
    let host = Root::builder("trixie")
        .share_host_network()
        .start()
        .unwrap();
    host.sh("apt-get -q update >/dev/null").unwrap();
    host
}

fn needs(depends: &str, library: &str) -> bool {
    let mut names = depends.split(", ");
    names.any(|it| it == library || it.starts_with(&format!("{library} (")))
}

#[test]
fn what_is_compiled_on_trixie_depends_on_its_libraries_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (package, depends) = build(
        "compiled",
        "servers and drivers built from source",
        SYSTEM,
        folder.path(),
    );
    for library in [
        "python3.13",
        "python3:any",
        "libpython3.13",
        "libssl3t64",
        "libpq5",
    ] {
        assert!(needs(&depends, library), "{library} is not in {depends}");
    }
    let host = host();
    host.put(&package, "/root/").unwrap();
    host.sh("apt-get -q -y install --no-install-recommends /root/compiled.deb >/dev/null 2>&1")
        .unwrap();
    assert_eq!(
        host.sh("cd /opt/compiled/bin; ./python -c 'import psycopg2, numpy; print(numpy.arange(3).sum())'; ./uwsgi --version")
            .unwrap(),
        "3\n2.0.31"
    );
    host.sh("apt-get -q -y purge compiled >/dev/null 2>&1; test ! -e /opt/compiled")
        .unwrap();
}

#[test]
fn an_app_brings_python_3_13_to_a_host_that_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let (package, depends) = build(
        "carried",
        "a driver with a Python of its own",
        BUNDLED,
        folder.path(),
    );
    assert!(!depends.contains("python"), "{depends}");
    for library in ["libssl3t64", "libsqlite3-0", "libffi8", "libpq5", "tzdata"] {
        assert!(needs(&depends, library), "{library} is not in {depends}");
    }
    let host = host();
    host.put(&package, "/root/").unwrap();
    host.sh("exec 2>&1
         dpkg --purge $(dpkg-query -W -f '${Package}\\n' '*python3*')
         if command -v python3; then exit 1; fi
         apt-get -q -y install --no-install-recommends /root/carried.deb
         if command -v python3; then exit 1; fi")
        .unwrap();
    assert_eq!(
        host.sh("unshare --mount --propagation private sh -euc 'umount -l /proc; exec /opt/carried/bin/python -I -c \"
import ctypes, curses, flask, psycopg2, sqlite3, ssl, sys, zoneinfo
print(sys.version_info[:2], sys.base_prefix, zoneinfo.ZoneInfo(chr(85) + chr(84) + chr(67)))
\"'")
            .unwrap(),
        "(3, 13) /opt/carried/python UTC"
    );
    assert_eq!(host.sh("dpkg --verify carried").unwrap(), "");
    host.sh("dpkg -P carried >/dev/null 2>&1; test ! -e /opt/carried")
        .unwrap();
}

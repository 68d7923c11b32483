//! The whole build of an app of about 60 MB of wheels, with this program and with dh-virtualenv, in turns in one clean root.
//!
//! `cargo run --release --example dh_virtualenv -- PROGRAM` takes the program to measure, `target/release/deb-build-app`. Each
//! builds once uncounted, which fills its caches, then three times; medians are printed. Needs root and the network.
//!
//! dh-virtualenv is given what it takes to get through at all: it may skip `dh_strip`, `dh_dwz` and `dh_shlibdeps`, which
//! stop at wheels with libraries of their own. So its package has no dependencies on libraries, and nothing is proven of it.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement, not a part of the tool"
)]

use anyhow::{Context as _, Result};
use deb_build_app::target::{Access, Root};
use std::time::{Duration, Instant};

const RUNS: usize = 3;

const PACKAGES: &[&str] = &[
    "build-essential",
    "debhelper",
    "dh-virtualenv",
    "git",
    "python3-dev",
    "python3-pip",
    "python3-venv",
];

/// The apps of the sweep whose pins are taken together.
const APPS: &[&str] = &[
    "pandas",
    "sphinx",
    "cryptography",
    "lxml",
    "django",
    "gunicorn",
    "pillow",
    "psycopg2-binary",
];

const CONTROL: &str = "\
Source: demo
Section: web
Priority: optional
Maintainer: Ada <ada@example.org>
Build-Depends: debhelper-compat (= 13), dh-virtualenv
Standards-Version: 4.6.2

Package: demo
Architecture: any
Depends: ${misc:Depends}, python3
Description: something from the index
 Nothing more.
";

const RULES: &str = "\
#!/usr/bin/make -f
export DH_VIRTUALENV_INSTALL_ROOT=/opt
%:
\tdh $@ --with python-virtualenv --buildsystem=none
override_dh_virtualenv:
\tdh_virtualenv --python /usr/bin/python3 --builtin-venv --skip-install
override_dh_strip:
override_dh_dwz:
override_dh_shlibdeps:
";

const CHANGELOG: &str = "demo (1-1) unstable; urgency=low\n\n  * One.\n\n -- Ada <ada@example.org>  Sat, 01 Nov 2025 10:00:00 +0000\n";

const RECIPE: &str = "\
[package]
name = \"demo\"
version = \"1\"
maintainer = \"Ada <ada@example.org>\"
summary = \"something from the index\"

[source]
git = \"source\"

[venv]
project = false
requirements = [\"requirements.txt\"]
";

/// Each way to build: a name, and a script.
const WAYS: &[(&str, &str)] = &[
    (
        "deb-build-app (zstd)",
        "cd /b && deb-build-app build -qq --output out recipe.toml",
    ),
    (
        "deb-build-app (xz)",
        "cd /b && deb-build-app build -qq --compression xz --output xz recipe.toml",
    ),
    (
        "dh-virtualenv (xz)",
        "cd /b/dh && dpkg-buildpackage -b -us -uc >/b/dh.log 2>&1 || { tail -n 40 /b/dh.log >&2; exit 1; }",
    ),
];

fn main() -> Result<()> {
    let program = std::env::args_os()
        .nth(1)
        .context("usage: dh_virtualenv PROGRAM")?;
    let program = std::fs::canonicalize(program)?;
    let mut root = Root::builder("bookworm")
        .packages(PACKAGES.iter().copied())
        .share_host_network()
        .on_disk()
        .time_limit(Duration::from_mins(20))
        .bind(program, "/usr/local/bin/deb-build-app", Access::ReadOnly)
        .env("HOME", "/root")
        .env("PIP_CACHE_DIR", "/root/pip-cache");
    for name in ["PIP_INDEX_URL", "https_proxy", "http_proxy", "no_proxy"] {
        if let Ok(value) = std::env::var(name) {
            root = root.env(name, value);
        }
    }
    let root = root.start()?;
    let requirements = requirements()?;
    root.sh("mkdir -p /b/dh/debian /b/source")?;
    for (path, text) in [
        ("/b/source/requirements.txt", requirements.as_str()),
        ("/b/recipe.toml", RECIPE),
        ("/b/dh/requirements.txt", &requirements),
        ("/b/dh/debian/control", CONTROL),
        ("/b/dh/debian/rules", RULES),
        ("/b/dh/debian/changelog", CHANGELOG),
    ] {
        root.write(path, text)?;
    }
    root.sh(
        "chmod 755 /b/dh/debian/rules; cd /b/source; git init -q; git add -A; \
         git -c user.name=Ada -c user.email=ada@example.org commit -qm one",
    )?;
    let mut times = vec![Vec::new(); WAYS.len()];
    for turn in 0..=RUNS {
        for ((name, script), times) in WAYS.iter().zip(&mut times) {
            let start = Instant::now();
            root.sh(script).with_context(|| format!("{name} fails"))?;
            if turn > 0 {
                times.push(start.elapsed().as_secs_f64());
            }
        }
    }
    let medians: Vec<f64> = times
        .iter_mut()
        .map(|times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect();
    let theirs = medians.last().context("there are three ways")?;
    for ((name, _), median) in WAYS.iter().zip(&medians) {
        println!("{name:22} {median:7.1} s  {:.2}", median / theirs);
    }
    println!(
        "{}",
        root.sh("ls -l /b/out/*.deb /b/xz/*.deb /b/*.deb; du -sm /b/dh/debian/demo")?
    );
    Ok(())
}

/// Returns the pins of all apps, each distribution once.
fn requirements() -> Result<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/pins");
    let mut lines = std::collections::BTreeMap::new();
    for app in APPS {
        for line in std::fs::read_to_string(folder.join(format!("{app}.txt")))?.lines() {
            let name = line.split("==").next().unwrap_or_default().to_lowercase();
            lines.entry(name).or_insert_with(|| format!("{line}\n"));
        }
    }
    Ok(lines.into_values().collect())
}

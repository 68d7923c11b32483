//! Real applications from the index: each is built in a root that has compilers, installed in a clean one, and used; what it
//! depends on is compared with dpkg-shlibdeps.

use deb_build_app::target::{Access, Root};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What every build from source may need.
const COMPILERS: &[&str] = &[
    "dpkg-dev",
    "g++",
    "gcc",
    "git",
    "libpq-dev",
    "make",
    "pkg-config",
    "python3-dev",
    "python3-pip",
    "python3-venv",
];

/// What the builds of the whole list need.
const LIBRARIES: &[&str] = &[
    "default-libmysqlclient-dev",
    "libcurl4-openssl-dev",
    "libgraphviz-dev",
    "libkrb5-dev",
    "libldap-dev",
    "libsasl2-dev",
    "libsqlite3-dev",
    "libssl-dev",
    "libsystemd-dev",
    "libxml2-dev",
    "libxslt1-dev",
];

/// Prints the archives that pip would install, as lines of a requirements file.
const PIN: &str = r#"
import json, sys
for item in sorted(json.load(sys.stdin)["install"], key=lambda item: item["metadata"]["name"].lower()):
    metadata, archive = item["metadata"], item["download_info"]
    kind = "wheel" if archive["url"].endswith(".whl") else "sdist"
    digest = archive["archive_info"]["hashes"]["sha256"]
    print(f"{metadata['name']}=={metadata['version']} --hash=sha256:{digest} # {kind}")
"#;

/// Variables through which a machine says how its index is reached.
const NETWORK: &[&str] = &[
    "PIP_DEFAULT_TIMEOUT",
    "PIP_INDEX_URL",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Which apps are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Those with a `+` in the list.
    Sample,
    /// All.
    Full,
}

/// An application of the list.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// The name of the package.
    pub(crate) name: String,
    asked: String,
    check: String,
}

/// What became of one.
pub(crate) struct Outcome {
    name: String,
    seconds: f64,
    megabytes: f64,
    wheels: usize,
    sdists: usize,
    version: String,
    /// What went wrong; nothing when all is well.
    pub(crate) failures: Vec<String>,
    warnings: usize,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = if self.failures.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        write!(
            f,
            "{:22} {:12} {:6.1} s {:6.1} MB {:3} wheels {:2} sdists {:2} warnings  {result}",
            self.name,
            self.version,
            self.seconds,
            self.megabytes,
            self.wheels,
            self.sdists,
            self.warnings
        )?;
        for failure in &self.failures {
            write!(f, "\n    {}", failure.replace('\n', "\n    "))?;
        }
        Ok(())
    }
}

/// Reads the list.
pub(crate) fn apps(extent: Extent) -> Vec<App> {
    let text = std::fs::read_to_string(folder().join("list.txt")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter(|line| extent == Extent::Full || line.starts_with('+'))
        .map(|line| {
            let mut parts = line.trim_start_matches("+ ").splitn(3, " | ");
            let mut next = || parts.next().expect("a line has three parts").to_owned();
            let (name, asked, check) = (next(), next(), next());
            let check = check.replace("@/", &format!("/opt/{name}/bin/"));
            App { name, asked, check }
        })
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps")
}

/// Roots for building, and what they share.
pub(crate) struct Sweep {
    builder: Root,
    work: tempfile::TempDir,
}

impl Sweep {
    /// Makes the root in which all are built.
    pub(crate) fn new(extent: Extent, tool: &Path) -> Self {
        let work = tempfile::tempdir().unwrap();
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("apps-cache");
        std::fs::create_dir_all(&cache).unwrap();
        let libraries = if extent == Extent::Full {
            LIBRARIES
        } else {
            &[]
        };
        let builder = with_network(Root::builder("bookworm"))
            .packages(COMPILERS.iter().chain(libraries).copied())
            .on_disk()
            .time_limit(Duration::from_mins(30))
            .bind(tool, "/usr/local/bin/deb-build-app", Access::ReadOnly)
            .bind(work.path(), "/sweep-of-apps", Access::ReadWrite)
            .bind(&cache, "/cache", Access::ReadWrite)
            .bind(folder(), "/apps", Access::ReadOnly)
            .env("HOME", "/root")
            .env("DEB_BUILD_APP_CACHE_DIR", "/cache")
            .start()
            .unwrap();
        Sweep { builder, work }
    }

    /// Builds, installs and uses one.
    pub(crate) fn try_one(&self, app: &App) -> Outcome {
        let mut outcome = Outcome {
            name: app.name.clone(),
            seconds: 0.0,
            megabytes: 0.0,
            wheels: 0,
            sdists: 0,
            version: String::new(),
            failures: Vec::new(),
            warnings: 0,
        };
        if let Err(failure) = self.follow(app, &mut outcome) {
            outcome.failures.push(failure);
        }
        let here = self.work.path().join(&app.name);
        if here.exists() {
            std::fs::remove_dir_all(here).unwrap();
        }
        outcome
    }

    fn follow(&self, app: &App, outcome: &mut Outcome) -> Result<(), String> {
        let pins = self.pins(app)?;
        outcome.wheels = pins.matches("# wheel").count();
        outcome.sdists = pins.matches("# sdist").count();
        let package = self.build(app, &pins, outcome)?;
        self.compare(app, &package, outcome)?;
        use_it(app, &package)
    }

    /// Returns the pinned files; made when `DEB_BUILD_APP_ACCEPT` is set and they are not there yet.
    fn pins(&self, app: &App) -> Result<String, String> {
        let file = folder().join(format!("pins/{}.txt", app.name));
        if !file.exists() && std::env::var_os("DEB_BUILD_APP_ACCEPT").is_some() {
            self.builder.write("/tmp/pin.py", PIN).unwrap();
            let script = format!(
                "python3 -m pip install --quiet --dry-run --ignore-installed --no-cache-dir --break-system-packages \
                 --root-user-action=ignore --report - {} | python3 /tmp/pin.py",
                app.asked
            );
            let lines = self
                .builder
                .sh(&script)
                .map_err(|error| format!("{error:#}"))?;
            std::fs::write(&file, lines + "\n").unwrap();
        }
        std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
    }

    fn build(&self, app: &App, pins: &str, outcome: &mut Outcome) -> Result<PathBuf, String> {
        let name = &app.name;
        let here = self.work.path().join(name);
        let source = here.join("source");
        std::fs::create_dir_all(&source).unwrap();
        std::fs::write(source.join("requirements.txt"), pins).unwrap();
        let first = pins
            .lines()
            .find(|line| {
                let wanted = app.asked.split(' ').next_back().unwrap_or_default();
                let wanted = wanted
                    .split('[')
                    .next()
                    .unwrap_or_default()
                    .replace(['-', '.'], "_");
                let found = line
                    .split("==")
                    .next()
                    .unwrap_or_default()
                    .replace(['-', '.'], "_");
                found.eq_ignore_ascii_case(&wanted)
            })
            .ok_or("the pins do not have it")?;
        let version = first
            .split("==")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        outcome.version = version.map(str::to_owned).unwrap_or_default();
        let recipe = format!(
            "[package]\nname = \"{name}\"\nversion = \"1\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"something from the index\"\n\n\
             [source]\ngit = \"source\"\n\n[venv]\nproject = false\nrequirements = [\"requirements.txt\"]\n\n[output]\ncompression = \"zstd:1\"\n"
        );
        std::fs::write(here.join("recipe.toml"), recipe).unwrap();
        let script = format!(
            "cd /sweep-of-apps/{name}/source && git init -q && git add -A && git -c user.name=Ada -c user.email=ada@example.org commit -qm one && \
             cd .. && deb-build-app build --json --output . recipe.toml >report.json 2>said || {{ tail -c 3000 said >&2; exit 1; }}; \
             python3 -c \"import json; r = json.load(open('report.json'))['packages'][0]; print(r['path'], r['seconds'], r['size'], len(r['warnings']))\""
        );
        let ran = self
            .builder
            .run(&["sh", "-euc", &script])
            .map_err(|error| format!("{error:#}"))?;
        if !ran.success() {
            return Err(format!("build: {}", ran.stderr.trim_end()));
        }
        let words: Vec<_> = ran.stdout.split_whitespace().collect();
        let [path, seconds, size, warnings] = words[..] else {
            return Err(format!("build: {}", ran.stdout));
        };
        outcome.seconds = seconds.parse().unwrap();
        outcome.megabytes = size.parse::<f64>().unwrap() / 1e6;
        outcome.warnings = warnings.parse().unwrap();
        let file = Path::new(path).file_name().unwrap();
        Ok(here.join(file))
    }

    /// Compares the dependencies with what dpkg-shlibdeps says of the unpacked package.
    fn compare(&self, app: &App, package: &Path, outcome: &mut Outcome) -> Result<(), String> {
        let name = &app.name;
        let file = package.file_name().unwrap().to_str().unwrap();
        let script = format!(
            "cd /sweep-of-apps/{name} && dpkg-deb -R {file} tree && /apps/shlibdeps tree tree"
        );
        let theirs = self
            .builder
            .sh(&script)
            .map_err(|error| format!("dpkg-shlibdeps: {error:#}"))?;
        let theirs: BTreeSet<&str> = theirs.lines().collect();
        let depends = said(
            Command::new("dpkg-deb")
                .arg("-f")
                .arg(package)
                .arg("Depends"),
        );
        let ours: BTreeSet<&str> = depends
            .trim()
            .split(", ")
            .filter(|relation| !["python3.11", "python3:any", "adduser"].contains(relation))
            .collect();
        if ours != theirs {
            let missing: Vec<_> = theirs.difference(&ours).collect();
            let more: Vec<_> = ours.difference(&theirs).collect();
            outcome.failures.push(format!(
                "depends: dpkg-shlibdeps alone has {missing:?}, we alone have {more:?}"
            ));
        }
        let compiled = !said(
            Command::new("sh")
                .args([
                    "-c",
                    "find tree -type f -exec head -qc4 {} + | grep -c ELF || true",
                ])
                .current_dir(self.work.path().join(name)),
        )
        .starts_with("0\n");
        let architecture = said(
            Command::new("dpkg-deb")
                .arg("-f")
                .arg(package)
                .arg("Architecture"),
        );
        if compiled == (architecture.trim() == "all") {
            outcome
                .failures
                .push(format!("architecture: {}", architecture.trim()));
        }
        Ok(())
    }
}

/// Installs a package with what it depends on, and nothing else, and uses it.
fn use_it(app: &App, package: &Path) -> Result<(), String> {
    let host = with_network(Root::builder("bookworm").packages(["python3.11"]))
        .on_disk()
        .start()
        .map_err(|error| format!("{error:#}"))?;
    host.put(package, "/root/").unwrap();
    let file = package.file_name().unwrap().to_str().unwrap();
    let install =
        format!("apt-get -q update && apt-get -q install -y --no-install-recommends /root/{file}");
    host.sh(&install)
        .map_err(|error| format!("install: {error:#}"))?;
    let ran = host
        .run(&["sh", "-euc", &app.check])
        .map_err(|error| format!("{error:#}"))?;
    if ran.success() && !ran.stdout.is_empty() | !app.check.contains("--version") {
        Ok(())
    } else {
        Err(format!("use: {}: {}{}", app.check, ran.stdout, ran.stderr))
    }
}

fn with_network(
    mut root: deb_build_app::target::RootBuilder,
) -> deb_build_app::target::RootBuilder {
    root = root.share_host_network();
    for name in NETWORK {
        if let Ok(value) = std::env::var(name) {
            root = root.env(*name, value);
        }
    }
    root
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

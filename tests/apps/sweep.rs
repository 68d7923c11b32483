//! Real applications from the index: each is built in a root that has compilers, installed in a clean one, and used; what it
//! depends on is compared with dpkg-shlibdeps.

use super::list::{App, Extent, folder, pins_file};
use super::outcome::{Installers, Outcome};
use deb_build_app::target::{Access, Root};
use std::cell::RefCell;
use std::collections::BTreeSet;
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

/// A package that was built.
struct Built {
    package: PathBuf,
    sha256: String,
    seconds: f64,
    bytes: f64,
    warnings: Vec<String>,
}

/// Roots for building, and what they share.
pub(crate) struct Sweep {
    builder: Root,
    /// Where packages are installed.
    host: RefCell<Option<Host>>,
    work: tempfile::TempDir,
}

impl Sweep {
    /// Makes the root in which all are built, with a cache.
    pub(crate) fn new(extent: Extent, tool: &Path, cache: &Path) -> Self {
        let work = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(cache).unwrap();
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
            .bind(cache, "/cache", Access::ReadWrite)
            .bind(folder(), "/apps", Access::ReadOnly)
            .env("HOME", "/root")
            .env("DEB_BUILD_APP_CACHE_DIR", "/cache")
            .start()
            .unwrap();
        Sweep {
            builder,
            host: RefCell::new(None),
            work,
        }
    }

    /// Builds, installs and uses one.
    pub(crate) fn try_one(&self, app: &App) -> Outcome {
        let mut outcome = Outcome::new(&app.name);
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
        let version = app.version(&pins).ok_or("the pins do not have it")?;
        version.clone_into(&mut outcome.version);
        self.prepare(app, &pins);
        let built = self.build(app, "uv")?;
        outcome.seconds = built.seconds;
        outcome.megabytes = built.bytes / 1e6;
        outcome.warnings = built.warnings.len();
        outcome.failures.extend(untold(&pins, &built.warnings));
        self.compare(app, &built.package, outcome)?;
        self.install_and_use(app, &built.package)?;
        let other = self.build(app, "pip")?;
        outcome.failures.extend(untold(&pins, &other.warnings));
        outcome.installers = if built.sha256 == other.sha256 {
            Installers::Same
        } else {
            Installers::Differ
        };
        if outcome.installers == Installers::Differ && outcome.sdists == 0 {
            let said = self.difference(&built.package, &other.package);
            outcome
                .failures
                .push(format!("the packages of uv and pip differ: {said}"));
        }
        Ok(())
    }

    /// Returns the pinned files; made when `DEB_BUILD_APP_ACCEPT` is set and they are not there yet.
    fn pins(&self, app: &App) -> Result<String, String> {
        let file = pins_file(app);
        if !file.exists() && std::env::var_os("DEB_BUILD_APP_ACCEPT").is_some() {
            self.builder.write("/tmp/pin.py", PIN).unwrap();
            let script = "python3 -m pip install --quiet --dry-run --ignore-installed --no-cache-dir --break-system-packages \
                 --root-user-action=ignore --report - \"$@\" | python3 /tmp/pin.py";
            let words: Vec<_> = ["sh", "-euc", script, "sh"]
                .into_iter()
                .chain(app.asked.split(' '))
                .collect();
            let ran = self
                .builder
                .run(&words)
                .map_err(|error| format!("{error:#}"))?;
            if !ran.success() {
                return Err(format!("pins: {}", ran.stderr));
            }
            std::fs::write(&file, ran.stdout).unwrap();
        }
        std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Writes the source and the recipes. Debian has packages of the same names, whose place no package may take.
    fn prepare(&self, app: &App, pins: &str) {
        let App { name, depends, .. } = app;
        let depends = depends
            .as_ref()
            .map(|it| format!("depends = [\"{it}\"]\n"))
            .unwrap_or_default();
        let here = self.work.path().join(name);
        std::fs::create_dir_all(here.join("source")).unwrap();
        std::fs::write(here.join("source/requirements.txt"), pins).unwrap();
        for installer in ["uv", "pip"] {
            let recipe = format!(
                "[package]\nname = \"swept-{name}\"\nversion = \"1\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"something from the index\"\n{depends}\n\
                 [source]\ngit = \"source\"\n\n[venv]\nprefix = \"/opt/{name}\"\nproject = false\nrequirements = [\"requirements.txt\"]\ninstaller = \"{installer}\"\n\n\
                 [output]\ncompression = \"zstd:1\"\n"
            );
            std::fs::write(here.join(format!("{installer}.toml")), recipe).unwrap();
        }
        let script = format!(
            "cd /sweep-of-apps/{name}/source && git init -q && git add -A && git -c user.name=Ada -c user.email=ada@example.org commit -qm one"
        );
        self.builder.sh(&script).unwrap();
    }

    fn build(&self, app: &App, installer: &str) -> Result<Built, String> {
        let name = &app.name;
        let script = format!(
            "cd /sweep-of-apps/{name} && mkdir {installer} && \
             deb-build-app build --json --output {installer} {installer}.toml 2>{installer}.said || {{ tail -c 3000 {installer}.said >&2; exit 1; }}"
        );
        let ran = self
            .builder
            .run(&["sh", "-euc", &script])
            .map_err(|error| format!("{error:#}"))?;
        if !ran.success() {
            return Err(format!("build with {installer}: {}", ran.stderr.trim_end()));
        }
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let report = &report["packages"][0];
        let used = report["installer"].as_str().unwrap();
        if !used.starts_with(installer) {
            return Err(format!("build with {installer}: {used} installed"));
        }
        let file = Path::new(report["path"].as_str().unwrap())
            .file_name()
            .unwrap();
        let warnings = report["warnings"].as_array().unwrap();
        Ok(Built {
            package: self.work.path().join(name).join(installer).join(file),
            sha256: report["sha256"].as_str().unwrap().to_owned(),
            seconds: report["seconds"].as_f64().unwrap(),
            bytes: report["size"].as_f64().unwrap(),
            warnings: warnings
                .iter()
                .map(|warning| warning.as_str().unwrap().to_owned())
                .collect(),
        })
    }

    /// Installs a package in a clean root, uses it and takes it away; a root that is not clean after that is not used again.
    fn install_and_use(&self, app: &App, package: &Path) -> Result<(), String> {
        let host = match self.host.take() {
            Some(host) => host,
            None => Host::start()?,
        };
        host.install_and_use(app, package)?;
        if host.clean_up(app)? {
            self.host.replace(Some(host));
        }
        Ok(())
    }

    /// Returns what `diff` says of two packages.
    fn difference(&self, one: &Path, other: &Path) -> String {
        let inside = |path: &Path| {
            let path = path.strip_prefix(self.work.path()).unwrap();
            format!("/sweep-of-apps/{}", path.display())
        };
        let words = ["deb-build-app", "diff", &inside(one), &inside(other)];
        self.builder.run(&words).unwrap().stdout
    }

    /// Compares the dependencies with what dpkg-shlibdeps says of the unpacked package.
    fn compare(&self, app: &App, package: &Path, outcome: &mut Outcome) -> Result<(), String> {
        let name = &app.name;
        let file = package.file_name().unwrap().to_str().unwrap();
        let script = format!(
            "cd /sweep-of-apps/{name} && dpkg-deb -R uv/{file} tree && /apps/shlibdeps tree tree"
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
            .filter(|relation| app.depends.as_deref() != Some(*relation))
            .collect();
        outcome.libraries = ours.len();
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

/// Says what a build has not warned of: each source distribution is named that was built on the way, and no other.
fn untold(pins: &str, warnings: &[String]) -> Option<String> {
    let told = warnings
        .iter()
        .find(|it| it.contains("built on this machine"));
    let told = told.map(String::as_str).unwrap_or_default();
    let expected = pins.lines().filter(|line| line.ends_with("# sdist"));
    let expected: Vec<_> = expected
        .map(|line| {
            let name = line.split("==").next().unwrap_or_default();
            let name = name.to_lowercase().replace(['_', '.'], "-");
            format!("`{name}` from its source distribution")
        })
        .collect();
    let count = told.matches("from its source distribution").count();
    let all = expected.iter().all(|name| told.contains(name));
    (!all || count != expected.len())
        .then(|| format!("warnings: {expected:?} are built here, and that is told: `{told}`"))
}

/// A root with Python and nothing else, in which one package after the other is installed and taken away again.
struct Host {
    root: Root,
    /// What is installed when it is clean.
    clean: String,
}

impl Host {
    fn start() -> Result<Self, String> {
        let root = with_network(Root::builder("bookworm").packages(["python3.11"]))
            .on_disk()
            .start()
            .and_then(|root| {
                root.sh("apt-get -q update && apt-get -q autoremove -y --purge")?;
                Ok(root)
            })
            .map_err(|error| format!("{error:#}"))?;
        let clean = root.sh(INSTALLED).unwrap();
        Ok(Host { root, clean })
    }

    /// Installs a package with what it depends on, and nothing else, and uses it.
    fn install_and_use(&self, app: &App, package: &Path) -> Result<(), String> {
        self.root.put(package, "/root/").unwrap();
        let file = package.file_name().unwrap().to_str().unwrap();
        let install =
            format!("apt-get -q install -y --no-install-recommends /root/{file}; rm /root/{file}");
        self.root
            .sh(&install)
            .map_err(|error| format!("install: {error:#}"))?;
        let ran = self
            .root
            .run(&["sh", "-euc", &app.check])
            .map_err(|error| format!("{error:#}"))?;
        if ran.success() && !ran.stdout.is_empty() | !app.check.contains("--version") {
            Ok(())
        } else {
            Err(format!("use: {}: {}{}", app.check, ran.stdout, ran.stderr))
        }
    }

    /// Takes a package and all that came with it away, and says whether the root is clean: apt keeps what Debian calls required,
    /// such as tzdata.
    fn clean_up(&self, app: &App) -> Result<bool, String> {
        let purge = format!(
            "apt-get -q purge -y --auto-remove swept-{0} && ! ls -d /opt/{0}",
            app.name
        );
        self.root
            .sh(&purge)
            .map_err(|error| format!("purge: {error:#}"))?;
        Ok(self.root.sh(INSTALLED).unwrap() == self.clean)
    }
}

/// Lists what is installed.
const INSTALLED: &str = "dpkg-query -W";

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

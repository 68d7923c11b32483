//! One export in a process of its own, so that it has a network, an environment and an end of its own.

use super::network::Network;
use deb_build_app::failure;
use deb_build_app::plan::{NamedPaths, SourcePlan};
use deb_build_app::recipe::{GitAddress, Origin, Reference};
use deb_build_app::source::remote::{History, Surroundings};
use deb_build_app::source::{self, Downloads, Servers};
use deb_build_app::sys::environment::Environment;
use deb_build_app::sys::git_environment::GitEnvironment;
use deb_build_app::sys::isolation::Isolation;
use deb_build_app::sys::process::Runner;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Tells the process that is started anew what to export.
const JOB: &str = "DEB_BUILD_APP_TEST_EXPORT";

/// What an export gave.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Exported {
    /// `commit ID`, `describe TEXT`, or the whole error; then a line for each warning.
    pub(super) said: String,
    /// Every file with its content.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl std::fmt::Debug for Exported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.said)?;
        let start =
            |bytes: &Vec<u8>| String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        let files = self.files.iter().map(|(name, bytes)| (name, start(bytes)));
        f.debug_map().entries(files).finish()
    }
}

/// An export that is to be.
pub(super) struct Export<'a> {
    network: &'a Network,
    address: String,
    reference: String,
    cache: PathBuf,
    history: &'static str,
    env: Vec<(String, String)>,
    number: String,
    before: String,
}

impl<'a> Export<'a> {
    /// Exports `reference` of `address` in the network; the caches are those of the network unless told otherwise.
    pub(super) fn new(network: &'a Network, address: &str, reference: &str) -> Self {
        let number = tempfile::Builder::new()
            .prefix("export-")
            .tempdir_in(network.path(""))
            .unwrap()
            .keep();
        Export {
            network,
            address: address.to_owned(),
            reference: reference.to_owned(),
            cache: network.path("cache"),
            history: "tip",
            env: Vec::new(),
            number: number.to_str().unwrap().to_owned(),
            before: "true".to_owned(),
        }
        .env(
            "DEB_BUILD_APP_GIT_LIMITS",
            "silence=30,total=60,attempts=1,pause=0",
        )
        .env("GIT_SSL_CAINFO", network.path("ca.pem").to_str().unwrap())
    }

    /// Sets a variable of the caller's environment.
    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Uses another cache.
    pub(super) fn cache(mut self, name: &str) -> Self {
        self.cache = self.network.path(name);
        self
    }

    /// Asks for the tag before the commit too.
    pub(super) fn history(mut self) -> Self {
        self.history = "whole";
        self
    }

    /// Runs a line of sh first, with mounts that nobody else sees.
    pub(super) fn after(mut self, script: &str) -> Self {
        script.clone_into(&mut self.before);
        self
    }

    /// Starts it.
    pub(super) fn start(self) -> Running {
        let folder = PathBuf::from(&self.number);
        let job = [
            self.address.as_str(),
            &self.reference,
            self.history,
            self.cache.to_str().unwrap(),
            &self.number,
        ]
        .join("\n");
        let test = std::env::current_exe().unwrap();
        let mut command = self.network.command("unshare");
        let script = format!("{} && exec \"$0\" \"$@\"", self.before);
        command
            .args(["--mount", "--", "sh", "-c", &script])
            .arg(test)
            .args([
                "--exact",
                "git::export::a_folder_is_exported_in_this_process",
            ])
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", self.network.path("home"))
            .envs(self.env)
            .env(JOB, job)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Running {
            child: command.spawn().unwrap(),
            folder,
        }
    }

    /// Runs it to its end.
    pub(super) fn run(self) -> Exported {
        self.start().end()
    }
}

/// An export that runs.
pub(super) struct Running {
    pub(super) child: Child,
    folder: PathBuf,
}

impl Running {
    /// Waits for its end.
    pub(super) fn end(self) -> Exported {
        let output = self.child.wait_with_output().unwrap();
        let said = std::fs::read_to_string(self.folder.join("said"));
        let said = said.unwrap_or_else(|_| panic!("the export left no word: {output:?}"));
        Exported {
            said,
            files: files(&self.folder.join("tree")),
        }
    }
}

/// Returns every file below a folder with what it holds.
pub(super) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == ".git" {
            // The repository for build backends, which has times in it; it gets into no package.
            continue;
        }
        if path.is_dir() {
            let below = files(&path).into_iter();
            found.extend(below.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}

/// Exports in this process, and returns what was said.
fn export(text: &str, reference: &str, history: &str, cache: &Path, folder: &Path) -> String {
    let warnings = RefCell::new(String::new());
    let environment = Environment::read().unwrap();
    let surroundings = Surroundings {
        cache,
        environment: &environment,
        git: &GitEnvironment::read(),
        runner: Runner::new(Isolation::probe()),
        log: &folder.join("log"),
        warn: &|text| {
            let _ = writeln!(warnings.borrow_mut(), "warning: {text}");
        },
    };
    let reference: Reference = reference.parse().unwrap();
    let origin = match text.parse::<GitAddress>() {
        Ok(address) => Origin::Fetched(address, reference),
        Err(_) => Origin::Repository(PathBuf::from(text), reference),
    };
    let history = match history {
        "whole" => History::Whole,
        _ => History::Tip,
    };
    let mut plan = SourcePlan {
        with_history: history == History::Whole,
        ..crate::source::plan(origin)
    };
    let files = NamedPaths::default();
    let downloads = Downloads::new(cache, Path::new("/usr/bin/python3"), &environment);
    let assembling = source::Surroundings {
        runner: surroundings.runner,
        downloads: &downloads,
        obtain: &Servers(surroundings),
        warn: surroundings.warn,
    };
    let mut export = || {
        let obtained = if let Origin::Fetched(..) = plan.origin {
            let (commit, obtained) =
                source::obtain(&plan, history, &files, &surroundings, &mut |_| {})?;
            plan.commit = Some(commit);
            Some(obtained)
        } else {
            plan.commit = source::look(&plan, &files)?;
            None
        };
        let tree = source::extract(&plan, &assembling, &folder.join("tree"), &mut |_| {})?;
        drop(obtained);
        anyhow::Ok(tree)
    };
    let said = match export() {
        Ok(tree) => format!("commit {}\ndescribe {}\n", tree.commit, tree.describe),
        Err(error) => failure::render(&error),
    };
    said + &warnings.into_inner()
}

/// Without a job it exports a folder; with one, it is the other process.
#[test]
fn a_folder_is_exported_in_this_process() {
    if let Ok(job) = std::env::var(JOB) {
        let words: Vec<_> = job.split('\n').collect();
        let folder = Path::new(words[4]);
        let said = export(words[0], words[1], words[2], Path::new(words[3]), folder);
        std::fs::write(folder.join("said"), said).unwrap();
        return;
    }
    let context = crate::context::TestContext::new();
    context.write("app/a", "text");
    context.commit("app");
    let (into, cache) = (context.path("into"), context.path("no-cache"));
    let mut head = Command::new("git");
    head.args(["rev-parse", "HEAD"])
        .current_dir(context.path("app"))
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*");
    let head = crate::context::succeed(&mut head);
    let folder = context.path("app").to_str().unwrap().to_owned();
    let said = export(&folder, "main", "tip", &cache, &into);
    assert_eq!(said, format!("commit {head}describe {}\n", &head[..7]));
    assert_eq!(files(&into.join("tree"))["a"], b"text");
    std::fs::remove_dir_all(&into).unwrap();
    assert!(!cache.exists(), "a folder is read in place");
}

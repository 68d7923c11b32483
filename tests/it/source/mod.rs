//! Sources, put together from repositories, folders and archives that real programs made.

/// Archives made by tar, xz and zip, and those that nobody should unpack.
mod archives;

/// What a build backend sees that asks git.
mod backends;

/// What is decided of commits.
mod decisions;

/// Archives on a server.
mod downloads;

/// Versions that come from git or the project, in whole builds.
mod from;

/// Plain folders, with git and without.
mod folders;

/// Patches made by git and diff.
mod patches;

/// Submodules and extra sources.
mod several;

/// The checkout before and after a build.
mod untouched;

/// Versions of commits, against dpkg.
mod versions;

use crate::context::succeed;
use deb_build_app::failure;
use deb_build_app::plan::{OwnFiles, SourcePlan};
use deb_build_app::recipe::Origin;
use deb_build_app::source::{Downloads, NoServers, SourceTree, Surroundings, extract};
use deb_build_app::sys::environment::Environment;
use deb_build_app::sys::isolation::Isolation;
use deb_build_app::sys::process::Runner;
use std::cell::RefCell;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder in which a source is made and put together.
pub(crate) struct Workshop {
    folder: TempDir,
    warnings: RefCell<Vec<String>>,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Workshop {
            folder: tempfile::tempdir().unwrap(),
            warnings: RefCell::default(),
        }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub(crate) fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs sh in the folder with a git of its own; what it prints is returned.
    pub(crate) fn sh(&self, text: &str) -> String {
        let mut command = Command::new("sh");
        command
            .args(["-euc", text])
            .current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "Ada")
                .env(format!("GIT_{who}_EMAIL"), "ada@example.org")
                .env(format!("GIT_{who}_DATE"), "2026-02-03T04:05:06Z");
        }
        succeed(&mut command)
    }

    /// Makes a repository of what is in a folder.
    pub(crate) fn commit(&self, folder: &str) {
        self.sh(&format!(
            "cd {folder}; git init -q -b main; git add -A; git commit -q -m 'a commit'"
        ));
    }

    /// Puts the source together at `out`.
    pub(crate) fn extract(&self, plan: &SourcePlan) -> anyhow::Result<SourceTree> {
        let environment = Environment::default();
        let downloads = Downloads::new(
            &self.path("cache"),
            Path::new("/usr/bin/python3"),
            &environment,
        );
        self.extract_with(plan, &downloads)
    }

    pub(crate) fn extract_with(
        &self,
        plan: &SourcePlan,
        downloads: &Downloads,
    ) -> anyhow::Result<SourceTree> {
        let surroundings = Surroundings {
            runner: Runner::new(Isolation::ParentDeathSignal),
            downloads,
            obtain: &NoServers,
            warn: &|text| self.warnings.borrow_mut().push(self.plain(text)),
        };
        extract(plan, &surroundings, &self.path("out"), &mut |_| {})
    }

    /// Returns the whole error of a source that cannot be put together.
    pub(crate) fn refused(&self, plan: &SourcePlan) -> String {
        let refused = match self.extract(plan) {
            Ok(_) => "it was put together".to_owned(),
            Err(error) => self.plain(&failure::render(&error)),
        };
        std::fs::remove_dir_all(self.path("out")).ok();
        refused
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        self.warnings.borrow().clone()
    }

    pub(crate) fn plain(&self, text: &str) -> String {
        text.replace(self.folder.path().to_str().unwrap(), "[HERE]")
    }

    /// Returns every file and folder that was put together: its mode, its path, and what it holds.
    pub(crate) fn laid(&self) -> Vec<String> {
        listing(&self.path("out"))
    }
}

/// Returns everything below a folder but `.git`, sorted.
pub(crate) fn listing(top: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut folders = vec![top.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap() == ".git" {
                continue;
            }
            let shown = path.strip_prefix(top).unwrap().display();
            let metadata = path.symlink_metadata().unwrap();
            let mode = metadata.mode() & 0o7777;
            lines.push(if metadata.is_symlink() {
                let target = std::fs::read_link(&path).unwrap();
                format!("{shown} -> {}", target.display())
            } else if metadata.is_dir() {
                folders.push(path.clone());
                format!("{shown}/ {mode:o}")
            } else {
                let content = std::fs::read(&path).unwrap();
                format!("{shown} {mode:o} {:?}", String::from_utf8_lossy(&content))
            });
        }
    }
    lines.sort();
    lines
}

/// Returns a plan for one origin.
pub(crate) fn plan(origin: Origin) -> SourcePlan {
    SourcePlan {
        origin,
        subdirectory: None,
        submodules: false,
        patches: Vec::new(),
        extras: Vec::new(),
        own: OwnFiles::default(),
        locked: false,
        tags: None,
        with_history: false,
        commit: None,
    }
}

/// Returns the origin of a repository's commit.
pub(crate) fn repository(folder: PathBuf, reference: &str) -> Origin {
    Origin::Repository(folder, reference.parse().unwrap())
}

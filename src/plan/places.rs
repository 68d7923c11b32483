//! The folders and files of this machine that a build uses: all in the cache folder (DESIGN 1.8).

use super::interpreter::OWN_PYTHON;
use std::path::{Path, PathBuf};

/// Where a build works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// What all builds share: caches of the installers, tools, logs.
    pub cache: PathBuf,
    /// What this build alone uses; empty at its start, gone at its end.
    pub work: PathBuf,
    /// The virtualenv's place on the host, without the `/` in front.
    prefix: String,
}

impl Places {
    /// Takes the folders, and the prefix on the host without the `/` in front.
    pub fn new(cache: PathBuf, work: PathBuf, prefix: &str) -> Self {
        Places {
            cache,
            work,
            prefix: prefix.to_owned(),
        }
    }

    /// Returns the work folder of a package's builds.
    pub fn work_folder(cache: &Path, package: &str) -> PathBuf {
        cache.join("work").join(package)
    }

    /// Returns the log that a package's last build has written.
    pub fn log_file(cache: &Path, package: &str) -> PathBuf {
        cache.join("log").join(format!("{package}.log"))
    }

    /// Returns the file that takes what git says of servers.
    pub fn source_log_file(cache: &Path, package: &str) -> PathBuf {
        cache.join("log").join(format!("{package}.source.log"))
    }

    /// Returns the folder of the bare repositories that commits are fetched into.
    pub fn fetched(&self) -> PathBuf {
        self.cache.join("git")
    }

    /// Returns where the commit is exported to.
    pub fn source(&self) -> PathBuf {
        self.work.join("source")
    }

    /// Returns the folder that stands for the host's `/`.
    pub fn stage(&self) -> PathBuf {
        self.work.join("stage")
    }

    /// Returns where the virtualenv is made.
    pub fn venv(&self) -> PathBuf {
        self.stage().join(&self.prefix)
    }

    /// Returns the folder for temporary files.
    pub fn temporary(&self) -> PathBuf {
        self.work.join("tmp")
    }

    /// Returns the home that build backends get: an empty folder.
    pub fn home(&self) -> PathBuf {
        self.temporary().join("home")
    }

    /// Returns where the project's wheel is made.
    pub fn wheels(&self) -> PathBuf {
        self.work.join("wheels")
    }

    /// Returns the requirements file that names the project's wheel.
    pub fn project_requirement(&self) -> PathBuf {
        self.temporary().join("project.txt")
    }

    /// Returns the requirements file of the recipe's own `packages`.
    pub fn packages(&self) -> PathBuf {
        self.temporary().join("packages.txt")
    }

    /// Returns the requirements file of the lock's wheels.
    pub fn locked_wheels(&self) -> PathBuf {
        self.temporary().join("locked.txt")
    }

    /// Returns the requirements file of the lock's source distributions.
    pub fn locked_sdists(&self) -> PathBuf {
        self.temporary().join("locked-sdists.txt")
    }

    /// Returns the requirements file of the lock's repositories and folders.
    pub fn locked_sources(&self) -> PathBuf {
        self.temporary().join("locked-sources.txt")
    }

    /// Returns the virtualenv that holds what building needs, and nothing else.
    pub fn builder(&self) -> PathBuf {
        self.work.join("tools/builder")
    }

    /// Returns where the wheels go that are built of what a lock names.
    pub fn locked_built(&self) -> PathBuf {
        self.wheels().join("locked")
    }

    /// Returns the requirements file that names those wheels.
    pub fn built_requirement(&self) -> PathBuf {
        self.temporary().join("built.txt")
    }

    /// Returns the requirements file of the build requirements that came unchecked.
    pub fn unchecked(&self) -> PathBuf {
        self.temporary().join("unchecked.txt")
    }

    /// Returns what an installer writes of them.
    pub fn unchecked_resolved(&self) -> PathBuf {
        self.temporary().join("unchecked-resolved")
    }

    /// Returns the requirements file of a distribution whose newest version for the interpreter is asked for, and of the answer.
    pub fn newest(&self) -> (PathBuf, PathBuf) {
        let file = |name| self.temporary().join(name);
        (file("newest.txt"), file("newest-resolved"))
    }

    /// Returns the log that pip writes besides what it says.
    pub fn pip_log(&self) -> PathBuf {
        self.temporary().join("pip.log")
    }

    /// Returns what an installer writes of all that it has chosen.
    pub fn resolved(&self) -> PathBuf {
        self.temporary().join("resolved")
    }

    /// Returns the virtualenv that has pip and nothing else.
    pub fn pip(&self) -> PathBuf {
        self.work.join("tools/pip")
    }

    /// Returns the folder that stands for the host's `/` above a Python that the package brings.
    pub fn python_stage(&self) -> PathBuf {
        self.work.join("python")
    }

    /// Returns where a Python that the package brings is put together.
    pub fn own_python(&self) -> PathBuf {
        self.python_stage().join(&self.prefix).join(OWN_PYTHON)
    }

    /// Returns where the distribution's packages of Python are kept for later builds.
    pub fn kept_packages(cache: &Path) -> PathBuf {
        cache.join("debian")
    }

    /// Returns where the virtualenv is made once more, as the package holds it.
    pub fn placed_tree(&self) -> PathBuf {
        self.work.join("placed").join(&self.prefix)
    }

    /// Returns where the virtualenv is made once more for commands that write to it.
    pub fn written_tree(&self) -> PathBuf {
        self.work.join("written").join(&self.prefix)
    }

    /// Returns an empty folder that mounts may use.
    pub fn scratch(&self) -> PathBuf {
        self.work.join("scratch")
    }

    /// Returns the script that mounts the placed tree at its final path.
    pub fn at_prefix_script(&self) -> PathBuf {
        self.tool("at-prefix.sh")
    }

    /// Returns a file or folder among the tools of this build.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.work.join("tools").join(name)
    }
}

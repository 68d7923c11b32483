//! A clean root: what tests and the build hold in their hands.

use super::boot::Booted;
use super::cache::{Cache, Tree};
use super::inside;
use super::instance::Instance;
use super::keeper::{Access, Bind, Keeper, Network, Scratch, Spec};
use super::programs;
use super::ran::Ran;
use super::snapshot::Snapshot;
use crate::failure::Failure;
use crate::sys::background::capture;
use crate::sys::fs;
use crate::sys::process::Cmd;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a command inside may take, when the builder says nothing else.
const TIME_LIMIT: Duration = Duration::from_mins(10);

/// How a root is made; [`RootBuilder::start`] makes it.
#[derive(Clone, Debug)]
pub struct RootBuilder {
    suite: String,
    packages: Vec<String>,
    cache: Option<PathBuf>,
    network: Network,
    binds: Vec<Bind>,
    env: BTreeMap<String, String>,
    may_fail: Vec<String>,
    scratch: Option<Scratch>,
    time_limit: Duration,
}

impl RootBuilder {
    /// Adds packages, which are kept in a cached layer of their own. No service is started while that is made.
    #[must_use]
    pub fn packages<P: Into<String>>(mut self, packages: impl IntoIterator<Item = P>) -> Self {
        self.packages.extend(packages.into_iter().map(Into::into));
        self
    }

    /// Keeps trees and folders of roots in `folder`, instead of where the environment says.
    #[must_use]
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(folder.into());
        self
    }

    /// Shares the machine's network, names and certificates, for building: such a root cannot be booted.
    #[must_use]
    pub fn share_host_network(mut self) -> Self {
        self.network = Network::Host;
        self
    }

    /// Lets the machine's folder or file `host` be seen at the absolute path `inside`.
    #[must_use]
    pub fn bind(
        mut self,
        host: impl Into<PathBuf>,
        inside: impl Into<String>,
        access: Access,
    ) -> Self {
        self.binds.push(Bind {
            host: host.into(),
            inside: inside.into(),
            access,
        });
        self
    }

    /// Gives commands inside a variable, the address of an index for instance; systemd and its services do not get it.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Lets a boot end well although these units fail: a test that installs a failing service first knows that it will.
    #[must_use]
    pub fn may_fail<U: Into<String>>(mut self, units: impl IntoIterator<Item = U>) -> Self {
        self.may_fail.extend(units.into_iter().map(Into::into));
        self
    }

    /// Keeps what is written on disk although there is memory enough: for builds that write much.
    #[must_use]
    pub fn on_disk(mut self) -> Self {
        self.scratch = Some(Scratch::Disk);
        self
    }

    /// Ends each command inside that takes longer; its status is then 124.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Makes the root; the trees below it are made first when this week has none yet.
    ///
    /// # Errors
    /// When this machine lacks what it takes, or packages cannot be had.
    pub fn start(mut self) -> Result<Root> {
        programs::check()?;
        let certificates = Path::new("/etc/ssl/certs");
        if self.network == Network::Host && fs::is_dir(certificates) {
            // Installed before the folder is read only: something will depend on it, and its script writes there.
            self.packages.push("ca-certificates".to_owned());
            self.binds.push(Bind {
                host: certificates.to_path_buf(),
                inside: "/etc/ssl/certs".to_owned(),
                access: Access::ReadOnly,
            });
        }
        for bind in &self.binds {
            inside::check(&bind.inside)?;
            if !fs::exists(&bind.host) {
                return Err(Failure::build(format!(
                    "`{}` does not exist, so it cannot be bound into a root",
                    bind.host.display()
                ))
                .into());
            }
        }
        let cache = Cache::open(self.cache.as_deref())?;
        let trees = cache.trees(&self.suite, &self.packages)?;
        let instance = Instance::new(cache.folder())?;
        let lowers: Vec<_> = trees.iter().map(Tree::path).collect();
        let keeper = Keeper::start(
            &instance,
            &Spec {
                lowers: &lowers,
                network: self.network,
                binds: &self.binds,
                scratch: self.scratch.unwrap_or_else(Scratch::choose),
            },
        )?;
        Ok(Root {
            booted: None,
            keeper,
            instance,
            settings: self,
            _trees: trees,
        })
    }

    /// Makes the root and boots it.
    pub fn boot(self) -> Result<Root> {
        self.start()?.boot()
    }
}

/// A clean root; dropping it takes away all that it was.
#[derive(Debug)]
pub struct Root {
    // Dropped in this order: the keeper's end is the end of every process in the root, and waiting for the container
    // comes after it.
    keeper: Keeper,
    booted: Option<Booted>,
    instance: Instance,
    settings: RootBuilder,
    _trees: Vec<Tree>,
}

impl Root {
    /// Makes a root of a Debian release, with systemd, dbus, Python, adduser, curl, procps and iproute2 in it.
    pub fn new(suite: &str) -> Result<Self> {
        Root::builder(suite).start()
    }

    /// Begins a root that is something more.
    pub fn builder(suite: &str) -> RootBuilder {
        RootBuilder {
            suite: suite.to_owned(),
            packages: Vec::new(),
            cache: None,
            network: Network::default(),
            binds: Vec::new(),
            env: BTreeMap::new(),
            may_fail: Vec::new(),
            scratch: None,
            time_limit: TIME_LIMIT,
        }
    }

    /// Starts its init, systemd unless a package brought sysvinit, as PID 1 and waits until it is done; one that is booted
    /// stays so.
    ///
    /// # Errors
    /// When it does not come up, or a unit fails: the error shows the journal. The root is gone then.
    pub fn boot(mut self) -> Result<Self> {
        if self.booted.is_none() {
            if self.settings.network == Network::Host {
                return Err(Failure::build(
                    "a root that shares the machine's network cannot be booted",
                )
                .into());
            }
            self.instance.note_boot()?;
            self.booted = Some(Booted::start(
                &self.keeper,
                self.instance.name(),
                &self.settings.may_fail,
            )?);
        }
        Ok(self)
    }

    /// Ends init at once, as a power cut would; the files stay, and the root can be booted again.
    pub fn halt(mut self) -> Result<Self> {
        if let Some(mut booted) = self.booted.take() {
            booted.halt()?;
        }
        Ok(self)
    }

    /// Runs a program inside, beside systemd when the root is booted, and waits until it ends. It runs in `/` as root,
    /// with no variables but `PATH`, `LC_ALL`, `DEBIAN_FRONTEND` and the builder's. Daemons that it leaves are not waited for.
    ///
    /// # Errors
    /// When nothing could be run; a status other than 0 is none.
    pub fn run(&self, words: &[&str]) -> Result<Ran> {
        let Some((program, args)) = words.split_first() else {
            return Err(Failure::build("there is no program to run inside the root").into());
        };
        let cmd = Cmd::new(*program)
            .args(args.iter().copied())
            .env("DEBIAN_FRONTEND", "noninteractive")
            .envs(&self.settings.env);
        let inside = match &self.booted {
            Some(booted) => booted.inside(),
            None => self.keeper.inside(),
        };
        let limit = Cmd::new("timeout").args([
            "--kill-after=5".to_owned(),
            self.settings.time_limit.as_secs_f64().to_string(),
        ]);
        let answer = capture(&limit.wrapping(&inside.wrapping(&cmd)))?;
        Ok(Ran {
            command: cmd.display(),
            status: answer.code(),
            stdout: answer.stdout,
            stderr: answer.stderr,
        })
    }

    /// Runs shell text with `sh -euc` and returns what it wrote to standard output, without the newlines at the end.
    ///
    /// # Errors
    /// When its status is not 0: the error shows the script and all it wrote.
    pub fn sh(&self, script: &str) -> Result<String> {
        let ran = self.run(&["sh", "-euc", script])?.succeeded()?;
        Ok(ran.stdout.trim_end_matches('\n').to_owned())
    }

    /// Copies a file of this machine, its mode too; `inside` is the file's new path, or its folder when it ends in `/`.
    pub fn put(&self, host_file: &Path, inside: &str) -> Result<()> {
        let mut inside = inside.to_owned();
        if inside.ends_with('/') {
            inside.push_str(&file_name(host_file)?);
        }
        let path = self.path(&inside)?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(host_file, &path).context("putting a file into the root failed")?;
        Ok(())
    }

    /// Writes a file, making the folders above it.
    pub fn write(&self, inside: &str, bytes: impl AsRef<[u8]>) -> Result<()> {
        fs::write(&self.path(inside)?, bytes.as_ref())
            .context("writing a file into the root failed")
    }

    /// Reads a file as text.
    pub fn read(&self, inside: &str) -> Result<String> {
        fs::read_to_string(&self.path(inside)?).context("reading a file of the root failed")
    }

    /// Returns whether something is at a path, links followed.
    pub fn exists(&self, inside: &str) -> Result<bool> {
        Ok(fs::exists(&self.path(inside)?))
    }

    /// Returns where this process finds a path of the root, links followed as the root follows them; it need not exist.
    /// It is good for as long as the root is neither booted, halted nor dropped.
    ///
    /// # Errors
    /// When the path is relative or holds `..`.
    pub fn path(&self, inside: &str) -> Result<PathBuf> {
        inside::resolve(&self.top(), inside)
    }

    /// Installs a package file with `dpkg -i`; what it depends on has to be there.
    pub fn install(&self, deb: &Path) -> Result<Ran> {
        let inside = format!("/root/{}", file_name(deb)?);
        self.put(deb, &inside)?;
        let ran = self.run(&["dpkg", "-i", &inside]);
        fs::remove_file(&self.path(&inside)?)?;
        ran
    }

    /// Lets no maintainer script start a service (`invoke-rc.d(8)`), as on a machine whose admin forbids it.
    pub fn forbid_services(&self) -> Result<()> {
        self.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")?;
        Ok(fs::set_mode(&self.path("/usr/sbin/policy-rc.d")?, 0o755)?)
    }

    /// Takes back [`Root::forbid_services`].
    pub fn allow_services(&self) -> Result<()> {
        Ok(fs::remove_file(&self.path("/usr/sbin/policy-rc.d")?)?)
    }

    /// Looks at every file, to compare with later. Compare what was taken in the same state: a booted root has a `/run` and
    /// a `/tmp` of its own.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let bound: Vec<_> = self
            .settings
            .binds
            .iter()
            .map(|bind| bind.inside.as_str())
            .collect();
        Snapshot::take(&self.top(), &bound)
    }

    /// Returns the root's name, which its folder, its cgroup and its container have too.
    pub fn name(&self) -> &str {
        self.instance.name()
    }

    /// Returns the id of systemd, as this machine numbers it, while the root is booted.
    pub fn leader(&self) -> Option<u32> {
        self.booted.as_ref().map(Booted::leader)
    }

    fn top(&self) -> PathBuf {
        match &self.booted {
            Some(booted) => booted.top(),
            None => self.keeper.top(),
        }
    }
}

fn file_name(path: &Path) -> Result<String> {
    path.file_name()
        .and_then(|name| name.to_str())
        .map(str::to_owned)
        .ok_or_else(|| Failure::build(format!("`{}` names no file", path.display())).into())
}

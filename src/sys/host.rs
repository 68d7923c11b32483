//! What this machine is: its release, architecture, user, and what it allows.

use super::environment::Environment;
use super::fs;
use super::isolation::Isolation;
use super::process::{self, Cmd, Runner};
use crate::failure::{Failure, OrFailure as _};
use anyhow::Result;
use std::path::Path;

/// Facts about the machine that the plan depends on.
#[derive(Clone, Debug)]
pub struct HostFacts {
    /// `VERSION_CODENAME` of os-release(5): `bookworm`.
    pub release: String,
    /// What dpkg calls this architecture: `amd64`.
    pub architecture: String,
    /// Whether this program runs as root.
    pub root: bool,
    /// How many processors there are.
    pub cores: usize,
    /// How children are kept from outliving us.
    pub isolation: Isolation,
    /// The caller's environment.
    pub environment: Environment,
}

impl HostFacts {
    /// Looks at the machine.
    ///
    /// # Errors
    /// When it is not a Debian: no os-release codename, or no dpkg.
    pub fn probe(environment: Environment) -> Result<Self> {
        let isolation = Isolation::probe();
        let runner = Runner::new(isolation);
        let os_release = fs::read_to_string(Path::new("/etc/os-release"))
            .or_failure(|| not_debian("there is no /etc/os-release"))?;
        let architecture = runner
            .ask(&Cmd::new("dpkg").arg("--print-architecture"))
            .or_failure(|| not_debian("there is no dpkg"))?;
        Ok(HostFacts {
            release: codename(&os_release)
                .ok_or_else(|| not_debian("/etc/os-release has no VERSION_CODENAME"))?,
            architecture: architecture.stdout.trim().to_owned(),
            root: process::is_root(),
            cores: cores(),
            isolation,
            environment,
        })
    }
}

/// Returns the release of this machine: `bookworm`; nothing when it is not a Debian.
pub fn release() -> Option<String> {
    codename(&fs::read_to_string(Path::new("/etc/os-release")).ok()?)
}

/// Returns how many processors this program may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Returns how much memory programs may still take, in bytes (proc(5), `MemAvailable`); nothing where the kernel does not say.
pub fn available_memory() -> Option<u64> {
    let text = fs::read_to_string(Path::new("/proc/meminfo")).ok()?;
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

fn not_debian(found: &str) -> Failure {
    Failure::host(format!(
        "this machine is not a Debian release that can be built for: {found}"
    ))
    .hint("build on the release that the package is for, for example in a Debian container")
}

fn codename(os_release: &str) -> Option<String> {
    os_release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .map(|value| value.trim_matches('"').to_owned())
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codename_is_read_with_and_without_quotes() {
        let debian = "ID=debian\nVERSION_CODENAME=bookworm\n";
        assert_eq!(codename(debian).as_deref(), Some("bookworm"));
        assert_eq!(
            codename("VERSION_CODENAME=\"trixie\"\n").as_deref(),
            Some("trixie")
        );
        assert_eq!(codename("ID=alpine\n"), None);
    }
}

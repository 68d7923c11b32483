//! Commands that see the virtualenv at its final path (DESIGN 5): in a mount namespace of their own, so that nothing of this
//! machine changes, even where the app is installed on it.
//!
//! The final path is made without an overlay, which many containers deny: an empty folder in memory takes the place of the
//! nearest folder above it that exists, with all that is in that folder bound into it.

use super::command::Command;
use super::places::Places;
use crate::failure::{Failure, Kind};
use crate::recipe::Prefix;
use crate::sys::isolation::Isolation;

/// The script that mounts, and becomes the command.
pub const AT_PREFIX: &str = include_str!("at-prefix.sh");

/// What the command may do below the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads: files may be shared with caches.
    Read,
    /// It writes, too: to copies.
    Write,
}

/// Returns the command that runs `inner` with the placed tree at the prefix.
///
/// # Errors
/// When this machine denies namespaces: `wanted` says what needs them.
pub fn at_prefix(
    inner: Command,
    access: Access,
    wanted: &str,
    prefix: &Prefix,
    places: &Places,
    isolation: Isolation,
) -> Result<Command, Failure> {
    let unshare = Command::new("unshare");
    let unshare = match isolation {
        Isolation::PidNamespace => unshare,
        Isolation::UserNamespace => unshare.args(["--user", "--map-root-user"]),
        Isolation::ParentDeathSignal => {
            return Err(Failure::new(
                Kind::Host,
                format!("{wanted} runs at `{prefix}`, which needs a mount namespace, and this machine denies them"),
            )
            .hint("build as root, or allow user namespaces (`sysctl -w kernel.unprivileged_userns_clone=1`; in Docker, `--security-opt seccomp=unconfined`)")
            .hint("or remove it from the recipe: everything else is checked without namespaces"));
        }
    };
    let (access, tree) = match access {
        Access::Read => ("ro", places.placed_tree()),
        Access::Write => ("rw", places.written_tree()),
    };
    Ok(unshare
        .args(["--mount", "--propagation", "private", "--", "sh", "-eu"])
        .arg(places.at_prefix_script())
        .arg(tree)
        .arg(prefix.as_str())
        .arg(places.scratch())
        .arg(access)
        .wrapping(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_run_behind_the_mounts_and_keeps_its_surroundings() {
        let places = Places::new("/cache".into(), "/w".into(), "opt/demo");
        let prefix = "/opt/demo".parse().expect("a prefix");
        let placed = |isolation| {
            let inner = Command::new("/opt/demo/bin/python")
                .arg("-V")
                .env("A", "b")
                .cwd("/x");
            at_prefix(
                inner,
                Access::Read,
                "`imports`",
                &prefix,
                &places,
                isolation,
            )
        };
        let command = placed(Isolation::UserNamespace).expect("it is allowed");
        assert_eq!(
            command.line(),
            "unshare --user --map-root-user --mount --propagation private -- sh -eu /w/tools/at-prefix.sh /w/placed/opt/demo \
             /opt/demo /w/scratch ro /opt/demo/bin/python -V"
        );
        assert_eq!(command.folder(), std::path::Path::new("/x"));
        let refusal = placed(Isolation::ParentDeathSignal).expect_err("it is denied");
        assert!(refusal.to_string().contains("needs a mount namespace"));
    }
}

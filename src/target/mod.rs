//! Clean roots: build in one, test in one.
//!
//! A [`Root`] is an overlay over a cached tree of a Debian release, in namespaces of its own. A command runs in it by
//! `chroot`, or, after [`Root::boot`], beside a systemd, or a sysvinit, that is PID 1. Its network is the loopback alone.
//!
//! Nothing of a root is visible outside its namespaces: the overlay, its upper folder (in memory where there is enough)
//! and all mounts belong to a *keeper* process (`keeper.sh`) that watches a pipe from us. When we drop the root, panic,
//! are interrupted or killed, the pipe closes, the keeper ends, and the kernel takes every process and mount of the
//! root with it; a supervisor (`supervise.sh`) then removes the folder and the cgroup. Should that one be killed as
//! well, the next root that is made clears what is left: each folder has a lock that only a living owner holds.
//!
//! # Limits
//! It needs root, overlayfs and namespaces. The cgroup controllers of a hybrid hierarchy stay with the machine, so
//! `MemoryMax=` and the like are accepted by the root's systemd but have no effect.

mod boot;
mod cache;
mod init;
mod inside;
mod instance;
mod keeper;
mod origin;
mod programs;
mod ran;
mod root;
mod snapshot;
mod sources;

pub use keeper::Access;
pub use ran::Ran;
pub use root::{Root, RootBuilder};
pub use snapshot::Snapshot;

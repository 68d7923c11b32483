//! What keeps services running.

use super::table::Table;
use std::fmt;

/// A service manager.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manager {
    /// systemd.
    #[default]
    Systemd,
    /// supervisord(1).
    Supervisor,
    /// Scripts in `/etc/init.d`.
    Sysv,
    /// runit(8).
    Runit,
    /// svscan of daemontools.
    Daemontools,
}

impl fmt::Display for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Manager::Systemd => "systemd",
            Manager::Supervisor => "supervisor",
            Manager::Sysv => "sysv",
            Manager::Runit => "runit",
            Manager::Daemontools => "daemontools",
        })
    }
}

/// Reads a key that names one.
pub(super) fn read(table: &Table<'_>, key: &'static str) -> Option<Manager> {
    table.choice(
        key,
        &[
            ("systemd", Manager::Systemd),
            ("supervisor", Manager::Supervisor),
            ("sysv", Manager::Sysv),
            ("runit", Manager::Runit),
            ("daemontools", Manager::Daemontools),
        ],
    )
}

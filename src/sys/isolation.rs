//! PID namespaces that keep children from outliving us, also when we are killed (DESIGN 1.4).
//!
//! `unshare --kill-child` ends the namespace when `unshare` ends, and `setpriv --pdeathsig` ends `unshare` when the thread
//! that started it does. Both programs are in util-linux, which is Essential in Debian.
//!
//! # Limits
//! Where namespaces are denied only the direct child is told to die with us; what it started may stay behind.

use super::process::{self, Cmd, Fate};
use std::process::Stdio;

/// How children are kept from outliving us; found once by [`Isolation::probe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// A PID namespace, as root.
    PidNamespace,
    /// A PID namespace inside a user namespace.
    UserNamespace,
    /// Namespaces are denied: only the direct child is told to die with us.
    ParentDeathSignal,
}

impl Isolation {
    /// Finds the strongest form this machine allows.
    pub fn probe() -> Self {
        [Isolation::PidNamespace, Isolation::UserNamespace]
            .into_iter()
            .find(|isolation| {
                let wrapped = isolation.wrap(&Cmd::new("true"));
                process::command(&wrapped)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status()
                    .is_ok_and(|status| status.success())
            })
            .unwrap_or(Isolation::ParentDeathSignal)
    }

    /// Returns the command as it is started.
    pub(super) fn wrap(self, cmd: &Cmd) -> Cmd {
        if cmd.fate == Fate::MayFinish {
            return cmd.clone();
        }
        let mut words = vec!["setpriv", "--pdeathsig", "KILL", "--"];
        let namespace = ["--pid", "--fork", "--kill-child", "--mount-proc", "--"];
        match self {
            Isolation::PidNamespace => {
                words.push("unshare");
                words.extend(namespace);
            }
            Isolation::UserNamespace => {
                words.extend(["unshare", "--user", "--map-current-user"]);
                words.extend(namespace);
            }
            Isolation::ParentDeathSignal => {}
        }
        cmd.behind(&words)
    }
}

//! `[service.*.hardening]`: what systemd keeps a service from (systemd.exec(5), "Sandboxing").

use crate::recipe::host_path::HostPath;
use crate::recipe::names::{Invalid, invalid, text_newtype};
use crate::recipe::substitutions::Substitutions;
use crate::recipe::table::Table;
use std::str::FromStr;

text_newtype! {
    /// A kind of socket, such as `AF_INET` (`address_families(7)`).
    AddressFamily
}
text_newtype! {
    /// A system call, or a group such as `@system-service`; `~` in front takes it away.
    SystemCall
}
text_newtype! {
    /// A capability, such as `CAP_NET_BIND_SERVICE` (capabilities(7)).
    Capability
}

/// What a service is kept from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hardening {
    /// Nothing.
    Off,
    /// These.
    On(Box<Restrictions>),
}

/// Single restrictions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of systemd"
)]
pub struct Restrictions {
    /// Which of the host's folders cannot be written.
    pub protect_system: ProtectSystem,
    /// Whether home folders can be seen.
    pub protect_home: ProtectHome,
    /// Whether it has folders for temporary files of its own.
    pub private_tmp: bool,
    /// Whether it sees only devices such as `/dev/null`.
    pub private_devices: bool,
    /// Whether it cannot gain rights.
    pub no_new_privileges: bool,
    /// Whether the kernel's settings, modules and log, the clock and the host name are out of reach.
    pub protect_kernel: bool,
    /// Whether control groups cannot be written.
    pub protect_control_groups: bool,
    /// Whether it cannot make namespaces.
    pub restrict_namespaces: bool,
    /// Whether it cannot take real-time scheduling.
    pub restrict_realtime: bool,
    /// Whether it cannot make files that run with another user's rights.
    pub restrict_suid_sgid: bool,
    /// Whether it cannot change the kernel's personality.
    pub lock_personality: bool,
    /// Whether memory cannot be both written and run.
    pub memory_deny_write_execute: bool,
    /// The kinds of sockets it may make.
    pub address_families: Vec<AddressFamily>,
    /// The system calls it may make.
    pub system_calls: Vec<SystemCall>,
    /// Capabilities it keeps.
    pub capabilities: Vec<Capability>,
    /// Folders that it may write all the same.
    pub read_write_paths: Vec<HostPath>,
}

/// What a service is kept from when the recipe does not say.
impl Default for Restrictions {
    fn default() -> Self {
        let families = ["AF_UNIX", "AF_INET", "AF_INET6"];
        Restrictions {
            protect_system: ProtectSystem::default(),
            protect_home: ProtectHome::default(),
            private_tmp: true,
            private_devices: true,
            no_new_privileges: true,
            protect_kernel: true,
            protect_control_groups: true,
            restrict_namespaces: true,
            restrict_realtime: true,
            restrict_suid_sgid: true,
            lock_personality: true,
            memory_deny_write_execute: false,
            address_families: families.map(|it| AddressFamily(it.to_owned())).into(),
            system_calls: vec![SystemCall("@system-service".to_owned())],
            capabilities: Vec::new(),
            read_write_paths: Vec::new(),
        }
    }
}

/// Which of the host's folders cannot be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProtectSystem {
    /// All but the app's own.
    Strict,
    /// `/usr`, `/boot` and `/etc`.
    #[default]
    Full,
    /// None.
    No,
}

/// Whether home folders can be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProtectHome {
    /// They cannot.
    #[default]
    Yes,
    /// They cannot be written.
    ReadOnly,
    /// They are empty.
    Tmpfs,
    /// They can.
    No,
}

impl FromStr for AddressFamily {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        match text.strip_prefix("AF_") {
            Some(rest) if !rest.is_empty() && rest.bytes().all(fits) => {
                Ok(AddressFamily(text.to_owned()))
            }
            _ => invalid("it must be a kind of socket, such as `AF_INET`"),
        }
    }
}

impl FromStr for SystemCall {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bare = text.strip_prefix('~').unwrap_or(text);
        let bare = bare.strip_prefix('@').unwrap_or(bare);
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        if bare.is_empty() || !bare.bytes().all(fits) {
            return invalid("it must be a system call, or a group such as `@system-service`");
        }
        Ok(SystemCall(text.to_owned()))
    }
}

impl FromStr for Capability {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        match text.strip_prefix("CAP_") {
            Some(rest) if !rest.is_empty() && rest.bytes().all(fits) => {
                Ok(Capability(text.to_owned()))
            }
            _ => invalid("it must be a capability, such as `CAP_NET_BIND_SERVICE`"),
        }
    }
}

impl Hardening {
    /// Returns whether the service keeps a capability.
    pub fn keeps(&self, capability: &str) -> bool {
        match self {
            Hardening::Off => false,
            Hardening::On(restrictions) => restrictions
                .capabilities
                .iter()
                .any(|kept| kept.as_str() == capability),
        }
    }
}

/// Reads the key: `false`, or a table of what differs.
pub(super) fn read(service: &Table<'_>, substitutions: &Substitutions) -> Hardening {
    if service.boolean("hardening") == Some(false) {
        return Hardening::Off;
    }
    let table = service.table_or_empty("hardening");
    let on = |key, default| table.boolean(key).unwrap_or(default);
    let standard = Restrictions::default();
    let restrictions = Restrictions {
        protect_system: table
            .choice(
                "protect-system",
                &[
                    ("strict", ProtectSystem::Strict),
                    ("full", ProtectSystem::Full),
                    ("no", ProtectSystem::No),
                ],
            )
            .unwrap_or_default(),
        protect_home: table
            .choice(
                "protect-home",
                &[
                    ("yes", ProtectHome::Yes),
                    ("read-only", ProtectHome::ReadOnly),
                    ("tmpfs", ProtectHome::Tmpfs),
                    ("no", ProtectHome::No),
                ],
            )
            .unwrap_or_default(),
        private_tmp: on("private-tmp", standard.private_tmp),
        private_devices: on("private-devices", standard.private_devices),
        no_new_privileges: on("no-new-privileges", standard.no_new_privileges),
        protect_kernel: on("protect-kernel", standard.protect_kernel),
        protect_control_groups: on("protect-control-groups", standard.protect_control_groups),
        restrict_namespaces: on("restrict-namespaces", standard.restrict_namespaces),
        restrict_realtime: on("restrict-realtime", standard.restrict_realtime),
        restrict_suid_sgid: on("restrict-suid-sgid", standard.restrict_suid_sgid),
        lock_personality: on("lock-personality", standard.lock_personality),
        memory_deny_write_execute: on(
            "memory-deny-write-execute",
            standard.memory_deny_write_execute,
        ),
        address_families: list_or(&table, "address-families", standard.address_families),
        system_calls: list_or(&table, "system-calls", standard.system_calls),
        capabilities: table.parsed_list("capabilities"),
        read_write_paths: table.substituted_list("read-write-paths", substitutions),
    };
    Hardening::On(Box::new(restrictions))
}

/// Reads a list that is these when the recipe does not have it.
fn list_or<T: FromStr<Err = Invalid>>(
    table: &Table<'_>,
    key: &'static str,
    standard: Vec<T>,
) -> Vec<T> {
    if table.place_of(key).is_some() {
        table.parsed_list(key)
    } else {
        standard
    }
}

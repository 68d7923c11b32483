//! `[service.*.hardening]` as lines of a unit (systemd.exec(5), "Sandboxing").

use super::words::escape_specifiers;
use crate::recipe::{
    Hardening, HostPath, ProtectHome, ProtectSystem, Recipe, Restrictions, Service,
};
use crate::services::account::Account;

/// Places that are home folders for `ProtectHome=`.
const HOMES: &[&str] = &["/home/", "/root", "/run/user/"];

/// Places that `ProtectSystem=full` makes read-only.
const SYSTEM: &[&str] = &["/etc/", "/usr/", "/boot/", "/efi/"];

/// Returns the lines of a service's restrictions.
pub(super) fn lines(recipe: &Recipe, service: &Service, account: &Account) -> Vec<String> {
    match &service.hardening {
        Hardening::Off => Vec::new(),
        Hardening::On(restrictions) => on(recipe, service, account, restrictions),
    }
}

fn on(recipe: &Recipe, service: &Service, account: &Account, on: &Restrictions) -> Vec<String> {
    let mut lines = Vec::new();
    for (is_on, keys) in [
        (on.no_new_privileges, &["NoNewPrivileges"][..]),
        (on.private_tmp, &["PrivateTmp"]),
        (on.private_devices, &["PrivateDevices"]),
        (
            on.protect_kernel,
            &[
                "ProtectKernelTunables",
                "ProtectKernelModules",
                "ProtectKernelLogs",
                "ProtectClock",
                "ProtectHostname",
            ],
        ),
        (on.protect_control_groups, &["ProtectControlGroups"]),
        (on.restrict_namespaces, &["RestrictNamespaces"]),
        (on.restrict_realtime, &["RestrictRealtime"]),
        (on.restrict_suid_sgid, &["RestrictSUIDSGID"]),
        (on.lock_personality, &["LockPersonality"]),
        (on.memory_deny_write_execute, &["MemoryDenyWriteExecute"]),
    ] {
        if is_on {
            lines.extend(keys.iter().map(|key| format!("{key}=yes")));
        }
    }
    lines.extend(places(recipe, service, account, on));
    if !on.address_families.is_empty() {
        let families = on.address_families.iter().map(ToString::to_string);
        lines.push(format!(
            "RestrictAddressFamilies={}",
            families.collect::<Vec<_>>().join(" ")
        ));
    }
    if !on.system_calls.is_empty() {
        for call in &on.system_calls {
            lines.push(format!("SystemCallFilter={call}"));
        }
        // A program that tries more than it needs is told so, and goes on.
        lines.push("SystemCallErrorNumber=EPERM".to_owned());
        lines.push("SystemCallArchitectures=native".to_owned());
    }
    let capabilities: Vec<_> = on.capabilities.iter().map(ToString::to_string).collect();
    let capabilities = capabilities.join(" ");
    // Root without any capability could not even open another user's files, which is what it is root for.
    if !account.is_root() || !capabilities.is_empty() {
        lines.push(format!("CapabilityBoundingSet={capabilities}"));
    }
    if !account.is_root() && !capabilities.is_empty() {
        lines.push(format!("AmbientCapabilities={capabilities}"));
    }
    lines
}

/// Returns what cannot be seen or written, and what can all the same: the app's own folders.
fn places(recipe: &Recipe, service: &Service, account: &Account, on: &Restrictions) -> Vec<String> {
    let own: Vec<&str> = recipe
        .directories
        .iter()
        .map(|directory| directory.path.as_str())
        .collect();
    let in_home = |path: &&str| HOMES.iter().any(|home| path.starts_with(home));
    let at_home = own
        .iter()
        .copied()
        .chain([account.home.as_str(), recipe.venv.prefix.as_str()])
        .chain(service.directory.as_ref().map(HostPath::as_str))
        .any(|path| in_home(&path));
    let (system, closed): (_, fn(&str) -> bool) = match on.protect_system {
        ProtectSystem::Strict => (Some("strict"), |_| true),
        ProtectSystem::Full => (Some("full"), |path| {
            SYSTEM.iter().any(|folder| path.starts_with(folder))
        }),
        ProtectSystem::No => (None, |_| false),
    };
    let home = match on.protect_home {
        // The app lives there.
        ProtectHome::Yes if at_home => Some("read-only"),
        ProtectHome::Yes => Some("yes"),
        ProtectHome::ReadOnly => Some("read-only"),
        ProtectHome::Tmpfs => Some("tmpfs"),
        ProtectHome::No => None,
    };
    let mut lines = Vec::new();
    lines.extend(system.map(|word| format!("ProtectSystem={word}")));
    lines.extend(home.map(|word| format!("ProtectHome={word}")));
    let mut open: Vec<&str> = own
        .into_iter()
        .filter(|path| closed(path) || (home.is_some() && in_home(path)))
        .collect();
    open.extend(on.read_write_paths.iter().map(HostPath::as_str));
    open.sort_unstable();
    open.dedup();
    // One that is not there yet is no fault.
    lines.extend(open.iter().map(|path| {
        let path = escape_specifiers(path);
        format!("ReadWritePaths=\"-{path}\"")
    }));
    lines
}

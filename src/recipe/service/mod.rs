//! `[service.*]`: programs that the host keeps running, or runs at set times.

pub(super) mod ability;
mod calendar;
mod cron_words;
mod hardening;
mod order;
pub(super) mod ports;
mod signal;
mod together;
mod units;

pub use calendar::Schedule;
pub use hardening::{
    AddressFamily, Capability, Hardening, ProtectHome, ProtectSystem, Restrictions, SystemCall,
};
pub use order::{Predecessor, in_order};
pub use signal::{Reload, Signal};

use super::accounts::{Accounts, GroupName, UserName};
use super::command;
use super::environment::{self, Variables};
use super::host_path::{AbsolutePath, HostPath};
use super::manager::{self, Manager};
use super::names::{ServiceName, UnitName};
use super::scope::Scope;
use super::substitutions::Substitutions;
use super::table::Table;
use super::words::Words;

/// A service of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name in the recipe.
    pub name: ServiceName,
    /// What it runs.
    pub command: Words,
    /// Where it runs; the prefix when the recipe does not say.
    pub directory: Option<HostPath>,
    /// Whether it starts when the host does, and after the installation.
    pub enabled: bool,
    /// What starts before it.
    pub after: Vec<Predecessor>,
    /// How many copies run, one at least.
    pub instances: u16,
    /// `PORT` of the first instance.
    pub port: Option<u16>,
    /// What keeps it running, when it is not the package's.
    pub manager: Option<Manager>,
    /// The file with its process id, when it puts itself into the background; else it stays in the foreground.
    pub pid_file: Option<AbsolutePath>,
    /// The user it runs as, when it is not the service user.
    pub user: Option<UserName>,
    /// The group it runs as, when it is not its user's.
    pub group: Option<GroupName>,
    /// Variables for it alone.
    pub env: Variables,
    /// When it is started again after it has ended.
    pub restart: Restart,
    /// A unit that is started when it has failed for good.
    pub on_failure: Option<UnitName>,
    /// What an upgrade does with it.
    pub on_upgrade: OnUpgrade,
    /// What ends it.
    pub stop_signal: Signal,
    /// How many seconds it has to end.
    pub stop_timeout: u32,
    /// What makes it read its configuration again.
    pub reload: Option<Reload>,
    /// Whether there must never be two of it.
    pub singleton: bool,
    /// When it runs, if not always.
    pub schedule: Option<Schedule>,
    /// What it is kept from.
    pub hardening: Hardening,
}

/// When a service is started again after it has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// However it has ended.
    Always,
    /// When it has failed.
    #[default]
    OnFailure,
    /// Never.
    Never,
}

/// What an upgrade does with a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUpgrade {
    /// It is stopped before the files are replaced, and started after.
    #[default]
    Stop,
    /// It goes on while they are replaced, and is restarted then.
    Restart,
    /// It is left alone.
    Keep,
}

/// How many seconds a service has to end when the recipe does not say, as systemd has it.
const STOP_TIMEOUT: u32 = 90;

/// Reads all services.
pub(super) fn read(
    document: &Table<'_>,
    scope: &Scope,
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Vec<Service> {
    let mut services = Vec::new();
    let entries = document.entries("service");
    let names: Vec<ServiceName> = entries
        .iter()
        .filter_map(|entry| entry.name.value.parse().ok())
        .collect();
    for entry in entries {
        let Some(table) = document.entry_table("service", &entry) else {
            continue;
        };
        if substitutions.name.contains('+') {
            document.conflict(
                entry.name.span.clone(),
                format!(
                    "a service of `{}` would have a unit that systemd refuses",
                    substitutions.name
                ),
                "",
                "leave the `+` out of the package's name",
            );
        }
        let name = document.check_entry("service", &entry, &entry.name);
        services.extend(read_one(
            &table,
            name,
            &names,
            &services,
            scope,
            accounts,
            substitutions,
        ));
    }
    order::check(document, &services);
    services
}

fn read_one(
    table: &Table<'_>,
    name: Option<ServiceName>,
    names: &[ServiceName],
    before: &[Service],
    scope: &Scope,
    accounts: &Accounts,
    substitutions: &Substitutions,
) -> Option<Service> {
    let command = command::read(table, "command", substitutions);
    let port = table.number::<u16>("port");
    let env = environment::read_host(table, "env", substitutions);
    let scope = scope.with(&env, port.is_some());
    if let Some(command) = &command {
        scope.check(table, "command", command);
    }
    let user = together::read_user(table, accounts);
    let service = Service {
        directory: table.substituted("directory", substitutions),
        enabled: table.boolean("enabled").unwrap_or(true),
        after: order::read(table, names),
        instances: table.number("instances").map_or(1, |number| number.value),
        port: port.as_ref().map(|port| port.value),
        manager: manager::read(table, "manager"),
        pid_file: together::read_pid_file(table, substitutions),
        user,
        group: accounts.group(table, "group").map(|group| group.value),
        env,
        restart: table
            .choice(
                "restart",
                &[
                    ("always", Restart::Always),
                    ("on-failure", Restart::OnFailure),
                    ("never", Restart::Never),
                ],
            )
            .unwrap_or_default(),
        on_failure: table.parsed("on-failure"),
        on_upgrade: table
            .choice(
                "on-upgrade",
                &[
                    ("stop", OnUpgrade::Stop),
                    ("restart", OnUpgrade::Restart),
                    ("keep", OnUpgrade::Keep),
                ],
            )
            .unwrap_or_default(),
        stop_signal: table.parsed("stop-signal").unwrap_or(Signal::TERM),
        stop_timeout: table
            .number("stop-timeout")
            .map_or(STOP_TIMEOUT, |number| number.value),
        reload: together::read_reload(table, &scope, substitutions),
        singleton: table.boolean("singleton").unwrap_or(false),
        schedule: table.parsed("schedule"),
        hardening: hardening::read(table, substitutions),
        command: command?.value,
        name: name?,
    };
    together::check_schedule(table);
    together::check_instances(table, &service, &scope);
    if let Some(port) = &port {
        ports::check(table, &service, port, before);
    }
    Some(service)
}

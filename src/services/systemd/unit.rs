//! Units of services, timers and targets (systemd.unit(5), systemd.service(5), systemd.timer(5)).
//!
//! `Type=exec`, so that a program that cannot be started fails the start. Directories are made by postinst: a
//! `StateDirectory=` would re-own whole trees (DESIGN 5). The stop signal goes to the first process alone: it knows what its
//! workers are doing. What is left when it has ended is killed.
//!
//! # Limits
//! A copy that the recipe does not have, such as `NAME@61999.service`, takes the `PORT` of `/etc/default` if there is one.

use super::words::{command, escape_specifiers, quote};
use super::{handle, hardening};
use crate::recipe::{
    Manager, Piece, Predecessor, Recipe, Reload, Restart, Service, is_noncharacter,
};
use crate::services::account::Account;
use crate::services::provision::manager_of;
use crate::services::{copies, environment, singleton};
use std::fmt::Write as _;

/// What systemd would put into the environment besides: no other manager has it (DESIGN 5).
const SYSTEMD_S_OWN: &[&str] = &[
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "MEMORY_PRESSURE_WATCH",
    "MEMORY_PRESSURE_WRITE",
    "RUNTIME_DIRECTORY",
    "SHELL",
    "SYSTEMD_EXEC_PID",
];

/// What a unit belongs to: `stop` and `restart` of it reach the unit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place<'a> {
    /// The target that the unit is a part of.
    pub(super) part_of: Option<&'a str>,
    /// What makes it start with the host.
    pub(super) wanted_by: Option<&'a str>,
}

/// Renders the unit of a service; of several copies, their template.
pub(super) fn service(
    recipe: &Recipe,
    service: &Service,
    account: &Account,
    place: Place<'_>,
) -> String {
    let mut unit = head(recipe, service);
    let after: Vec<String> = std::iter::once("network.target".to_owned())
        .chain(
            service
                .after
                .iter()
                .filter_map(|other| predecessor(recipe, other)),
        )
        .collect();
    let mut line = |text: String| {
        let _ = writeln!(unit, "{text}");
    };
    line(format!("After={}", after.join(" ")));
    if let Some(target) = place.part_of {
        line(format!("PartOf={target}"));
    }
    if let Some(unit) = &service.on_failure {
        line(format!("OnFailure={unit}"));
    }
    if service.schedule.is_none() {
        line("StartLimitIntervalSec=0".to_owned());
    }
    line(String::new());
    line("[Service]".to_owned());
    for text in run(recipe, service, account) {
        line(text);
    }
    for text in end(service) {
        line(text);
    }
    for text in hardening::lines(recipe, service, account) {
        line(text);
    }
    if let Some(target) = place.wanted_by {
        line(format!("\n[Install]\nWantedBy={target}"));
    }
    unit
}

/// Returns the unit of what starts before a service.
fn predecessor(recipe: &Recipe, before: &Predecessor) -> Option<String> {
    let name = match before {
        Predecessor::Unit(unit) => return Some(unit.to_string()),
        Predecessor::Service(name) => name,
    };
    let service = recipe.services.iter().find(|other| other.name == *name)?;
    match manager_of(recipe, service) {
        Manager::Systemd if service.schedule.is_some() => {
            Some(service.unit_name(recipe.package.name.as_str()))
        }
        Manager::Systemd => Some(handle(recipe, service)),
        // systemd makes a unit of every init script (systemd-sysv-generator(8)).
        Manager::Sysv => Some(service.unit_name(recipe.package.name.as_str())),
        Manager::Supervisor => Some("supervisor.service".to_owned()),
        Manager::Runit => Some("runit.service".to_owned()),
        Manager::Daemontools => Some("daemontools.service".to_owned()),
    }
}

/// Returns the lines that say what runs.
fn run(recipe: &Recipe, service: &Service, account: &Account) -> Vec<String> {
    let directory = service
        .directory
        .as_ref()
        .map_or(recipe.venv.prefix.as_str(), |path| path.as_str());
    let mut lines = vec![format!("Type={}", kind(service))];
    if let Some(file) = &service.pid_file {
        lines.push(format!("PIDFile={}", escape_specifiers(file.as_str())));
    }
    lines.push(format!("User={}", account.user));
    // Without a group, systemd takes that of the user.
    if let Some(group) = &account.group {
        lines.push(format!("Group={group}"));
    }
    lines.push(format!("WorkingDirectory={}", escape_specifiers(directory)));
    if account.is_first(recipe) {
        lines.push(format!("RuntimeDirectory={}", recipe.package.name));
        // Other services of the package may be using it.
        lines.push("RuntimeDirectoryPreserve=yes".to_owned());
    }
    for (name, value) in environment::own(recipe, service, account) {
        lines.push(format!("Environment={}", quote(&format!("{name}={value}"))));
    }
    for file in environment::files_of(recipe, service) {
        lines.push(format!("EnvironmentFile=-{}", escape_specifiers(&file)));
    }
    if copies::have_ports(service) {
        lines.push("Environment=PORT=%i".to_owned());
        // A file counts more than `Environment=`, and the last file most.
        let file = copies::port_file(recipe, service, "%i");
        lines.push(format!("EnvironmentFile=-{file}"));
    }
    let set = |name: &str| {
        let mut all = recipe.env.iter().chain(&service.env);
        all.any(|(set, _)| set.as_str() == name)
    };
    let unset: Vec<_> = SYSTEMD_S_OWN
        .iter()
        .copied()
        .filter(|name| !set(name))
        .collect();
    lines.push(format!("UnsetEnvironment={}", unset.join(" ")));
    if let Some(make) = singleton::make(recipe, service, account) {
        // As root, who alone can make files below /run.
        lines.push(format!("ExecStartPre=+/bin/sh -c \"{make}\""));
    }
    let command_line = command(&service.command);
    if let Some(only) = singleton::program(recipe, service) {
        lines.push(format!("ExecStart={only} {command_line}"));
        // In the journal it has its own name all the same.
        lines.extend(program_name(service).map(|name| format!("SyslogIdentifier={name}")));
    } else {
        lines.push(format!("ExecStart={command_line}"));
    }
    match &service.reload {
        None => {}
        // `kill` is a word of the shell: the program is in no essential package.
        Some(Reload::Signal(signal)) => lines.push(format!(
            "ExecReload=/bin/sh -c \"kill -s {} $$MAINPID\"",
            signal.name()
        )),
        Some(Reload::Command(words)) => lines.push(format!("ExecReload={}", command(words))),
    }
    lines
}

/// Returns the name of a service's program without its folder.
fn program_name(service: &Service) -> Option<String> {
    match service.command.iter().next()?.as_slice() {
        [Piece::Literal(path)] => path.rsplit('/').next().map(escape_specifiers),
        _ => None,
    }
}

fn kind(service: &Service) -> &'static str {
    if service.schedule.is_some() {
        "oneshot"
    } else if service.pid_file.is_some() {
        "forking"
    } else {
        "exec"
    }
}

/// Returns the lines that say how it ends, and what follows.
fn end(service: &Service) -> Vec<String> {
    let mut lines = Vec::new();
    if service.schedule.is_none() {
        let restart = match service.restart {
            Restart::Always => "always",
            Restart::OnFailure => "on-failure",
            Restart::Never => "no",
        };
        lines.push(format!("Restart={restart}"));
        // A database that comes up late is no reason to give up.
        lines.push("RestartSec=2".to_owned());
    }
    lines.push("KillMode=mixed".to_owned());
    lines.push(format!("KillSignal={}", service.stop_signal));
    lines.push(format!("TimeoutStopSec={}", service.stop_timeout));
    lines
}

/// Renders the timer of a service with a schedule.
pub(super) fn timer(recipe: &Recipe, service: &Service, place: Place<'_>) -> Option<String> {
    let schedule = service.schedule.as_ref()?;
    let mut unit = head(recipe, service);
    if let Some(target) = place.part_of {
        let _ = writeln!(unit, "PartOf={target}");
    }
    let _ = writeln!(
        unit,
        "\n[Timer]\nOnCalendar={schedule}\nPersistent=yes\n\n[Install]\nWantedBy=timers.target"
    );
    Some(unit)
}

/// Renders the target of a service's copies.
pub(super) fn copies_target(recipe: &Recipe, service: &Service, place: Place<'_>) -> String {
    let stem = service.stem(recipe.package.name.as_str());
    let mut unit = head(recipe, service);
    for number in copies::numbers(service) {
        let _ = writeln!(unit, "Wants={stem}@{number}.service");
    }
    if let Some(target) = place.part_of {
        let _ = writeln!(unit, "PartOf={target}");
    }
    if let Some(target) = place.wanted_by {
        let _ = writeln!(unit, "\n[Install]\nWantedBy={target}");
    }
    unit
}

/// Renders the target of all services of the package: it starts with none of them, and reaches all.
pub(super) fn package_target(recipe: &Recipe, wanted: &[String]) -> String {
    let mut unit = format!(
        "[Unit]\nDescription={} (all services)\n",
        escape_specifiers(recipe.package.summary.as_str())
    );
    for other in wanted {
        let _ = writeln!(unit, "Wants={other}");
    }
    unit
}

fn head(recipe: &Recipe, service: &Service) -> String {
    let summary = recipe.package.summary.as_str();
    let description = if service.name.as_str() == recipe.package.name.as_str() {
        summary.to_owned()
    } else {
        format!("{summary} ({})", service.name)
    };
    // A backslash at its end would join the next line to it, and a line with what is no character would be passed over.
    let description = description.replace(is_noncharacter, "");
    let description = escape_specifiers(description.trim_end_matches('\\'));
    format!("[Unit]\nDescription={description}\n")
}

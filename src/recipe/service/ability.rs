//! What only some service managers can do: asked of another one, it is refused here and not on the host.

use super::Service;
use crate::recipe::Recipe;
use crate::recipe::manager::Manager;
use crate::recipe::table::Table;

/// Refuses what the manager of a service cannot do.
pub(in crate::recipe) fn check(document: &Table<'_>, recipe: &Recipe) {
    for entry in document.entries("service") {
        let Some(service) = recipe
            .services
            .iter()
            .find(|service| service.name.as_str() == entry.name.value)
        else {
            continue;
        };
        let Some(table) = document.entry_table("service", &entry) else {
            continue;
        };
        let manager = service.manager.unwrap_or(recipe.target.manager);
        if manager == Manager::Systemd {
            continue;
        }
        check_one(&table, service, manager);
    }
}

fn check_one(table: &Table<'_>, service: &Service, manager: Manager) {
    let refuse = |key: &'static str, title: String, note: &str, help: &str| {
        if let Some(span) = table.place_of(key) {
            table.conflict(span, title, note, help);
        }
    };
    if service.pid_file.is_some() && manager != Manager::Sysv {
        refuse(
            "type",
            format!("{manager} keeps only programs that stay in the foreground"),
            "it would take a program that forks for one that has ended",
            "keep the program in the foreground, which most can do, or let systemd or sysv run it",
        );
    }
    if service
        .schedule
        .as_ref()
        .is_some_and(|schedule| schedule.as_cron().is_none())
    {
        refuse(
            "schedule",
            "cron, which runs what has a schedule under this manager, has no words for these times"
                .to_owned(),
            "",
            "leave out seconds, years, time zones, and days of the month beside days of the week; or let systemd run it",
        );
    }
    if service.on_failure.is_some() {
        refuse(
            "on-failure",
            format!("{manager} starts nothing when a service has failed"),
            "",
            "remove it, or let systemd run the service",
        );
    }
    if matches!(service.reload, Some(super::Reload::Command(_))) {
        refuse(
            "reload",
            format!("{manager} runs no command to reload a service"),
            "",
            "name a signal, such as `HUP`, or let systemd run the service",
        );
    }
}

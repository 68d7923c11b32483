//! Keys of a service that go together, and those that do not.

use super::{Reload, Service, Signal};
use crate::recipe::accounts::{Accounts, UserName};
use crate::recipe::code::Code;
use crate::recipe::command;
use crate::recipe::host_path::AbsolutePath;
use crate::recipe::schema::SERVICE;
use crate::recipe::scope::Scope;
use crate::recipe::substitutions::Substitutions;
use crate::recipe::table::Table;
use crate::recipe::words::{Piece, Words};

/// Reads `user` with `allow-root`: root only where the recipe says so twice.
pub(super) fn read_user(table: &Table<'_>, accounts: &Accounts) -> Option<UserName> {
    let user = accounts.user(table, "user");
    let allowed = table.boolean("allow-root").unwrap_or(false);
    let root = user.as_ref().is_some_and(|user| user.value.is_root());
    if let Some(user) = user.as_ref().filter(|_| root && !allowed) {
        table.refuse(
            "user",
            user.span.clone(),
            "a fault in the app would be a fault in the whole host",
            if SERVICE.supports("allow-root") {
                "leave `user` out, or add `allow-root = true` where there is no other way"
            } else {
                "leave `user` out: the service then runs as the user of the app"
            },
        );
    }
    if let Some(span) = table.place_of("allow-root").filter(|_| allowed && !root) {
        table.conflict(
            span,
            format!("`{}` needs `user = \"root\"`", table.full("allow-root")),
            "",
            "remove it: the service does not run as root",
        );
    }
    user.map(|user| user.value)
}

/// Reads `type` with `pid-file`: who forks writes one, and nobody else.
pub(super) fn read_pid_file(
    table: &Table<'_>,
    substitutions: &Substitutions,
) -> Option<AbsolutePath> {
    let forking = table
        .choice("type", &[("foreground", false), ("forking", true)])
        .unwrap_or(false);
    let file = table.substituted::<AbsolutePath>("pid-file", substitutions);
    match (forking, table.place_of("pid-file")) {
        (true, None) => table.conflict(
            table.place_of("type").unwrap_or(table.span()),
            format!("`{} = \"forking\"` needs `pid-file`", table.full("type")),
            "nothing else says which process is the service",
            "add `pid-file`, or keep the program in the foreground, which most can do",
        ),
        (false, Some(span)) => table.conflict(
            span,
            format!("`{}` needs `type = \"forking\"`", table.full("pid-file")),
            "",
            "remove it: the process of a service in the foreground is known",
        ),
        _ => {}
    }
    let file = file?;
    let deep = file
        .as_str()
        .strip_prefix("/run/")
        .is_some_and(|rest| rest.contains('/'));
    if !deep && let Some(text) = table.string("pid-file") {
        table.refuse(
            "pid-file",
            text.span,
            "the service can write it only in a folder of its own below `/run`",
            format!("write `/run/{0}/{0}.pid`", substitutions.name),
        );
        return None;
    }
    Some(file)
}

/// Reads `reload`: a signal in capitals, or a command.
pub(super) fn read_reload(
    table: &Table<'_>,
    scope: &Scope,
    substitutions: &Substitutions,
) -> Option<Reload> {
    let text = table.string("reload")?;
    if Signal::is_meant(&text.value) {
        return table.check("reload", &text).map(Reload::Signal);
    }
    let command = command::read_text(table, "reload", &text, substitutions)?;
    let scope = scope.with(&Vec::new(), false);
    let pid = command.value.variables().any(|name| name == "MAINPID");
    if !pid {
        scope.check(table, "reload", &command);
    }
    Some(Reload::Command(command.value))
}

/// Refuses what a program that runs and ends cannot have.
pub(super) fn check_schedule(table: &Table<'_>) {
    if table.place_of("schedule").is_none() {
        return;
    }
    for key in [
        "instances",
        "type",
        "pid-file",
        "restart",
        "reload",
        "singleton",
        "port",
    ] {
        if let Some(span) = table.place_of(key) {
            table.conflict(
                span,
                format!("`{}` and `schedule` exclude each other", table.full(key)),
                "a service with a schedule runs and ends, one at a time",
                "remove one of the two",
            );
        }
    }
}

/// Refuses several instances where there must be one, and warns where they would be in each other's way.
pub(super) fn check_instances(table: &Table<'_>, service: &Service, scope: &Scope) {
    let Some(span) = table
        .place_of("instances")
        .filter(|_| service.instances > 1)
    else {
        return;
    };
    if service.singleton {
        table.conflict(
            span,
            format!(
                "`{}` and `singleton` exclude each other",
                table.full("instances")
            ),
            "",
            "remove one of the two",
        );
        return;
    }
    let uses_port = service.command.variables().any(|name| name == "PORT");
    let (title, help) = if service.port.is_none() && scope.has("PORT") {
        (
            "all instances would have the same `PORT`",
            "set `port`: it is one more for each instance",
        )
    } else if service.port.is_none() {
        (
            "nothing tells the instances apart",
            "set `port`, and use `${PORT}` in the command",
        )
    } else if !uses_port && listens_on_one_place(&service.command) {
        (
            "all instances would listen on the same port",
            "write `${PORT}` in place of the port in the command",
        )
    } else {
        return;
    };
    table.warning(Code::SamePort, span, title.to_owned(), "", help.to_owned());
}

/// Returns whether a word of the command ends in a port, such as `127.0.0.1:8000`.
fn listens_on_one_place(command: &Words) -> bool {
    command.iter().skip(1).any(|word| match word.as_slice() {
        [Piece::Literal(text)] => text
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok()),
        _ => false,
    })
}

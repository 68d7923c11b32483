//! A service that answers a part of a site: which one, on which sockets, and how long it has.

use super::location::LocationKind;
use super::words::{NginxPath, check_socket};
use crate::recipe::names::ServiceName;
use crate::recipe::service::Service;
use crate::recipe::substitutions::Substitutions;
use crate::recipe::table::{Located, Table};
use std::collections::BTreeSet;

/// The services that a location may name.
pub(super) struct Upstreams<'a> {
    /// Those that could be read.
    pub(super) read: &'a [Service],
    /// The names of all that are in the recipe.
    pub(super) named: BTreeSet<String>,
}

impl Upstreams<'_> {
    /// Returns whether a service is there, and so wrong that this was said already.
    fn is_refused(&self, name: &ServiceName) -> bool {
        self.named.contains(name.as_str()) && !self.read.iter().any(|service| service.name == *name)
    }
}

/// How many seconds a service has to answer when the recipe does not say, as nginx has it.
const TIMEOUT: u32 = 60;

/// Reads the service of a part of a site.
pub(super) fn read_service(
    table: &Table<'_>,
    services: &Upstreams<'_>,
    substitutions: &Substitutions,
) -> Option<LocationKind> {
    let try_files = table.substituted("try-files", substitutions);
    let websocket = table.boolean("websocket").unwrap_or(false);
    let timeout = table
        .number("timeout")
        .map_or(TIMEOUT, |number| number.value);
    let name = table.located::<ServiceName>("service")?;
    if services.is_refused(&name.value) {
        return None;
    }
    let services = services.read;
    let found = services.iter().find(|service| service.name == name.value);
    let (title, help) = match found {
        None => {
            let known: Vec<_> = services
                .iter()
                .map(|service| format!("`{}`", service.name))
                .collect();
            let help = if known.is_empty() {
                format!("add `[service.{}]`", name.value)
            } else {
                format!("the services are {}", known.join(", "))
            };
            (format!("there is no service `{}`", name.value), help)
        }
        Some(service) if service.schedule.is_some() => (
            format!(
                "`service.{}` runs at set times: it answers nobody",
                service.name
            ),
            "name a service without `schedule`".to_owned(),
        ),
        Some(service) if service.port.is_none() && table.place_of("socket").is_none() => (
            format!("nothing says where `service.{}` listens", service.name),
            format!(
                "set `port` in `[service.{}]`, or `socket` here",
                service.name
            ),
        ),
        Some(service) => {
            return Some(LocationKind::Service {
                name: name.value,
                sockets: read_sockets(table, service, substitutions)?,
                try_files,
                websocket,
                timeout,
            });
        }
    };
    table.conflict(name.span, title, "", help);
    None
}

/// What stands for the port of each instance in the path of its socket.
const PORT: &str = "${PORT}";

/// Reads `socket`: the sockets of all instances; none when there is no key.
fn read_sockets(
    table: &Table<'_>,
    service: &Service,
    substitutions: &Substitutions,
) -> Option<Vec<NginxPath>> {
    let Some(mut text) = table.string("socket") else {
        return table.place_of("socket").is_none().then(Vec::new);
    };
    substitutions.apply(&mut text);
    let several = text.value.contains(PORT);
    if service.instances > 1 && !several {
        table.conflict(
            text.span.clone(),
            format!(
                "the {} instances of `service.{}` would have one socket",
                service.instances, service.name
            ),
            "",
            "write `${PORT}` in it, such as `/run/@name@/web-${PORT}.sock`",
        );
        return None;
    }
    let Some(ports) = service.ports().filter(|_| several) else {
        return Some(vec![read_socket(table, &text)?]);
    };
    ports
        .map(|port| {
            let one = Located {
                value: text.value.replace(PORT, &port.to_string()),
                span: text.span.clone(),
            };
            read_socket(table, &one)
        })
        .collect()
}

fn read_socket(table: &Table<'_>, text: &Located<String>) -> Option<NginxPath> {
    let socket = table.check("socket", text)?;
    if let Err(error) = check_socket(&socket) {
        let help = "choose a shorter path";
        table.refuse("socket", text.span.clone(), &error.to_string(), help);
        return None;
    }
    Some(socket)
}

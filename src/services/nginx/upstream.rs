//! Where the services of a site answer (nginx's `upstream`): every instance of a service, in turn.
//!
//! All workers of nginx share what they know of several instances, so that the requests go round all of them.

use super::SiteFile;
use super::server::Part;
use crate::recipe::{Listen, LocationKind, NginxPath, Passenger, Recipe, ServiceName};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};

/// A service as a file of sites has it.
#[derive(Debug)]
pub(super) struct Upstream<'a> {
    /// What `proxy_pass` calls it.
    pub(super) name: String,
    service: &'a ServiceName,
    sockets: &'a [NginxPath],
    /// Where its instances answer.
    servers: Vec<String>,
}

impl Upstream<'_> {
    /// Returns the block.
    pub(super) fn render(&self) -> String {
        let mut text = format!("upstream {} {{\n", self.name);
        if self.servers.len() > 1 {
            let _ = writeln!(text, "    zone {} 64k;", self.name);
        }
        for server in &self.servers {
            let _ = writeln!(text, "    server {server};");
        }
        text.push_str("}\n");
        text
    }
}

/// Returns the services of a file, each once for each place where it answers.
pub(super) fn all<'a>(recipe: &'a Recipe, file: &SiteFile<'a>) -> Vec<Upstream<'a>> {
    let mut all: Vec<Upstream<'a>> = Vec::new();
    let locations = file.parts.iter().flat_map(Part::locations);
    for location in locations {
        let LocationKind::Service { name, sockets, .. } = &location.kind else {
            continue;
        };
        if find(&all, name, sockets).is_some() {
            continue;
        }
        let others = all.iter().filter(|other| other.service == name).count();
        let suffix = if others == 0 {
            String::new()
        } else {
            format!("_{}", others + 1)
        };
        all.push(Upstream {
            name: format!("{}_{name}{suffix}", file.id),
            service: name,
            sockets,
            servers: servers(recipe, name, sockets),
        });
    }
    all
}

/// Returns a service among those of a file.
pub(super) fn find<'a, 'b>(
    all: &'b [Upstream<'a>],
    service: &ServiceName,
    sockets: &[NginxPath],
) -> Option<&'b Upstream<'a>> {
    all.iter()
        .find(|upstream| upstream.service == service && upstream.sockets == sockets)
}

/// Returns where a service answers: at its sockets, or at the ports of its instances on this machine.
fn servers(recipe: &Recipe, name: &ServiceName, sockets: &[NginxPath]) -> Vec<String> {
    if !sockets.is_empty() {
        return sockets
            .iter()
            .map(|socket| format!("unix:{socket}"))
            .collect();
    }
    let service = recipe.services.iter().find(|service| service.name == *name);
    let ports = service.and_then(crate::recipe::Service::ports);
    let ports = ports.into_iter().flatten();
    let passenger = recipe.passenger.as_ref().filter(|it| it.is_service(name));
    let host = passenger.map_or_else(|| LOOPBACK.to_owned(), asked_at);
    ports.map(|port| format!("{host}:{port}")).collect()
}

/// Where services answer that do not say more than a port.
const LOOPBACK: &str = "127.0.0.1";

/// Returns the address at which Passenger answers this machine, as `proxy_pass` has it: no `tcp://`, and a port behind it.
fn asked_at(passenger: &Passenger) -> String {
    match &passenger.listen {
        Listen::Address(IpAddr::V4(address), _) if !address.is_unspecified() => address.to_string(),
        Listen::Address(IpAddr::V6(address), _) if address.is_unspecified() => {
            format!("[{}]", Ipv6Addr::LOCALHOST)
        }
        Listen::Address(IpAddr::V6(address), _) => format!("[{address}]"),
        _ => LOOPBACK.to_owned(),
    }
}

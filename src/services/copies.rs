//! The copies of a service: one, or `instances` of them, each told apart by its port or else by a number.
//!
//! The port of a copy is its own: it is put into the environment after everything else, so that a `PORT` in `/etc/default` does
//! not send all copies to one port. systemd takes what is set in a unit for less than what is in a file, so each copy has a file.

use super::provision::ServiceFile;
use crate::recipe::{Recipe, Service};

/// Returns what tells the copies of a service apart: `PORT` where the recipe has a port, else 1, 2, …; nothing when there is
/// one copy only.
pub(super) fn numbers(service: &Service) -> Vec<u16> {
    if service.instances == 1 {
        return Vec::new();
    }
    let first = service.port.unwrap_or(1);
    (first..=first.saturating_add(service.instances - 1)).collect()
}

/// Returns whether each copy has a port of its own.
pub(super) fn have_ports(service: &Service) -> bool {
    service.instances > 1 && service.port.is_some()
}

/// Returns where the file with the port of a copy is; `copy` is its number, or what stands for it in a unit.
pub(super) fn port_file(recipe: &Recipe, service: &Service, copy: &str) -> String {
    format!(
        "{}/libexec/ports/{}/{copy}",
        recipe.venv.prefix, service.name
    )
}

/// Returns the files with the ports of all copies.
pub(super) fn port_files(recipe: &Recipe, service: &Service) -> Vec<ServiceFile> {
    if !have_ports(service) {
        return Vec::new();
    }
    numbers(service)
        .iter()
        .map(|port| {
            let path = port_file(recipe, service, &port.to_string());
            ServiceFile::own(&path[1..], format!("PORT='{port}'\n"))
        })
        .collect()
}

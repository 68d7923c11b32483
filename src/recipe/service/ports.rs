//! The ports of services: none twice, none too high, and who may listen on the low ones (ip(7)).

use super::Service;
use crate::recipe::code::Code;
use crate::recipe::table::{Located, Table};
use std::ops::RangeInclusive;

/// The first port that everybody may listen on (ip(7), `ip_unprivileged_port_start`).
const UNPRIVILEGED: u16 = 1024;

/// Checks the port of a service, with those before it.
pub(super) fn check(table: &Table<'_>, service: &Service, port: &Located<u16>, before: &[Service]) {
    let last = u32::from(port.value) + u32::from(service.instances) - 1;
    if last > u32::from(u16::MAX) {
        table.refuse(
            "port",
            port.span.clone(),
            &format!(
                "the last of {} instances would listen on {last}",
                service.instances
            ),
            "choose a lower port: the highest is 65535",
        );
        return;
    }
    let overlapping = before.iter().find(|other| {
        other
            .ports()
            .is_some_and(|theirs| u32::from(*theirs.start()) <= last && port.value <= *theirs.end())
    });
    if let Some(other) = overlapping {
        table.conflict(
            port.span.clone(),
            format!(
                "`service.{}` and `service.{}` would listen on the same port",
                other.name, service.name
            ),
            "",
            "each instance of a service takes the next port: choose others",
        );
    }
    let root = service
        .user
        .as_ref()
        .is_some_and(crate::recipe::UserName::is_root);
    if port.value < UNPRIVILEGED && !root && !service.hardening.keeps("CAP_NET_BIND_SERVICE") {
        table.warning(
            Code::PrivilegedPort,
            port.span.clone(),
            format!("only root may listen on port {}", port.value),
            "",
            "let nginx listen there, or add `hardening = { capabilities = [\"CAP_NET_BIND_SERVICE\"] }`".to_owned(),
        );
    }
}

impl Service {
    /// Returns the ports that its instances listen on.
    pub fn ports(&self) -> Option<RangeInclusive<u16>> {
        let first = self.port?;
        Some(first..=first.saturating_add(self.instances - 1))
    }
}

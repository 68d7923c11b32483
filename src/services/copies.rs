//! The copies of a service: one, or `instances` of them, each told apart by its port or else by a number.

use crate::recipe::Service;

/// Returns what tells the copies of a service apart: `PORT` where the recipe has a port, else 1, 2, …; nothing when there is
/// one copy only.
pub(super) fn numbers(service: &Service) -> Vec<u16> {
    if service.instances == 1 {
        return Vec::new();
    }
    let first = service.port.unwrap_or(1);
    (first..=first.saturating_add(service.instances - 1)).collect()
}

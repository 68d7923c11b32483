//! Cures for what is in front of the services: nginx, Passenger.

/// Returns what to write instead.
pub(super) fn of(key: &str) -> Option<&'static str> {
    Some(match key {
        _ => return None,
    })
}

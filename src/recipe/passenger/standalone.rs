//! Passenger's own server, as a service of the package.
//!
//! It is the core of Passenger alone, as the service user: in front of it `passenger start` would put a Ruby that starts it in
//! the background, writes its log beside the application, where the user may not write, and cuts off requests when it is
//! stopped. The core stays in the foreground, writes to the log of the service manager, and ends when the last request is
//! answered.

use super::{Passenger, STARTUP_FILE};
use crate::recipe::environment::Variables;
use crate::recipe::nginx::Listen;
use crate::recipe::service::{Hardening, OnUpgrade, Restart, Service, Signal};
use std::net::IpAddr;

/// The name of the service.
pub(in crate::recipe) const NAME: &str = "passenger";

/// The core, where Debian's packages have it since Passenger 5.
const AGENT: &str = "/usr/lib/passenger/support-binaries/PassengerAgent";

/// Where Passenger's own files are, which the core has to be told.
const LOCATIONS: &str = "/usr/lib/ruby/vendor_ruby/phusion_passenger/locations.ini";

/// How many workers there are at most, as Passenger has it; administrators change it in `/etc/default/NAME-passenger`.
pub const POOL: (&str, &str) = ("PASSENGER_MAX_POOL_SIZE", "6");

/// How many seconds it has to answer what was asked before it was stopped.
const STOP_TIMEOUT: u32 = 90;

/// Returns the service of a package.
pub(in crate::recipe) fn service(
    passenger: &Passenger,
    package: &str,
    prefix: &str,
) -> Option<Service> {
    let listen = match &passenger.listen {
        Listen::Port(_) => "tcp://0.0.0.0:${PORT}".to_owned(),
        Listen::Address(IpAddr::V4(address), _) => format!("tcp://{address}:${{PORT}}"),
        Listen::Address(IpAddr::V6(address), _) => format!("tcp://[{address}]:${{PORT}}"),
        Listen::Socket(path) => format!("unix:{path}"),
    };
    let command = format!(
        "{AGENT} core --passenger-root {LOCATIONS} --no-user-switching --ctl spawn_dir=/run/{package} --listen {listen} \
         --app-type wsgi --startup-file {STARTUP_FILE} --python {prefix}/bin/python --max-pool-size ${{{}}} \
         --environment production --disable-friendly-error-pages --no-show-version-in-header \
         --disable-anonymous-telemetry --disable-security-update-check {}",
        POOL.0, passenger.root
    );
    let env: Variables = vec![(POOL.0.parse().ok()?, POOL.1.parse().ok()?)];
    Some(Service {
        name: NAME.parse().ok()?,
        command: command.parse().ok()?,
        directory: Some(passenger.root.clone()),
        enabled: true,
        after: Vec::new(),
        instances: 1,
        port: passenger.port(),
        manager: None,
        pid_file: None,
        user: None,
        group: None,
        env,
        restart: Restart::OnFailure,
        on_failure: None,
        on_upgrade: OnUpgrade::Stop,
        stop_signal: Signal::TERM,
        stop_timeout: STOP_TIMEOUT,
        reload: None,
        singleton: false,
        schedule: None,
        hardening: Hardening::On(Box::default()),
    })
}

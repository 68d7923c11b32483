//! `[passenger]`: a WSGI application under Phusion Passenger.
//!
//! Of the application there is one file, `passenger_wsgi.py`, in a folder of its own: Passenger looks for `public` and `tmp`
//! beside it, and they are no part of the virtualenv. Passenger's own server is a service like any other, so that every
//! service manager can run it and nginx can be put in front.
//!
//! The user it runs as is the service user, which is never root.
//!
//! # Limits
//! The loader of Passenger 6.0.17, which Debian 12 has, needs a Python below 3.12.

mod application;
mod standalone;

use super::code::Code;
use super::host_path::HostPath;
use super::names::{Invalid, ServiceName, invalid, text_newtype};
use super::nginx::{Listen, ServerName};
use super::service::Service;
use super::source_path::SourcePath;
use super::table::Table;
use std::ops::Range;
use std::str::FromStr;

pub(super) use application::startup_file;
pub use standalone::POOL;
pub(super) use standalone::{NAME, service};

text_newtype! {
    /// A WSGI application as `MODULE:OBJECT`.
    WsgiObject
}

/// `[passenger]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passenger {
    /// What it serves.
    pub application: Application,
    /// Where it listens.
    pub listen: Listen,
    /// Which server it is part of.
    pub server: PassengerServer,
    /// The names that Apache answers to.
    pub server_names: Vec<ServerName>,
    /// The folder of the application: `PREFIX/passenger`.
    pub root: HostPath,
}

/// What Passenger serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Application {
    /// An object of a module.
    Wsgi(WsgiObject),
    /// A file of the source that defines `application`.
    File(SourcePath),
}

/// Which server Passenger is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PassengerServer {
    /// Its own, behind nginx.
    #[default]
    Standalone,
    /// Apache, by `mod_passenger`.
    Apache2,
}

/// The file that Passenger loads.
pub const STARTUP_FILE: &str = "passenger_wsgi.py";

/// Where it listens when the recipe does not say.
const LISTEN: Listen = Listen::Address(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8000);

/// The port that Debian's Apache listens on already.
const HTTP: u16 = 80;

/// The first port that everybody may listen on (ip(7), `ip_unprivileged_port_start`).
const UNPRIVILEGED: u16 = 1024;

impl Passenger {
    /// Returns the port it listens on, unless it listens on a socket.
    pub fn port(&self) -> Option<u16> {
        match self.listen {
            Listen::Port(port) | Listen::Address(_, port) => Some(port),
            Listen::Socket(_) => None,
        }
    }

    /// Returns the address it listens on as Apache writes it; `*` for all.
    pub fn address(&self) -> String {
        match self.listen {
            Listen::Address(std::net::IpAddr::V6(address), _) => format!("[{address}]"),
            Listen::Address(address, _) => address.to_string(),
            Listen::Port(_) | Listen::Socket(_) => "*".to_owned(),
        }
    }

    /// Returns whether it is the service of that name.
    pub fn is_service(&self, service: &ServiceName) -> bool {
        self.server == PassengerServer::Standalone && service.as_str() == NAME
    }

    /// Returns whether Apache listens there whatever the site says.
    pub fn is_on_http(&self) -> bool {
        self.port() == Some(HTTP)
    }
}

impl FromStr for WsgiObject {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let word = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match text.split_once(':') {
            Some((module, object))
                if module.split('.').all(word) && object.split('.').all(word) =>
            {
                Ok(WsgiObject(text.to_owned()))
            }
            _ => invalid("it must be `MODULE:OBJECT`, such as `demosite.wsgi:app`"),
        }
    }
}

/// Reads the table; `prefix` is that of the virtualenv.
pub(super) fn read(
    document: &Table<'_>,
    prefix: &str,
    has_source: bool,
    services: &[Service],
) -> Option<Passenger> {
    let table = document.table("passenger")?;
    let server = table.choice(
        "server",
        &[
            ("standalone", PassengerServer::Standalone),
            ("apache2", PassengerServer::Apache2),
        ],
    );
    let listen = match table.located::<Listen>("listen") {
        Some(listen) => {
            check_port(&table, &listen.value, listen.span, services);
            Some(listen.value)
        }
        None if table.place_of("listen").is_some() => None,
        None => {
            check_port(&table, &LISTEN, table.span(), services);
            Some(LISTEN)
        }
    };
    let application = read_application(&table, has_source);
    let server_names = table.parsed_list("server-name");
    let passenger = Passenger {
        application: application?,
        listen: listen?,
        server: server.unwrap_or_default(),
        server_names,
        root: format!("{prefix}/passenger").parse().ok()?,
    };
    match passenger.server {
        PassengerServer::Standalone => check_standalone(document, &table, &passenger, services),
        PassengerServer::Apache2 => check_apache(&table, &passenger),
    }
    Some(passenger)
}

fn read_application(table: &Table<'_>, has_source: bool) -> Option<Application> {
    let wsgi = table.parsed("wsgi");
    let file = table.parsed("file");
    match (table.place_of("wsgi"), table.place_of("file")) {
        (Some(_), None) => wsgi.map(Application::Wsgi),
        (None, Some(span)) => {
            if !has_source {
                table.conflict(
                    span,
                    "`passenger.file` needs a source: it is looked up in it",
                    "",
                    "add `[source]`, or use `wsgi`",
                );
            }
            file.map(Application::File)
        }
        (_, both) => {
            table.conflict(
                both.unwrap_or(table.span()),
                "`passenger` needs exactly one of `wsgi` and `file`",
                "",
                "give the one that is the application, such as `wsgi = \"demosite:app\"`",
            );
            None
        }
    }
}

/// Checks what only Passenger's own server minds.
fn check_standalone(
    document: &Table<'_>,
    table: &Table<'_>,
    passenger: &Passenger,
    services: &[Service],
) {
    if let Some(span) = table.place_of("server-name") {
        table.conflict(
            span,
            "Passenger's own server answers to every name",
            "",
            "give the names to `[[nginx]]`, or use `server = \"apache2\"`",
        );
    }
    if services.iter().any(|service| service.name.as_str() == NAME) {
        let entries = document.entries("service");
        let own = entries.iter().find(|entry| entry.name.value == NAME);
        table.conflict(
            own.map_or(table.span(), |entry| entry.name.span.clone()),
            "`[passenger]` is the service `passenger` already",
            "",
            "give this service another name",
        );
    }
    if let Some(port) = passenger.port().filter(|port| *port < UNPRIVILEGED) {
        table.warning(
            Code::PrivilegedPort,
            place(table, "listen"),
            format!("only root may listen on port {port}"),
            "",
            "let nginx listen there, and Passenger on a port such as 8000".to_owned(),
        );
    }
}

/// Checks what only Apache minds.
fn check_apache(table: &Table<'_>, passenger: &Passenger) {
    if matches!(passenger.listen, Listen::Socket(_)) {
        table.conflict(
            place(table, "listen"),
            "Apache listens on ports only",
            "",
            "write such as `127.0.0.1:8000`, or `80` with a `server-name`",
        );
    }
    if passenger.is_on_http() && table.place_of("server-name").is_none() {
        table.conflict(
            place(table, "listen"),
            "on port 80 Apache tells its sites apart by their names",
            "without one it would go on showing its own page",
            "add `server-name = [\"demo.example.org\"]`, or choose another port",
        );
    }
}

/// Returns where a key is, or its table.
fn place(table: &Table<'_>, key: &'static str) -> Range<usize> {
    table.place_of(key).unwrap_or(table.span())
}

/// Refuses a port that a service has.
fn check_port(table: &Table<'_>, listen: &Listen, span: Range<usize>, services: &[Service]) {
    let (Listen::Port(port) | Listen::Address(_, port)) = listen else {
        return;
    };
    let other = services
        .iter()
        .find(|service| service.ports().is_some_and(|ports| ports.contains(port)));
    if let Some(other) = other {
        table.conflict(
            span,
            format!(
                "`passenger` and `service.{}` would listen on the same port, {port}",
                other.name
            ),
            "",
            "set another `listen`",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_an_object_of_a_module() {
        for text in ["demosite:app", "a.b_c:x.y"] {
            assert!(text.parse::<WsgiObject>().is_ok(), "{text}");
        }
        for text in [
            "",
            "demosite",
            "demosite:",
            ":app",
            "a-b:c",
            "a:b:c",
            "a:create()",
            "1a:b",
            "a..b:c",
        ] {
            assert!(text.parse::<WsgiObject>().is_err(), "{text:?}");
        }
    }
}

//! `[passenger]`: a WSGI application under Phusion Passenger.

use super::names::{Invalid, invalid, text_newtype};
use super::nginx::Listen;
use super::service::Service;
use super::source_path::SourcePath;
use super::table::Table;
use std::str::FromStr;

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

/// Where it listens when the recipe does not say.
const LISTEN: Listen = Listen::Address(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8000);

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

/// Reads the table.
pub(super) fn read(
    document: &Table<'_>,
    has_source: bool,
    services: &[Service],
) -> Option<Passenger> {
    let table = document.table("passenger")?;
    let wsgi = table.parsed("wsgi");
    let file = table.parsed("file");
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
    let application = match (table.place_of("wsgi"), table.place_of("file")) {
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
    };
    Some(Passenger {
        application: application?,
        listen: listen?,
        server: server.unwrap_or_default(),
    })
}

/// Refuses a port that a service has.
fn check_port(
    table: &Table<'_>,
    listen: &Listen,
    span: std::ops::Range<usize>,
    services: &[Service],
) {
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

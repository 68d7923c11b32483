//! Where something listens: a port, an address with a port, or a socket (`listen` of nginx).

use super::words::{NginxPath, check_socket};
use crate::recipe::names::{Invalid, invalid};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Where something listens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listen {
    /// A port of all addresses.
    Port(u16),
    /// A port of one address.
    Address(IpAddr, u16),
    /// A unix socket.
    Socket(NginxPath),
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Port(port) => write!(f, "{port}"),
            Listen::Address(IpAddr::V4(address), port) => write!(f, "{address}:{port}"),
            Listen::Address(IpAddr::V6(address), port) => write!(f, "[{address}]:{port}"),
            Listen::Socket(path) => write!(f, "unix:{path}"),
        }
    }
}

impl Listen {
    /// Returns the sockets as nginx has them: a port is one of all addresses, of both families.
    pub fn sockets(&self) -> Vec<String> {
        match self {
            Listen::Port(port) => vec![port.to_string(), format!("[::]:{port}")],
            // nginx takes it for the port alone, and refuses the two together.
            Listen::Address(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port) => vec![port.to_string()],
            other => vec![other.to_string()],
        }
    }

    /// Returns the port.
    pub(super) fn port(&self) -> Option<u16> {
        match self {
            Listen::Port(port) | Listen::Address(_, port) => Some(*port),
            Listen::Socket(_) => None,
        }
    }
}

impl FromStr for Listen {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const FORM: &str = "it must be a port, `ADDRESS:PORT`, `[IPV6]:PORT` or `unix:/PATH`";
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            match text.parse::<u16>() {
                Ok(port) if digits && port > 0 => Ok(port),
                _ if digits => invalid(format!("`{text}` is no port from 1 to 65535")),
                _ => invalid(FORM),
            }
        };
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.parse()?;
            check_socket(&path)?;
            return Ok(Listen::Socket(path));
        }
        let Some((address, port)) = text.rsplit_once(':') else {
            return number(text).map(Listen::Port);
        };
        let port = number(port)?;
        if address == "*" {
            return Ok(Listen::Port(port));
        }
        let inner = address
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let address = match inner {
            Some(inner) => inner.parse::<Ipv6Addr>().map(IpAddr::V6).ok(),
            None => address.parse::<Ipv4Addr>().map(IpAddr::V4).ok(),
        };
        match address {
            Some(address) => Ok(Listen::Address(address, port)),
            None => invalid(FORM),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_nginx_writes_them() {
        for text in [
            "80",
            "127.0.0.1:8000",
            "[::1]:8000",
            "unix:/run/demo/web.sock",
        ] {
            let listen: Listen = text.parse().expect("an address");
            assert_eq!(listen.to_string(), text);
        }
        assert_eq!("*:80".parse(), Ok(Listen::Port(80)));
        for text in [
            "",
            "0",
            "65536",
            "+80",
            "localhost:80",
            "::1:80",
            "[::1]",
            "127.0.0.1",
            "127.0.0.1:",
            "unix:run/x",
            "unix:/run/a;b",
            "80 ssl",
            "[::1:80",
        ] {
            assert!(text.parse::<Listen>().is_err(), "{text:?}");
        }
    }
}

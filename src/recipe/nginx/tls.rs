//! The certificate of a site.

use super::listen::Listen;
use super::words::NginxPath;
use crate::recipe::substitutions::Substitutions;
use crate::recipe::table::Table;

/// The certificate of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate.
    pub certificate: NginxPath,
    /// Its key.
    pub key: NginxPath,
    /// The certificates between it and the authority.
    pub chain: Option<NginxPath>,
    /// The port for https.
    pub listen: u16,
    /// Whether http only sends to https.
    pub redirect: bool,
}

impl Tls {
    /// Returns where https is served beside http: at the same addresses.
    pub fn listens(&self, http: &[Listen]) -> Vec<Listen> {
        let port = self.listen;
        let beside = |listen: &Listen| match listen {
            Listen::Port(_) => Some(Listen::Port(port)),
            Listen::Address(address, _) => Some(Listen::Address(*address, port)),
            Listen::Socket(_) => None,
        };
        let listens: Vec<_> = http.iter().filter_map(beside).collect();
        if listens.is_empty() {
            return vec![Listen::Port(port)];
        }
        listens
    }
}

/// The port of https.
pub(super) const HTTPS: u16 = 443;

/// Reads the table; http and https need ports of their own.
pub(super) fn read(
    site: &Table<'_>,
    http: &[Listen],
    substitutions: &Substitutions,
) -> Option<Tls> {
    let table = site.table("tls")?;
    let certificate = table.substituted("certificate", substitutions);
    let key = table.substituted("key", substitutions);
    let chain = table.substituted("chain", substitutions);
    let listen = table.number("listen").map_or(HTTPS, |port| port.value);
    let redirect = table.boolean("redirect").unwrap_or(true);
    if http.iter().any(|http| http.port() == Some(listen)) {
        table.conflict(
            table.place_of("listen").unwrap_or(table.span()),
            format!("the site listens on `{listen}` for http and for https"),
            "",
            "`listen` of the site is for http, `listen` of `tls` for https: give each a port of its own",
        );
    }
    if certificate.is_some() && certificate == key {
        table.conflict(
            table.place_of("key").unwrap_or(table.span()),
            "certificate and key are the same file",
            "",
            "name the file of the key alone, which nobody else may read",
        );
    }
    Some(Tls {
        certificate: certificate?,
        key: key?,
        chain,
        listen,
        redirect,
    })
}

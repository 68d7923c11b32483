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

/// The port of https.
const HTTPS: u16 = 443;

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
    if http.contains(&Listen::Port(listen)) {
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

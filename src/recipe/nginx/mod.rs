//! `[[nginx]]`: sites in front of the services (nginx's `http` core module).
//!
//! Everything that nginx reads is checked: a `;`, a brace or a `$` in the wrong place would change what the file means.

mod header;
mod listen;
mod location;
mod readable;
mod server_name;
mod tls;
mod upstream;
mod words;

pub use header::{HeaderName, HeaderValue};
pub use listen::Listen;
pub use location::{Location, LocationKind, LocationPath, RedirectTarget};
pub use server_name::ServerName;
pub use tls::Tls;
pub use words::{BodySize, NginxPath};

use super::Recipe;
use super::code::Code;
use super::directories::Directory;
use super::service::Service;
use super::substitutions::Substitutions;
use super::table::{Located, Table, located};
use std::collections::BTreeSet;
use toml::de::DeValue;
use upstream::Upstreams;

/// A site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The names it answers to.
    pub server_names: Vec<ServerName>,
    /// Where it listens.
    pub listen: Vec<Listen>,
    /// The largest body of a request.
    pub body_size: BodySize,
    /// Headers that are added to every answer.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Its certificate.
    pub tls: Option<Tls>,
    /// What each part of it is.
    pub locations: Vec<Location>,
}

impl Recipe {
    /// Returns the names of the files of sites: one for all that goes without a certificate, and one for each site that has
    /// one.
    pub fn site_files(&self) -> impl Iterator<Item = String> {
        let name = self.package.name.as_str();
        let plain = (!self.sites.is_empty()).then(|| name.to_owned());
        let secure = self.sites.iter().filter_map(|site| site.secure_file(name));
        plain.into_iter().chain(secure)
    }
}

impl Site {
    /// Returns the name of the file with the part that needs a certificate. No package's name has a `_`.
    pub fn secure_file(&self, package: &str) -> Option<String> {
        let tls = self.tls.as_ref()?;
        let first = self.server_names.first();
        let host = first.map_or("_", ServerName::as_str).replace('*', "_");
        Some(match tls.listen {
            tls::HTTPS => format!("{package}_https_{host}"),
            other => format!("{package}_https_{host}_{other}"),
        })
    }
}

/// Reads all sites; each name is answered by one of them.
pub(super) fn read(
    document: &Table<'_>,
    services: &[Service],
    directories: &[Directory],
    substitutions: &Substitutions,
) -> Vec<Site> {
    let mut taken = BTreeSet::new();
    let services = Upstreams {
        read: services,
        named: document
            .entries("service")
            .into_iter()
            .map(|entry| entry.name.value)
            .collect(),
    };
    let sites: Vec<_> = document
        .tables("nginx")
        .iter()
        .map(|table| read_one(table, &mut taken, &services, substitutions))
        .collect();
    check_protocols(document, &sites);
    readable::check(document, directories, substitutions);
    sites
}

fn read_one(
    table: &Table<'_>,
    taken: &mut BTreeSet<(ServerName, String)>,
    services: &Upstreams<'_>,
    substitutions: &Substitutions,
) -> Site {
    let listen = read_listen(table);
    let tls = tls::read(table, &listen, substitutions);
    let mut everywhere = listen.clone();
    everywhere.extend(tls.iter().flat_map(|tls| tls.listens(&listen)));
    let mut sockets: Vec<_> = everywhere.iter().flat_map(Listen::sockets).collect();
    sockets.sort();
    sockets.dedup();
    let mut server_names: Vec<ServerName> = Vec::new();
    let names = table.strings("server-name");
    if let Some(span) = table.place_of("server-name").filter(|_| names.is_empty()) {
        table.refuse(
            "server-name",
            span,
            "the site has no name",
            "list its names, or `_` for a site that has none",
        );
    }
    for text in &names {
        let Some(name) = table.check::<ServerName>("server-name", text) else {
            continue;
        };
        warn_of_length(table, text, &name);
        let mut twice = None;
        for socket in &sockets {
            if !taken.insert((name.clone(), socket.clone())) {
                twice = twice.or(Some(socket));
            }
        }
        if let Some(listen) = twice {
            table.conflict(
                text.span.clone(),
                format!("`{name}` on `{listen}` is answered by a site already"),
                "nginx would pass over one of the two",
                "give each site names of its own",
            );
        } else {
            server_names.push(name);
        }
    }
    Site {
        server_names,
        listen,
        body_size: table.parsed("body-size").unwrap_or_default(),
        headers: header::read(table),
        tls,
        locations: location::read(table, services, substitutions),
    }
}

/// nginx keeps names in slots of 64 bytes as Debian sets it up, which take a name of this many (`server_names_hash_bucket_size`).
const LONGEST_NAME: usize = 46;

fn warn_of_length(table: &Table<'_>, text: &Located<String>, name: &ServerName) {
    let length = name.as_str().len();
    if length > LONGEST_NAME && !name.as_str().starts_with("*.") {
        table.warning(
            Code::UnusualValue,
            text.span.clone(),
            format!(
                "nginx as Debian sets it up takes names of at most {LONGEST_NAME} bytes, and this one has {length}"
            ),
            "the site would be taken out of service there",
            "have `server_names_hash_bucket_size 128;` in a file of `/etc/nginx/conf.d` on the host, or choose a shorter name".to_owned(),
        );
    }
}

/// Refuses a port that is for https in one site and for http in another: nginx has one protocol at each.
fn check_protocols(document: &Table<'_>, sites: &[Site]) {
    for (table, site) in document.tables("nginx").iter().zip(sites) {
        let Some(tls) = &site.tls else { continue };
        let plain = sites
            .iter()
            .flat_map(|other| &other.listen)
            .any(|listen| listen.port() == Some(tls.listen));
        let own = site
            .listen
            .iter()
            .any(|listen| listen.port() == Some(tls.listen));
        if let Some(own_table) = table.table("tls").filter(|_| plain && !own) {
            document.conflict(
                own_table.place_of("listen").unwrap_or(own_table.span()),
                format!("another site has `{}` for http", tls.listen),
                "nginx would speak https at it to both",
                "give http and https ports of their own",
            );
        }
    }
}

/// Reads `listen`: one port or address, or a list of them.
fn read_listen(table: &Table<'_>) -> Vec<Listen> {
    let mut found: Vec<Listen> = Vec::new();
    let given = table.values("listen");
    for value in &given {
        let text = match value.get_ref() {
            DeValue::String(text) => located(text.to_string(), value),
            // What is no port is reported before anything is read.
            DeValue::Integer(number) => match number.as_str().parse::<u16>() {
                Ok(port) if port > 0 => located(port.to_string(), value),
                _ => continue,
            },
            _ => continue,
        };
        add_listen(table, &mut found, &text);
    }
    if given.is_empty() {
        found.push(Listen::Port(80));
    }
    found
}

fn add_listen(table: &Table<'_>, found: &mut Vec<Listen>, text: &Located<String>) {
    let Some(listen) = table.check::<Listen>("listen", text) else {
        return;
    };
    if found.contains(&listen) {
        table.conflict(
            text.span.clone(),
            format!("the site listens on `{listen}` twice"),
            "",
            "list it once",
        );
    } else {
        found.push(listen);
    }
}

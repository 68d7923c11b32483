//! A `server` of nginx: its names and addresses, what is true of every answer, and its locations.

use super::upstream::Upstream;
use super::{SiteFile, location, upgrade_variable};
use crate::recipe::{Listen, Location, LocationKind, Recipe, ServerName, Site, Tls};
use std::fmt::Write as _;

/// Where the challenges of a certificate authority are answered (RFC 8555, 8.3): Debian's nginx makes this folder, and
/// `certbot certonly --webroot -w` takes it.
const CHALLENGES: (&str, &str) = ("/.well-known/acme-challenge/", "/var/www/html");

/// What is told to a service of the request. `Proxy` would become the variable `HTTP_PROXY` of old gateways (httpoxy).
const TOLD: &[(&str, &str)] = &[
    ("Host", "$http_host"),
    ("X-Real-IP", "$remote_addr"),
    ("X-Forwarded-For", "$proxy_add_x_forwarded_for"),
    ("X-Forwarded-Proto", "$scheme"),
    ("Proxy", "''"),
];

/// A part of a site, which is one `server`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    /// What is served without a certificate.
    Http(&'a Site),
    /// What is served with one.
    Https(&'a Site, &'a Tls),
}

impl<'a> Part<'a> {
    pub(super) fn site(&self) -> &'a Site {
        match self {
            Part::Http(site) | Part::Https(site, _) => site,
        }
    }

    /// Returns where a browser is sent instead of an answer.
    fn sends_to(&self) -> Option<u16> {
        match self {
            Part::Http(site) => site
                .tls
                .as_ref()
                .filter(|tls| tls.redirect)
                .map(|tls| tls.listen),
            Part::Https(..) => None,
        }
    }

    /// Returns the locations that are served.
    pub(super) fn locations(&self) -> &'a [Location] {
        match self.sends_to() {
            Some(_) => &[],
            None => &self.site().locations,
        }
    }

    /// Returns whether a location lets websockets through.
    pub(super) fn lets_websockets_through(&self) -> bool {
        self.locations().iter().any(|location| {
            matches!(
                location.kind,
                LocationKind::Service {
                    websocket: true,
                    ..
                }
            )
        })
    }

    /// Returns the certificate and the chain that have to be joined for it.
    pub(super) fn chained(&self) -> Option<(&'a str, &'a str)> {
        match self {
            Part::Https(_, tls) => {
                let chain = tls.chain.as_ref()?;
                Some((tls.certificate.as_str(), chain.as_str()))
            }
            Part::Http(_) => None,
        }
    }
}

/// Renders the `server` of a part.
pub(super) fn render(
    recipe: &Recipe,
    file: &SiteFile<'_>,
    part: &Part<'_>,
    upstreams: &[Upstream<'_>],
) -> String {
    let site = part.site();
    let mut text = String::from("server {\n");
    let mut line = |words: String| {
        let _ = writeln!(text, "    {words};");
    };
    for listen in listens(part) {
        line(format!("listen {listen}"));
    }
    let names: Vec<_> = site.server_names.iter().map(ServerName::as_str).collect();
    line(format!("server_name {}", names.join(" ")));
    if let Part::Https(_, tls) = part {
        certificate(recipe, file, tls)
            .into_iter()
            .for_each(&mut line);
    }
    line(format!("client_max_body_size {}", site.body_size));
    // Where another program listens in front, only it knows the address that the browser sees.
    line("absolute_redirect off".to_owned());
    let proxies = part
        .locations()
        .iter()
        .any(|location| matches!(location.kind, LocationKind::Service { .. }));
    for (name, value) in &site.headers {
        line(format!("add_header {name} \"{value}\" always"));
        if proxies {
            line(format!("proxy_hide_header {name}"));
        }
    }
    if proxies {
        line("proxy_http_version 1.1".to_owned());
        for words in told("''") {
            line(words);
        }
    }
    let (path, folder) = CHALLENGES;
    let is_taken = |location: &Location| {
        format!("{}/", location.path) == path || location.path.as_str() == path
    };
    if site.tls.is_some() && matches!(part, Part::Http(_)) && !part.locations().iter().any(is_taken)
    {
        let _ = write!(
            text,
            "\n    location {path} {{\n        root {folder};\n    }}\n"
        );
    }
    if let Some(port) = part.sends_to() {
        let port = if port == 443 {
            String::new()
        } else {
            format!(":{port}")
        };
        let _ = write!(
            text,
            "\n    location / {{\n        return 301 https://$host{port}$request_uri;\n    }}\n"
        );
    } else {
        let upgrade = upgrade_variable(&file.id);
        for block in location::render(part.locations(), upstreams, &upgrade) {
            let _ = write!(text, "\n{block}");
        }
    }
    text.push_str("}\n");
    text
}

/// Returns what a service is told of a request, and of its connection.
pub(super) fn told(connection: &str) -> Vec<String> {
    let mut lines: Vec<_> = TOLD
        .iter()
        .map(|(name, value)| format!("proxy_set_header {name} {value}"))
        .collect();
    lines.push(format!("proxy_set_header Connection {connection}"));
    lines
}

/// Returns where a part listens, each place once.
fn listens(part: &Part<'_>) -> Vec<String> {
    let site = part.site();
    // Who answers to no name answers all that nobody else does.
    let default = if site.server_names.iter().any(|name| name.as_str() == "_") {
        " default_server"
    } else {
        ""
    };
    let (listens, secure) = match part {
        Part::Http(_) => (site.listen.clone(), ""),
        Part::Https(_, tls) => (tls.listens(&site.listen), " ssl"),
    };
    let mut words = Vec::new();
    for socket in listens.iter().flat_map(Listen::sockets) {
        let word = format!("{socket}{secure}{default}");
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Returns what nginx is told of a certificate. The protocols are those that browsers still have (RFC 8996), and the ciphers
/// those of TLS 1.2 with forward secrecy and authentication of what is sent.
fn certificate(recipe: &Recipe, file: &SiteFile<'_>, tls: &Tls) -> Vec<String> {
    let certificate = match &tls.chain {
        Some(_) => format!(
            "/var/lib/deb-build-app/{}/nginx-{}.pem",
            recipe.package.name, file.id
        ),
        None => tls.certificate.to_string(),
    };
    vec![
        format!("ssl_certificate {certificate}"),
        format!("ssl_certificate_key {}", tls.key),
        "ssl_protocols TLSv1.2 TLSv1.3".to_owned(),
        "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20".to_owned(),
        "ssl_prefer_server_ciphers off".to_owned(),
        format!("ssl_session_cache shared:{}:1m", file.id),
        "ssl_session_tickets off".to_owned(),
    ]
}

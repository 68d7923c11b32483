//! The `location`s of a site.
//!
//! `/static` is that path and what is below `/static/`, nothing else: nginx alone would also take `/static../secret` for a path
//! of that folder, and `/staticky` for one of that service.

use super::server::told;
use super::upstream::{self, Upstream};
use crate::recipe::{Location, LocationKind, NginxPath};
use std::fmt::Write as _;

/// How many seconds nginx waits when nothing is said.
const TIMEOUT: u32 = 60;

/// Renders the blocks of all locations.
pub(super) fn render(
    locations: &[Location],
    upstreams: &[Upstream<'_>],
    upgrade: &str,
) -> Vec<String> {
    let exact = |path: &str| {
        let wanted = format!("= {path}");
        locations
            .iter()
            .any(|location| location.path.as_str() == wanted)
    };
    let mut blocks = Vec::new();
    for (number, location) in locations.iter().enumerate() {
        let path = location.path.as_str();
        let app = format!("@{}", number + 1);
        if path.starts_with('=') {
            blocks.push(block(path, exactly(location, path, upstreams, upgrade)));
        } else {
            let outer = path.strip_suffix('/').unwrap_or(path);
            // With a `/` at its end, or an entry of its own, the path itself is not of this part.
            if outer == path && !exact(path) {
                let lines = match &location.kind {
                    LocationKind::Directory(_) => {
                        vec![format!("return 301 {outer}/$is_args$args")]
                    }
                    kind => answer(kind, upstreams, upgrade),
                };
                blocks.push(block(&format!("= {outer}"), lines));
            }
            let lines = below(location, &format!("{outer}/"), &app, upstreams, upgrade);
            blocks.push(block(&format!("{outer}/"), lines));
        }
        if let LocationKind::Service {
            try_files: Some(_), ..
        } = &location.kind
        {
            blocks.push(block(&app, answer(&location.kind, upstreams, upgrade)));
        }
    }
    blocks
}

fn block(path: &str, lines: Vec<String>) -> String {
    let mut text = format!("    location {path} {{\n");
    for line in lines {
        let _ = writeln!(text, "        {line};");
    }
    text.push_str("    }\n");
    text
}

/// Returns what answers at one path alone: of a folder, the file with the last part of the path as its name.
fn exactly(
    location: &Location,
    path: &str,
    upstreams: &[Upstream<'_>],
    upgrade: &str,
) -> Vec<String> {
    match &location.kind {
        LocationKind::Directory(folder) => {
            let file = path.rsplit('/').next().unwrap_or_default();
            vec![format!("alias {}{file}", with_slash(folder))]
        }
        kind => answer(kind, upstreams, upgrade),
    }
}

/// Returns what answers below a path, which ends in `/`.
fn below(
    location: &Location,
    path: &str,
    app: &str,
    upstreams: &[Upstream<'_>],
    upgrade: &str,
) -> Vec<String> {
    let files = |folder: &NginxPath| {
        if path == "/" {
            format!("root {folder}")
        } else {
            format!("alias {}", with_slash(folder))
        }
    };
    match &location.kind {
        LocationKind::Directory(folder) => vec![files(folder)],
        LocationKind::Service {
            try_files: Some(folder),
            ..
        } => vec![files(folder), format!("try_files $uri {app}")],
        kind => answer(kind, upstreams, upgrade),
    }
}

fn with_slash(folder: &NginxPath) -> String {
    format!("{}/", folder.as_str().trim_end_matches('/'))
}

/// Returns what answers wherever it stands: a service, or a redirect.
fn answer(kind: &LocationKind, upstreams: &[Upstream<'_>], upgrade: &str) -> Vec<String> {
    match kind {
        LocationKind::Service {
            name,
            sockets,
            websocket,
            timeout,
            ..
        } => {
            let mut lines = Vec::new();
            if let Some(upstream) = upstream::find(upstreams, name, sockets) {
                lines.push(format!("proxy_pass http://{}", upstream.name));
            }
            if *websocket {
                // What is said here takes the place of all that the server says.
                lines.extend(told(&format!("${upgrade}")));
                lines.push("proxy_set_header Upgrade $http_upgrade".to_owned());
            }
            if *timeout != TIMEOUT {
                lines.push(format!("proxy_read_timeout {timeout}s"));
                lines.push(format!("proxy_send_timeout {timeout}s"));
            }
            lines
        }
        LocationKind::Redirect { target, status } => vec![format!("return {status} {target}")],
        LocationKind::Directory(_) => Vec::new(),
    }
}

//! Parts of a site (`location` of nginx): a service, a folder or a redirect.

use super::upstream::{Upstreams, read_service};
use super::words::{NginxPath, check_word};
use crate::recipe::address::WebAddress;
use crate::recipe::entry::NamedEntry;
use crate::recipe::names::{Invalid, ServiceName, invalid, text_newtype};
use crate::recipe::substitutions::Substitutions;
use crate::recipe::table::Table;
use std::collections::BTreeSet;
use std::str::FromStr;

text_newtype! {
    /// Which requests: those whose path begins so, or with `= ` in front the path itself.
    LocationPath
}
text_newtype! {
    /// Where a browser is sent: a path of the site, or an address.
    RedirectTarget
}

/// A part of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Which requests.
    pub path: LocationPath,
    /// What answers them.
    pub kind: LocationKind,
}

/// What answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocationKind {
    /// A service, over all its instances.
    Service {
        /// Its name.
        name: ServiceName,
        /// The unix sockets on which its instances answer, when they are not at their ports.
        sockets: Vec<NginxPath>,
        /// The folder whose files come first.
        try_files: Option<NginxPath>,
        /// Whether websockets are let through.
        websocket: bool,
        /// How many seconds it has to answer.
        timeout: u32,
    },
    /// Files of a folder.
    Directory(NginxPath),
    /// The browser is sent elsewhere.
    Redirect {
        /// Where to.
        target: RedirectTarget,
        /// With which status.
        status: u16,
    },
}

/// The statuses of a redirect (RFC 9110, 15.4).
const REDIRECTS: &[u16] = &[301, 302, 303, 307, 308];

impl FromStr for LocationPath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let path = text.strip_prefix("= ").unwrap_or(text);
        if text.starts_with('~') || text.starts_with('^') {
            return invalid("regular expressions are not taken: write how the path begins");
        }
        if !path.starts_with('/') {
            return invalid("it must begin with `/`, or with `= /` for this path alone");
        }
        check_word(path)?;
        if path.contains("//") || path.split('/').any(|part| part == "." || part == "..") {
            return invalid(
                "nginx makes paths plain before it compares them: leave out `//`, `.` and `..`",
            );
        }
        if path.contains(['?', '%']) {
            return invalid("nginx compares the path alone, with what `%` stands for");
        }
        Ok(LocationPath(text.to_owned()))
    }
}

impl FromStr for RedirectTarget {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.starts_with("//") {
            return invalid("a browser would take it as another host: write `https://` in front");
        }
        if !text.starts_with('/') {
            text.parse::<WebAddress>()?;
        }
        check_word(text)?;
        Ok(RedirectTarget(text.to_owned()))
    }
}

/// Reads `locations`.
pub(super) fn read(
    site: &Table<'_>,
    services: &Upstreams<'_>,
    substitutions: &Substitutions,
) -> Vec<Location> {
    let entries = site.entries("locations");
    if let Some(span) = site.place_of("locations").filter(|_| entries.is_empty()) {
        site.refuse(
            "locations",
            span,
            "the site has no part",
            "write what `/` is, such as `\"/\" = { service = \"web\" }`",
        );
    }
    let mut taken = BTreeSet::new();
    entries
        .iter()
        .filter_map(|entry| {
            let path: Option<LocationPath> = site.check_entry("locations", entry, &entry.name);
            if let Some(path) = &path {
                check_place(site, entry, path, &mut taken);
            }
            let table = site.entry_table("locations", entry)?;
            let kind = read_kind(&table, entry, services, substitutions);
            Some(Location {
                path: path?,
                kind: kind?,
            })
        })
        .collect()
}

/// Refuses a path that another part of the site has already.
fn check_place(
    site: &Table<'_>,
    entry: &NamedEntry<'_>,
    path: &LocationPath,
    taken: &mut BTreeSet<String>,
) {
    let path = path.as_str();
    let plain = match path.strip_suffix('/') {
        Some(outer) if !path.starts_with('=') => outer,
        _ => path,
    };
    if !taken.insert(plain.to_owned()) {
        site.conflict(
            entry.name.span.clone(),
            format!("`{path}` is a part of the site already"),
            "with and without `/` at its end it is the same",
            "keep one of the two",
        );
    }
}

/// Keys that go with one of the three kinds only.
const KEYS_OF: &[(&str, &str)] = &[
    ("socket", "service"),
    ("try-files", "service"),
    ("websocket", "service"),
    ("timeout", "service"),
    ("status", "redirect"),
];

fn read_kind(
    table: &Table<'_>,
    entry: &NamedEntry<'_>,
    services: &Upstreams<'_>,
    substitutions: &Substitutions,
) -> Option<LocationKind> {
    let service = read_service(table, services, substitutions);
    let directory = table.substituted("directory", substitutions);
    let redirect = table.parsed("redirect");
    let status = read_status(table);
    let given: Vec<_> = ["service", "directory", "redirect"]
        .into_iter()
        .filter(|key| table.place_of(key).is_some())
        .collect();
    let [kind] = given[..] else {
        table.conflict(
            entry.name.span.clone(),
            format!(
                "`{}` needs exactly one of `service`, `directory` and `redirect`",
                table.name()
            ),
            "",
            "give the one that answers",
        );
        return None;
    };
    for (key, owner) in KEYS_OF {
        if let Some(span) = table.place_of(key).filter(|_| kind != *owner) {
            table.conflict(
                span,
                format!("`{}` needs `{owner}`", table.full(key)),
                "",
                "remove it",
            );
        }
    }
    let path = entry.name.value.as_str();
    for (key, wrong) in [
        ("try-files", path.starts_with('=')),
        ("directory", path.starts_with('=') && path.ends_with('/')),
    ] {
        if let Some(span) = table.place_of(key).filter(|_| wrong) {
            table.conflict(
                span,
                format!("`{path}` is one path, and `{key}` is for what is below one"),
                "",
                "leave out the `= ` in front",
            );
        }
    }
    match kind {
        "service" => service,
        "directory" => directory.map(LocationKind::Directory),
        _ => Some(LocationKind::Redirect {
            target: redirect?,
            status: status?,
        }),
    }
}

fn read_status(table: &Table<'_>) -> Option<u16> {
    let Some(status) = table.number::<u16>("status") else {
        return table.place_of("status").is_none().then_some(REDIRECTS[0]);
    };
    if REDIRECTS.contains(&status.value) {
        return Some(status.value);
    }
    // What is out of the range of redirects is reported before anything is read.
    if (301..=308).contains(&status.value) {
        table.refuse(
            "status",
            status.span,
            "this is no redirect that browsers follow",
            "write 301 or 308 for good, 302 or 307 for now, 303 for another page",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_and_targets_cannot_leave_their_word() {
        for text in ["/", "/static", "= /", "= /favicon.ico", "/a-b_c.d/~x"] {
            assert!(text.parse::<LocationPath>().is_ok(), "{text}");
        }
        for text in [
            "",
            "static",
            "=/x",
            "~ \\.php$",
            "^~ /x",
            "/a b",
            "/a;b",
            "/a{b",
            "/$x",
            "/a\nb",
            "= = /x",
            "/a//b",
            "/a/../b",
            "/a?b",
            "/a%20b",
        ] {
            assert!(text.parse::<LocationPath>().is_err(), "{text:?}");
        }
        for text in ["/new", "https://example.org/new?a=1&b=2"] {
            assert!(text.parse::<RedirectTarget>().is_ok(), "{text}");
        }
        for text in [
            "",
            "new",
            "//evil.example",
            "https://$host/",
            "/a b",
            "/a;b",
            "ftp://x/",
            "javascript:x",
        ] {
            assert!(text.parse::<RedirectTarget>().is_err(), "{text:?}");
        }
    }
}

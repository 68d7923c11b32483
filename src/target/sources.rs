//! Where a root's packages come from: the machine's own apt sources, so that no address stands in this program.
//!
//! sources.list(5) has two forms, stanzas (`*.sources`) and lines (`*.list`). The entries for the wanted release are taken;
//! for another release they are derived from those of this machine's. Entries of other suites, a vendor's repository for
//! instance, never match.

use crate::failure::Failure;
use anyhow::Result;

/// Releases that get no security suite.
const ROLLING: &[&str] = &["sid", "unstable", "experimental"];

/// One source of binary packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    uris: Vec<String>,
    suites: Vec<String>,
    components: Vec<String>,
    signed_by: Option<String>,
}

/// Returns the entries of a file in the form that its `name` tells.
pub(super) fn parse(name: &str, text: &str) -> Vec<Entry> {
    if std::path::Path::new(name).extension() == Some("sources".as_ref()) {
        parse_stanzas(text)
    } else {
        parse_lines(text)
    }
}

fn parse_stanzas(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            entries.extend(stanza(&fields));
            fields.clear();
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    entries
}

fn stanza(fields: &[(String, String)]) -> Option<Entry> {
    let value = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    };
    let words = |name: &str| value(name).split_whitespace().map(str::to_owned).collect();
    let enabled = !["no", "false", "0", "off"].contains(&value("enabled"));
    let entry = Entry {
        uris: words("uris"),
        suites: words("suites"),
        components: words("components"),
        signed_by: Some(value("signed-by").to_owned()).filter(|value| !value.is_empty()),
    };
    (enabled && value("types").split_whitespace().any(|word| word == "deb")).then_some(entry)
}

fn parse_lines(text: &str) -> Vec<Entry> {
    text.lines().filter_map(line).collect()
}

fn line(line: &str) -> Option<Entry> {
    let rest = line.trim().strip_prefix("deb")?;
    let rest = rest.starts_with([' ', '\t']).then(|| rest.trim_start())?;
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let mut words = rest.split_whitespace().map(str::to_owned);
    Some(Entry {
        uris: vec![words.next()?],
        suites: vec![words.next()?],
        components: words.collect(),
        signed_by: options
            .split_whitespace()
            .find_map(|option| option.strip_prefix("signed-by="))
            .map(|keys| keys.replace(',', " ")),
    })
}

/// Renders the sources of `suite` as stanzas, from the `entries` of a machine that runs `release`.
///
/// # Errors
/// When the machine has no entry for either.
pub(super) fn render_for(suite: &str, release: &str, entries: &[Entry]) -> Result<String> {
    let own = select(entries, |name| {
        of_release(name, suite).then(|| name.to_owned())
    });
    let chosen = if own.is_empty() {
        // Only what every release has: the release itself and its security updates, which `-updates` is not sure to be.
        select(entries, |name| match name.strip_prefix(release)? {
            "" => Some(suite.to_owned()),
            "-security" if !ROLLING.contains(&suite) => Some(format!("{suite}-security")),
            _ => None,
        })
    } else {
        own
    };
    if chosen.is_empty() {
        return Err(Failure::host(format!(
            "the apt sources of this machine have no entry for `{suite}`, and none for `{release}` to derive it from"
        ))
        .hint(format!("add a source for `{suite}` to `/etc/apt/sources.list.d`"))
        .into());
    }
    Ok(chosen
        .iter()
        .map(stanza_text)
        .collect::<Vec<_>>()
        .join("\n"))
}

fn of_release(name: &str, suite: &str) -> bool {
    matches!(
        name.strip_prefix(suite),
        Some("" | "-updates" | "-security")
    )
}

fn select(entries: &[Entry], keep: impl Fn(&str) -> Option<String>) -> Vec<Entry> {
    entries
        .iter()
        .map(|entry| Entry {
            suites: entry.suites.iter().filter_map(|name| keep(name)).collect(),
            ..entry.clone()
        })
        .filter(|entry| !entry.suites.is_empty())
        .collect()
}

fn stanza_text(entry: &Entry) -> String {
    let mut text = format!(
        "Types: deb\nURIs: {}\nSuites: {}\nComponents: {}\n",
        entry.uris.join(" "),
        entry.suites.join(" "),
        entry.components.join(" ")
    );
    if let Some(keys) = &entry.signed_by {
        text.push_str("Signed-By: ");
        text.push_str(keys);
        text.push('\n');
    }
    text
}

/// Settings of the machine's apt without which its mirror could not be used.
const SETTINGS: &[&str] = &[
    "Acquire::Check-Date",
    "Acquire::Check-Valid-Until",
    "Acquire::Retries",
    "Acquire::http::Proxy",
    "Acquire::https::Proxy",
];

/// Returns the lines of `apt-config dump` that a root needs too.
pub(super) fn settings(dump: &str) -> Vec<String> {
    dump.lines()
        .filter(|line| {
            line.split_once(' ').is_some_and(|(name, value)| {
                value != "\"\";"
                    && SETTINGS
                        .iter()
                        .any(|setting| setting.eq_ignore_ascii_case(name))
            })
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANZAS: &str = "\
# A comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://vendor.example/node
Suites: nodistro
Components: main

Enabled: no
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm-backports bookworm
Components: main
";

    #[test]
    fn the_release_of_the_machine_keeps_its_entries_and_no_others() {
        assert_eq!(
            render_for("bookworm", "bookworm", &parse("debian.sources", STANZAS)).expect("found"),
            "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\
             Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n\
             Types: deb\nURIs: http://mirror.example/security\nSuites: bookworm-security\nComponents: main\n"
        );
    }

    #[test]
    fn another_release_is_derived_with_its_security_updates() {
        let entries = parse("debian.sources", STANZAS);
        let suites = |suite| {
            let text = render_for(suite, "bookworm", &entries).expect("derived");
            text.lines()
                .filter_map(|line| line.strip_prefix("Suites: ").map(str::to_owned))
                .collect::<Vec<_>>()
        };
        assert_eq!(suites("trixie"), ["trixie", "trixie-security"]);
        assert_eq!(suites("sid"), ["sid"]);
    }

    #[test]
    fn lines_are_read_with_their_options() {
        let text = "deb-src http://a.example/ bookworm main\n#deb http://b.example/ bookworm main\n\
                    deb [arch=amd64 signed-by=/k.gpg] http://c.example/ bookworm main contrib # why\n";
        assert_eq!(
            parse("sources.list", text),
            [Entry {
                uris: vec!["http://c.example/".to_owned()],
                suites: vec!["bookworm".to_owned()],
                components: vec!["main".to_owned(), "contrib".to_owned()],
                signed_by: Some("/k.gpg".to_owned()),
            }]
        );
    }

    #[test]
    fn a_machine_without_entries_is_told_so() {
        assert!(render_for("trixie", "bookworm", &[]).is_err());
    }

    #[test]
    fn only_settings_that_reach_the_mirror_are_passed_on() {
        let dump = "APT::Architecture \"amd64\";\nAcquire::Check-Date \"false\";\nAcquire::http::Proxy \"\";\n";
        assert_eq!(settings(dump), ["Acquire::Check-Date \"false\";"]);
    }
}

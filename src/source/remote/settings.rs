//! The few settings of the caller's git that git may see here: credential helpers, proxies, certificates, and which ssh.
//!
//! None of them decides what is in a commit. Hooks, filters, templates, `url.*.insteadOf` and all the rest stay out.

use std::collections::BTreeSet;

/// A setting: its key as `git config --list` writes it, and its value.
pub(super) type Setting = (String, String);

/// Settings of `http.*`, also `http.<address>.*`, that say how a server is reached.
const HTTP: &[&str] = &[
    "delegation",
    "emptyauth",
    "extraheader",
    "proxy",
    "proxyauthmethod",
    "proxysslcainfo",
    "proxysslcert",
    "proxysslkey",
    "sslcainfo",
    "sslcapath",
    "sslcert",
    "sslkey",
];

/// Reads what `git config --list -z` wrote, and returns what may be seen, in its order: an empty `credential.helper` takes
/// away those before it.
pub(super) fn parse(text: &[u8]) -> Vec<Setting> {
    text.split(|byte| *byte == 0)
        .filter_map(|entry| {
            let entry = std::str::from_utf8(entry).ok()?;
            // A key without a value is true.
            let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
            is_allowed(key).then(|| (key.to_owned(), value.to_owned()))
        })
        .collect()
}

fn is_allowed(key: &str) -> bool {
    let (section, rest) = key.split_once('.').unwrap_or((key, ""));
    let variable = rest.rsplit('.').next().unwrap_or_default();
    match section {
        "credential" => true,
        "http" => HTTP.contains(&variable),
        "core" => rest == "sshcommand",
        "ssh" => rest == "variant",
        _ => false,
    }
}

/// Returns the variables of the environment that the settings name, such as `$TOKEN` in a credential helper.
pub(super) fn variables(settings: &[Setting]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (key, value) in settings {
        if !key.starts_with("credential.") && key != "core.sshcommand" {
            continue;
        }
        for piece in value.split('$').skip(1) {
            let piece = piece.strip_prefix('{').unwrap_or(piece);
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = piece.find(|c| !is_part(c)).unwrap_or(piece.len());
            let name = &piece[..end];
            // A helper may name its own arguments too, and git's variables stay git's.
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            if is_name && !name.starts_with("GIT_") {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leads_to_a_server_is_seen() {
        let text = "credential.helper\n\0credential.https://example.org.helper\n!f() { echo \"password=$TOKEN\"; }; f\0\
                    http.proxy\nhttp://proxy:3128\0http.https://example.org/.sslcainfo\n/ca.pem\0http.sslverify\nfalse\0\
                    core.sshcommand\nssh -i key\0core.hookspath\n/hooks\0core.autocrlf\ntrue\0core.bare\0\
                    url.https://evil.example/.insteadof\nhttps://example.org/\0filter.x.smudge\nevil\0\
                    init.templatedir\n/t\0http.x.sslverify\nfalse\0include.path\nx\0";
        let keys: Vec<_> = parse(text.as_bytes())
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(
            keys,
            [
                "credential.helper",
                "credential.https://example.org.helper",
                "http.proxy",
                "http.https://example.org/.sslcainfo",
                "core.sshcommand"
            ]
        );
    }

    #[test]
    fn variables_that_a_helper_names_are_found() {
        let settings = [
            (
                "credential.helper",
                "!f() { echo \"password=${CI_TOKEN}$2$\"; }; f $@ $_x $GIT_DIR",
            ),
            ("http.extraheader", "X: $NOT_ME"),
            ("core.sshcommand", "ssh -i $KEY_FILE"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
        let names: Vec<_> = variables(&settings).into_iter().collect();
        assert_eq!(names, ["CI_TOKEN", "KEY_FILE", "_x"]);
    }
}

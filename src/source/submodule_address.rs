//! Addresses of submodules, of which git-submodule(1) lets relative ones begin with `./` and `../`.

/// Returns whether an address is relative to that of the repository it is in.
pub(super) fn is_relative(url: &str) -> bool {
    url.starts_with("./") || url.starts_with("../")
}

/// Returns whether an address is a server's: a URL, or `user@host:path` as scp writes it.
pub(super) fn is_server(address: &str) -> bool {
    match address.split_once("://") {
        Some((scheme, _)) => scheme != "file",
        None => address
            .split_once(':')
            .is_some_and(|(host, _)| !host.is_empty() && !host.contains('/')),
    }
}

/// Returns the address that a relative one means; nothing when it leads above the server.
pub(super) fn resolve(base: &str, url: &str) -> Option<String> {
    let mut base = base.trim_end_matches('/').to_owned();
    let mut rest = url;
    loop {
        if let Some(after) = rest.strip_prefix("../") {
            // A path of scp may be below the home folder, so that nothing but a colon is before it.
            let at = base.rfind(['/', ':'])?;
            let is_root = base[..at].ends_with('/') || base[..at].ends_with(':');
            if is_root && base.contains("://") {
                return None;
            }
            let keeps_colon = base[at..].starts_with(':') && is_server(&base);
            base.truncate(if keeps_colon { at + 1 } else { at });
            rest = after;
        } else if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else {
            break;
        }
    }
    let separator = if base.ends_with(':') { "" } else { "/" };
    Some(format!("{base}{separator}{}", rest.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_are_resolved_as_git_does() {
        for (base, url, expected) in [
            (
                "https://a.example/x/demo.git",
                "../lib.git",
                Some("https://a.example/x/lib.git"),
            ),
            (
                "https://a.example/x/demo.git/",
                "../../y/lib",
                Some("https://a.example/y/lib"),
            ),
            (
                "git@a.example:x/demo",
                "../lib.git",
                Some("git@a.example:x/lib.git"),
            ),
            (
                "git@a.example:demo",
                "../lib.git",
                Some("git@a.example:lib.git"),
            ),
            ("/srv/git/demo", "../lib.git", Some("/srv/git/lib.git")),
            ("/srv/git/demo", "./lib", Some("/srv/git/demo/lib")),
            ("https://a.example/demo", "../../../lib", None),
        ] {
            assert_eq!(resolve(base, url).as_deref(), expected, "{base} {url}");
        }
    }

    #[test]
    fn servers_are_told_from_folders() {
        for address in [
            "https://a.example/x",
            "git@a.example:x",
            "host:x",
            "ssh://h/x",
        ] {
            assert!(is_server(address), "{address}");
        }
        for address in ["/srv/x", "file:///srv/x", "./a:b", "x"] {
            assert!(!is_server(address), "{address}");
        }
    }
}

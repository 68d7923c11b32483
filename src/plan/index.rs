//! Where installers look for distributions: the recipe's indexes and folders, and the credentials of the machine for them.
//!
//! Addresses go through variables, never as arguments: a list of processes shows arguments, and the log has them. A name and
//! password come from netrc, or from an address of the same host in the variables of the caller ([`credentials`]).

use crate::recipe::{Indexes, WheelPlace};
use crate::sys::environment::Environment;
use std::collections::BTreeMap;
use std::ffi::OsString;

/// Variables of the caller with addresses of indexes.
const ADDRESSES: &[&str] = &[
    "PIP_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_INDEX",
    "UV_INDEX_URL",
];

/// Returns the words that name folders and pages with wheels: the same for both installers.
pub(super) fn words(indexes: &Indexes) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    if indexes.offline {
        words.push("--no-index".into());
    }
    for place in &indexes.find_links {
        words.push("--find-links".into());
        words.push(match place {
            WheelPlace::Folder(folder) => folder.clone().into_os_string(),
            WheelPlace::Page(address) => address.to_string().into(),
        });
    }
    words
}

/// Returns what the machine's own configuration says about reaching the index, in the words of both installers, with the
/// recipe's indexes in the place of the machine's.
pub(super) fn variables(
    indexes: &Indexes,
    environment: &Environment,
) -> BTreeMap<String, OsString> {
    let mut variables: BTreeMap<String, String> = environment.network.iter().cloned().collect();
    let known = credentials(&variables);
    for (pip, uv) in [
        ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
        ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
        ("PIP_DEFAULT_TIMEOUT", "UV_HTTP_TIMEOUT"),
    ] {
        if let Some(value) = variables.get(pip).cloned() {
            variables.entry(uv.to_owned()).or_insert(value);
        }
    }
    let of_recipe = indexes.index.is_some() || !indexes.extra.is_empty() || indexes.offline;
    if of_recipe {
        let kept = ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"];
        for name in ADDRESSES {
            // More indexes beside the machine's leave that in its place.
            let stays = indexes.index.is_none() && !indexes.offline && kept.contains(name);
            if !stays {
                variables.remove(*name);
            }
        }
    }
    if let Some(index) = &indexes.index {
        let address = with_credentials(index.as_str(), &known);
        for name in ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"] {
            variables.insert(name.to_owned(), address.clone());
        }
    }
    if !indexes.extra.is_empty() {
        let all = indexes.extra.iter();
        let all: Vec<_> = all
            .map(|it| with_credentials(it.as_str(), &known))
            .collect();
        for name in ["PIP_EXTRA_INDEX_URL", "UV_INDEX"] {
            variables.insert(name.to_owned(), all.join(" "));
        }
    }
    if indexes.offline {
        variables.insert("UV_OFFLINE".to_owned(), "1".to_owned());
    }
    // A keyring would ask a person, or unlock what is not meant for a build.
    for name in ["PIP_KEYRING_PROVIDER", "UV_KEYRING_PROVIDER"] {
        variables.insert(name.to_owned(), "disabled".to_owned());
    }
    if let Some(netrc) = &environment.netrc {
        variables.insert("NETRC".to_owned(), netrc.display().to_string());
    }
    if let Some(bundle) = &environment.certificates {
        // A company's own authority is in the machine's store, not in those that uv and pip bring.
        let bundle = bundle.display().to_string();
        for name in ["PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
            variables.insert(name.to_owned(), bundle.clone());
        }
        variables.insert("UV_SYSTEM_CERTS".to_owned(), "1".to_owned());
    }
    variables
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
}

/// Returns the credentials in addresses of the caller's variables, by scheme and host.
fn credentials(variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let addresses = ADDRESSES
        .iter()
        .filter_map(|name| variables.get(*name))
        .flat_map(|value| value.split_whitespace());
    addresses
        .filter_map(|address| {
            // uv's indexes may have a name: `name=https://…`.
            let scheme = address
                .find("https://")
                .or_else(|| address.find("http://"))?;
            let (scheme, rest) = address[scheme..].split_once("://")?;
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (user, host) = rest[..end].rsplit_once('@')?;
            Some((format!("{scheme}://{host}"), user.to_owned()))
        })
        .collect()
}

fn with_credentials(address: &str, known: &BTreeMap<String, String>) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = format!("{scheme}://{}", &rest[..end]);
    match known.get(&host) {
        Some(user) => format!("{scheme}://{user}@{rest}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(network: &[(&str, &str)]) -> Environment {
        Environment {
            network: network
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Environment::default()
        }
    }

    fn value(indexes: &Indexes, network: &[(&str, &str)], name: &str) -> Option<String> {
        let variables = variables(indexes, &environment(network));
        let value = variables.get(name)?;
        Some(value.to_string_lossy().into_owned())
    }

    #[test]
    fn both_installers_trust_whom_the_machine_trusts() {
        let environment = Environment {
            certificates: Some("/etc/ssl/certs/all.crt".into()),
            ..Environment::default()
        };
        let variables = variables(&Indexes::default(), &environment);
        for name in ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"] {
            assert_eq!(
                variables.get(name),
                Some(&OsString::from("/etc/ssl/certs/all.crt"))
            );
        }
    }

    #[test]
    fn pips_index_is_also_uvs() {
        let network = [("PIP_INDEX_URL", "https://index.example/simple")];
        assert_eq!(
            value(&Indexes::default(), &network, "UV_DEFAULT_INDEX").as_deref(),
            Some("https://index.example/simple")
        );
    }

    #[test]
    fn the_recipes_index_has_the_credentials_that_the_machine_has_for_its_host() {
        let indexes = Indexes {
            index: Some(
                "https://index.example/team/simple"
                    .parse()
                    .expect("an address"),
            ),
            extra: vec!["https://other.example/simple".parse().expect("an address")],
            ..Indexes::default()
        };
        let network = [
            ("PIP_INDEX_URL", "https://ada:pw@index.example/simple"),
            (
                "UV_INDEX",
                "more=https://token@other.example/x https://third.example/",
            ),
        ];
        for name in ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"] {
            assert_eq!(
                value(&indexes, &network, name).as_deref(),
                Some("https://ada:pw@index.example/team/simple")
            );
        }
        for name in ["PIP_EXTRA_INDEX_URL", "UV_INDEX"] {
            assert_eq!(
                value(&indexes, &network, name).as_deref(),
                Some("https://token@other.example/simple")
            );
        }
    }

    #[test]
    fn offline_asks_no_index_of_anybody() {
        let indexes = Indexes {
            find_links: vec![WheelPlace::Folder("/r/my wheels".into())],
            offline: true,
            ..Indexes::default()
        };
        let network = [("PIP_INDEX_URL", "https://index.example/simple")];
        assert_eq!(
            words(&indexes),
            ["--no-index", "--find-links", "/r/my wheels"]
        );
        assert_eq!(value(&indexes, &network, "PIP_INDEX_URL"), None);
        assert_eq!(value(&indexes, &network, "UV_DEFAULT_INDEX"), None);
        assert_eq!(
            value(&indexes, &network, "UV_OFFLINE").as_deref(),
            Some("1")
        );
    }
}

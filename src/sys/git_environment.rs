//! What of the caller's environment says how git reaches servers: keys, agents, certificates, configuration.
//!
//! Of the rest git sees nothing: neither `GIT_DIR` and its like nor variables that trace, page or rewrite. What is read here
//! decides how a commit is fetched and never what is in it.
#![expect(clippy::disallowed_methods, reason = "the effectful edge")]

use std::ffi::OsString;
use std::path::PathBuf;

/// Variables that lead git, its ssh and the caller's credential helpers to keys, passwords, certificates and proxies.
const ACCESS: &[&str] = &[
    "ALL_PROXY",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "GIT_ASKPASS",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_PROXY_SSL_CERT",
    "GIT_PROXY_SSL_KEY",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GNUPGHOME",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LOGNAME",
    "NO_PROXY",
    "PASSWORD_STORE_DIR",
    "SSH_ASKPASS",
    "SSH_AUTH_SOCK",
    "USER",
    "WAYLAND_DISPLAY",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Variables that say where git's configuration is (git(1), "ENVIRONMENT VARIABLES").
const CONFIGURATION: &[&str] = &[
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "HOME",
    "XDG_CONFIG_HOME",
];

/// The most pairs of `GIT_CONFIG_KEY_n` and `GIT_CONFIG_VALUE_n` that are taken over.
const MOST_PAIRS: usize = 1000;

/// What the caller's environment says to git.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitEnvironment {
    /// How servers are reached.
    pub access: Vec<(String, OsString)>,
    /// Where the caller's configuration is.
    pub configuration: Vec<(String, OsString)>,
    /// The caller's folders of programs, where credential helpers may be.
    pub search_path: Vec<PathBuf>,
    /// How long git is waited for, when `DEB_BUILD_APP_GIT_LIMITS` says so.
    pub limits: Option<String>,
}

impl GitEnvironment {
    /// Reads the environment once.
    pub fn read() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut configuration = set(CONFIGURATION.iter().copied());
        let pairs = std::env::var("GIT_CONFIG_COUNT").ok();
        let pairs = pairs.and_then(|count| count.parse::<usize>().ok());
        for number in 0..pairs.unwrap_or_default().min(MOST_PAIRS) {
            let names = ["KEY", "VALUE"].map(|part| format!("GIT_CONFIG_{part}_{number}"));
            configuration.extend(set(names.iter().map(String::as_str)));
        }
        GitEnvironment {
            access: set(ACCESS.iter().copied()),
            configuration,
            search_path: std::env::split_paths(&path)
                .filter(|folder| folder.is_absolute())
                .collect(),
            limits: std::env::var("DEB_BUILD_APP_GIT_LIMITS").ok(),
        }
    }
}

/// Returns those of the variables that are set: a credential helper of the caller may name some of its own.
pub fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<(String, OsString)> {
    names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), std::env::var_os(name)?)))
        .collect()
}

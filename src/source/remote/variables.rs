//! The environment that git runs in: everybody's configuration out, ours in, and of the caller's what leads to a server.
//!
//! Git sees no configuration but ours and the few settings of the caller that lead to a server (see [`super::settings`]).
//! They are handed over in the environment (git(1), `GIT_CONFIG_COUNT`) and not as words, which every user of the machine
//! could list.
//!
//! # Limits
//! An `http://` or `git://` server is given no credentials at all: they would travel for everyone to read.

use super::client::REMOTE;
use super::limits::Limits;
use super::settings::Setting;
use crate::recipe::GitAddress;
use crate::sys::git_environment::GitEnvironment;
use crate::sys::process::SYSTEM_PATH;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// A home folder that is not there, where there is nothing to be found.
const NO_HOME: &str = "/nonexistent";

/// Variables that hold or lead to credentials.
const CREDENTIALS: &[&str] = &[
    "GIT_ASKPASS",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "HOME",
    "SSH_ASKPASS",
    "XDG_CONFIG_HOME",
];

/// Our own configuration, which wins over the caller's settings.
pub(super) const CONFIGURATION: &[(&str, &str)] = &[
    ("advice.defaultBranchName", "false"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("fetch.recurseSubmodules", "false"),
    // Always a pack: it is written and found as one, loose objects are many files.
    ("fetch.unpackLimit", "1"),
    ("fetch.writeCommitGraph", "false"),
    // What another build reads is never tidied away.
    ("gc.auto", "0"),
    ("http.lowSpeedLimit", "1"),
    ("maintenance.auto", "false"),
    ("protocol.version", "2"),
    // Only the cache is ever opened, after a look whose it is (`Cache::prepare`); git would not know of sudo here.
    ("safe.directory", "*"),
    ("transfer.bundleURI", "false"),
];

/// Returns the environment for an address. `variables` are those that the caller's settings name; `certificates` the
/// machine's bundle, for when the caller's git is told of no other.
pub(super) fn reaching(
    address: &GitAddress,
    caller: &GitEnvironment,
    settings: &[Setting],
    variables: Vec<(String, OsString)>,
    certificates: Option<&Path>,
    limits: &Limits,
) -> Vec<(String, OsString)> {
    let trusted = address.transport().is_authenticated();
    let silence = limits.silence.as_secs().max(1).to_string();
    let mut env = variables;
    env.extend(
        caller
            .access
            .iter()
            .filter(|(name, _)| trusted || !CREDENTIALS.contains(&name.as_str()))
            .cloned(),
    );
    let find = |name: &str| {
        let mut access = caller.access.iter();
        access.find(|(known, _)| known == name).map(|(_, v)| v)
    };
    let setting = |key: &str| {
        let mut last = settings.iter().rev();
        last.find(|(known, _)| known == key)
            .map(|(_, value)| OsString::from(value))
    };
    let own_bundle = settings.iter().any(|(key, _)| key.ends_with(".sslcainfo"));
    if find("GIT_SSL_CAINFO").is_none()
        && !own_bundle
        && let Some(bundle) = certificates
    {
        env.push(("GIT_SSL_CAINFO".to_owned(), bundle.into()));
    }
    let ssh = find("GIT_SSH_COMMAND")
        .cloned()
        .or_else(|| setting("core.sshcommand"));
    if ssh.is_some() || find("GIT_SSH").is_none() {
        let command = quiet_ssh(ssh.unwrap_or_else(|| "ssh".into()), &silence);
        env.push(("GIT_SSH_COMMAND".to_owned(), command));
    }
    if !trusted {
        env.push(("HOME".to_owned(), NO_HOME.into()));
    }
    let mut configuration: Vec<(&str, &str)> = settings
        .iter()
        .filter(|(key, _)| key != "core.sshcommand")
        .filter(|(key, _)| trusted || key.starts_with("http.") && key.ends_with("proxy"))
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    configuration.extend(CONFIGURATION);
    let url = format!("remote.{REMOTE}.url");
    configuration.push((&url, address.as_str()));
    configuration.push(("http.lowSpeedTime", &silence));
    if carries_header(&configuration, address) {
        // Git would carry it to whatever server this one leads to.
        configuration.push(("http.followRedirects", "false"));
    }
    env.extend(clean(&configuration, address.transport().protocol()));
    env.push(("PATH".to_owned(), search_path(caller)));
    env
}

/// Returns the variables that keep everybody's configuration out and ours in.
pub(super) fn clean(configuration: &[(&str, &str)], protocol: &str) -> Vec<(String, OsString)> {
    let mut env: Vec<(String, OsString)> = [
        ("GIT_ALLOW_PROTOCOL", protocol),
        ("GIT_ATTR_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        // Its words are read.
        ("LC_ALL", "C"),
    ]
    .map(|(name, value)| (name.to_owned(), value.into()))
    .to_vec();
    let count = configuration.len().to_string();
    env.push(("GIT_CONFIG_COUNT".to_owned(), count.into()));
    for (number, (key, value)) in configuration.iter().enumerate() {
        env.push((format!("GIT_CONFIG_KEY_{number}"), key.into()));
        env.push((format!("GIT_CONFIG_VALUE_{number}"), value.into()));
    }
    env
}

/// Returns whether git sends a header of the caller's along (`http.extraHeader`), as CI jobs have it for their token.
fn carries_header(configuration: &[(&str, &str)], address: &GitAddress) -> bool {
    let host = address.host().to_lowercase();
    configuration.iter().any(|(key, value)| {
        let scope = key
            .strip_prefix("http.")
            .and_then(|rest| rest.strip_suffix("extraheader"));
        // Of an address only the host is compared, and a star may stand for any.
        let may_be_ours = |scope: &str| {
            scope.is_empty() || scope.contains('*') || scope.to_lowercase().contains(&host)
        };
        scope.is_some_and(may_be_ours) && !value.is_empty()
    })
}

/// Tells ssh to ask nothing and to wait no longer than the rest; a program of another name has options of its own.
fn quiet_ssh(command: OsString, seconds: &str) -> OsString {
    let Some(text) = command.to_str() else {
        return command;
    };
    let program = text.split_whitespace().next().unwrap_or_default();
    if program.rsplit('/').next() != Some("ssh") {
        return command;
    }
    // A connection that others could use would outlive the fetch, and hold its output open.
    format!("{text} -o BatchMode=yes -o ConnectTimeout={seconds} -o ControlMaster=no").into()
}

/// Returns the machine's own folders, and the caller's behind them for credential helpers.
fn search_path(caller: &GitEnvironment) -> OsString {
    let mut path = OsString::from(SYSTEM_PATH);
    for folder in &caller.search_path {
        path.push(OsStr::new(":"));
        path.push(folder);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(address: &str, access: &[(&str, &str)], settings: &[(&str, &str)]) -> Vec<String> {
        let address = address.parse().expect("it is an address");
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let caller = GitEnvironment {
            access: owned(access)
                .into_iter()
                .map(|(k, v)| (k, v.into()))
                .collect(),
            search_path: vec!["/home/ada/bin".into()],
            ..GitEnvironment::default()
        };
        let env = reaching(
            &address,
            &caller,
            &owned(settings),
            Vec::new(),
            Some(Path::new("/ca.pem")),
            &Limits::default(),
        );
        let env = env.iter();
        env.map(|(name, value)| format!("{name}={}", value.to_string_lossy()))
            .collect()
    }

    fn last<'a>(env: &'a [String], name: &str) -> Option<&'a str> {
        let mut env = env.iter().rev();
        env.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }

    #[test]
    fn a_server_that_is_trusted_gets_credentials_and_another_does_not() {
        let access = [
            ("HOME", "/home/ada"),
            ("GIT_ASKPASS", "/ask"),
            ("http_proxy", "p"),
        ];
        let settings = [
            ("credential.helper", "store"),
            ("http.proxy", "q"),
            ("http.extraheader", "X: t"),
        ];
        let trusted = env("https://example.org/a", &access, &settings);
        assert_eq!(last(&trusted, "HOME"), Some("/home/ada"));
        assert_eq!(
            last(&trusted, "GIT_CONFIG_KEY_0"),
            Some("credential.helper")
        );
        assert_eq!(last(&trusted, "GIT_ALLOW_PROTOCOL"), Some("https"));
        assert_eq!(last(&trusted, "GIT_SSL_CAINFO"), Some("/ca.pem"));
        assert!(last(&trusted, "PATH").is_some_and(|path| path.ends_with(":/bin:/home/ada/bin")));
        let open = env("http://example.org/a", &access, &settings);
        assert_eq!(last(&open, "HOME"), Some("/nonexistent"));
        assert_eq!(last(&open, "GIT_ASKPASS"), None);
        assert_eq!(last(&open, "GIT_CONFIG_KEY_0"), Some("http.proxy"));
        assert_eq!(last(&open, "http_proxy"), Some("p"));
        let all = open.join("\n");
        assert!(!all.contains("store") && !all.contains("X: t"), "{all}");
    }

    #[test]
    fn a_header_of_the_caller_is_not_carried_to_another_server() {
        for (key, value, stays) in [
            ("http.extraheader", "X: t", true),
            ("http.https://example.org/.extraheader", "X: t", true),
            ("http.https://*.org/.extraheader", "X: t", true),
            ("http.https://other.example/.extraheader", "X: t", false),
            ("http.extraheader", "", false),
            ("http.proxy", "p", false),
        ] {
            let env = env("https://example.org/a", &[], &[(key, value)]);
            let said = env
                .iter()
                .any(|line| line.ends_with("=http.followRedirects"));
            assert_eq!(said, stays, "{key}={value}");
        }
    }

    #[test]
    fn ssh_asks_nothing_and_the_callers_own_command_stays() {
        let quiet = " -o BatchMode=yes -o ConnectTimeout=60 -o ControlMaster=no";
        for (access, settings, command) in [
            (&[][..], &[][..], Some(format!("ssh{quiet}"))),
            (
                &[("GIT_SSH_COMMAND", "/usr/bin/ssh -i k")],
                &[("core.sshcommand", "x")],
                Some(format!("/usr/bin/ssh -i k{quiet}")),
            ),
            (
                &[],
                &[("core.sshcommand", "ssh -i k")],
                Some(format!("ssh -i k{quiet}")),
            ),
            (
                &[("GIT_SSH_COMMAND", "plink -batch")],
                &[],
                Some("plink -batch".to_owned()),
            ),
            (&[("GIT_SSH", "/wrapper")], &[], None),
        ] {
            let env = env("git@example.org:a", access, settings);
            assert_eq!(last(&env, "GIT_SSH_COMMAND").map(str::to_owned), command);
        }
    }
}

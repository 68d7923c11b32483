//! Users and groups: names that `adduser` takes, and which of them are there on every host.

use super::names::{Invalid, invalid, text_newtype};
use std::str::FromStr;

text_newtype! {
    /// A user or group name that `adduser --system` takes (`NAME_REGEX` of adduser.conf(5), at most 32 bytes).
    UserName
}
text_newtype! {
    /// The name of a group of the host.
    GroupName
}

/// Users that are there on every Debian (`base-passwd`), and some that well-known packages make.
const STATIC_USERS: &[&str] = &[
    "_apt",
    "backup",
    "bin",
    "daemon",
    "games",
    "irc",
    "list",
    "lp",
    "mail",
    "man",
    "messagebus",
    "mysql",
    "news",
    "nobody",
    "postfix",
    "postgres",
    "proxy",
    "redis",
    "sshd",
    "sync",
    "sys",
    "systemd-network",
    "systemd-timesync",
    "uucp",
    "www-data",
];

impl FromStr for UserName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_account(text, "user")?;
        if text == "root" {
            return invalid("an app does not run as root");
        }
        if STATIC_USERS.contains(&text) {
            return invalid("this user belongs to the system or to another package");
        }
        Ok(UserName(text.to_owned()))
    }
}

impl FromStr for GroupName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_account(text, "group")?;
        Ok(GroupName(text.to_owned()))
    }
}

fn check_account(text: &str, noun: &str) -> Result<(), Invalid> {
    let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let fits = text.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
    });
    if starts_well && fits && text.len() <= 32 {
        Ok(())
    } else {
        invalid(format!(
            "the name of a {noun} has at most 32 lower-case letters, digits, `_` and `-`, a letter or `_` first"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_adduser_refuses_are_refused() {
        for text in ["Demo", "1a", "a b", "a;b", "root", "www-data", "", "ü"] {
            assert!(text.parse::<UserName>().is_err(), "user {text:?}");
        }
    }
}

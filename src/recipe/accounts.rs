//! Users and groups: names that `adduser` takes, and which of them are there on every host.

use super::names::{Invalid, invalid, text_newtype};
use super::table::{Located, Table};
use super::user::ServiceUser;
use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

text_newtype! {
    /// A user or group name that `adduser --system` takes (`NAME_REGEX` of adduser.conf(5), at most 32 bytes).
    UserName
}
text_newtype! {
    /// The name of a group of the host.
    GroupName
}

/// Users that are there on every Debian, each with a group of the same name but for [`WITHOUT_GROUP`] (`base-passwd`).
const BASE_USERS: &[&str] = &[
    "_apt", "backup", "bin", "daemon", "games", "irc", "list", "lp", "mail", "man", "news",
    "nobody", "proxy", "root", "sync", "sys", "uucp", "www-data",
];

/// Those of them that are in `nogroup`.
const WITHOUT_GROUP: &[&str] = &["_apt", "nobody", "sync"];

/// Groups that are there on every Debian besides those of users (`base-passwd`), and those that systemd makes.
const BASE_GROUPS: &[&str] = &[
    "adm",
    "audio",
    "cdrom",
    "dialout",
    "dip",
    "disk",
    "fax",
    "floppy",
    "input",
    "kmem",
    "kvm",
    "nogroup",
    "operator",
    "plugdev",
    "render",
    "sasl",
    "sgx",
    "shadow",
    "src",
    "staff",
    "sudo",
    "systemd-journal",
    "tape",
    "tty",
    "users",
    "utmp",
    "video",
    "voice",
];

/// Users that well-known packages make.
const PACKAGED_USERS: &[&str] = &[
    "_chrony",
    "avahi",
    "bind",
    "dnsmasq",
    "dovecot",
    "dovenull",
    "epmd",
    "fetchmail",
    "freerad",
    "haproxy",
    "memcache",
    "messagebus",
    "mongodb",
    "mosquitto",
    "munin",
    "mysql",
    "ntpsec",
    "openldap",
    "polkitd",
    "postfix",
    "postgres",
    "prosody",
    "rabbitmq",
    "redis",
    "rtkit",
    "sshd",
    "statd",
    "systemd-coredump",
    "systemd-journal-remote",
    "systemd-network",
    "systemd-resolve",
    "systemd-timesync",
    "tcpdump",
    "tss",
    "unbound",
    "uuidd",
    "valkey",
    "varnish",
];

/// The user of web servers, which apps may share with them.
const WEB_SERVERS_USER: &str = "www-data";

impl FromStr for UserName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        check_account(text, "user")?;
        Ok(UserName(text.to_owned()))
    }
}

impl UserName {
    /// Returns whether it is root.
    pub fn is_root(&self) -> bool {
        self.0 == "root"
    }

    /// Returns whether every Debian has it for purposes of its own, such as `nobody` and `daemon`.
    pub(super) fn is_of_the_system(&self) -> bool {
        self.0 != WEB_SERVERS_USER && BASE_USERS.contains(&self.as_str())
    }

    /// Returns the group that it has on every Debian; nothing where only the host knows which it is.
    pub(super) fn group_of_the_system(&self) -> Option<GroupName> {
        let name = self.as_str();
        if WITHOUT_GROUP.contains(&name) {
            return "nogroup".parse().ok();
        }
        BASE_USERS
            .contains(&name)
            .then(|| name.parse().ok())
            .flatten()
    }

    /// Checks that a package may make it, and an app run as it.
    ///
    /// # Errors
    /// When it is root, or belongs to the system or to another package.
    pub(super) fn check_own(&self) -> Result<(), Invalid> {
        let name = self.as_str();
        if self.is_root() {
            return invalid("an app does not run as root");
        }
        if BASE_USERS.contains(&name) || PACKAGED_USERS.contains(&name) {
            return invalid("this user belongs to the system or to another package");
        }
        Ok(())
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

/// The users and groups that are there when the package is configured.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl Accounts {
    /// Collects those of every Debian and of well-known packages, and those that the recipe makes or names.
    pub(super) fn of<'a>(users: impl Iterator<Item = &'a ServiceUser>) -> Self {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut accounts = Accounts {
            users: own(&[BASE_USERS, PACKAGED_USERS].concat()),
            groups: own(&[BASE_USERS, BASE_GROUPS, PACKAGED_USERS].concat()),
        };
        for user in users {
            accounts.users.insert(user.name.to_string());
            // A user that we make has a group of its name, and an existing one mostly has.
            accounts.groups.insert(user.name.to_string());
            accounts
                .groups
                .extend(user.groups.iter().map(ToString::to_string));
        }
        accounts
    }

    /// Reads a user that must be there.
    pub(super) fn user(&self, table: &Table<'_>, key: &'static str) -> Option<Located<UserName>> {
        let user: Located<UserName> = table.located(key)?;
        self.check_user(table, &user.value, user.span.clone());
        Some(user)
    }

    /// Reads a group that must be there.
    pub(super) fn group(&self, table: &Table<'_>, key: &'static str) -> Option<Located<GroupName>> {
        let group: Located<GroupName> = table.located(key)?;
        self.check_group(table, &group.value, group.span.clone());
        Some(group)
    }

    /// Checks a user and a group that stand in one text.
    pub(super) fn check(
        &self,
        table: &Table<'_>,
        key: &'static str,
        user: &UserName,
        group: &GroupName,
    ) {
        let span = table.string(key).map_or(table.span(), |text| text.span);
        self.check_user(table, user, span.clone());
        self.check_group(table, group, span);
    }

    fn check_user(&self, table: &Table<'_>, user: &UserName, span: Range<usize>) {
        if !self.users.contains(user.as_str()) {
            table.conflict(
                span,
                format!("there is no user `{user}`"),
                "",
                format!(
                    "add `[users.{user}]`, with `existing = true` when another package makes it"
                ),
            );
        }
    }

    fn check_group(&self, table: &Table<'_>, group: &GroupName, span: Range<usize>) {
        if !self.groups.contains(group.as_str()) {
            table.conflict(
                span,
                format!("there is no group `{group}`"),
                "",
                format!(
                    "add it to `groups` in `[user]`, or a user of this name as `[users.{group}]`"
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_of_a_user_of_the_system_is_known() {
        for (user, group) in [
            ("www-data", Some("www-data")),
            ("nobody", Some("nogroup")),
            ("captain", None),
        ] {
            let user: UserName = user.parse().expect("a name");
            let known = user.group_of_the_system();
            assert_eq!(known.as_ref().map(GroupName::as_str), group, "{user}");
        }
    }

    #[test]
    fn names_that_adduser_refuses_are_refused() {
        for text in ["Demo", "1a", "a b", "a;b", "", "ü", "-a"] {
            assert!(text.parse::<UserName>().is_err(), "user {text:?}");
            assert!(text.parse::<GroupName>().is_err(), "group {text:?}");
        }
    }

    #[test]
    fn users_of_others_are_not_the_apps_own() {
        for (text, own) in [
            ("root", false),
            ("www-data", false),
            ("postgres", false),
            ("demo", true),
        ] {
            let user: UserName = text.parse().expect("a name");
            assert_eq!(user.check_own().is_ok(), own, "{text}");
        }
    }
}

//! `[user]` and `[users.*]`: the system user that the services run as, and more users (Policy §9.2).

use super::accounts::{GroupName, UserName};
use super::code::Code;
use super::cure;
use super::host_path::{AbsolutePath, HostPath};
use super::names::FileMode;
use super::schema::SERVICE;
use super::table::{Located, Table};

/// A system user of the host that the package makes, or takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUser {
    /// Its name, and its group's.
    pub name: UserName,
    /// Its home; made and owned by it, unless it is [`NO_HOME`].
    pub home: HostPath,
    /// Its login shell.
    pub shell: AbsolutePath,
    /// Groups of the host that it joins when they are there; one that is there already leaves them with the package.
    pub groups: Vec<GroupName>,
    /// Whether the host has it already, so that nothing of it is made, and nothing changed but its groups.
    pub existing: bool,
    /// Whether its home is filled from `/etc/skel`.
    pub create_home: bool,
    /// The mode of its home.
    pub home_mode: FileMode,
}

impl ServiceUser {
    /// Returns its own group: of its name when the package makes it; nothing where only the host knows which it is.
    pub(super) fn own_group(&self) -> Option<GroupName> {
        if self.existing {
            self.name.group_of_the_system()
        } else {
            self.name.as_str().parse().ok()
        }
    }
}

/// The home of a user that has none (Policy §9.2.3).
pub const NO_HOME: &str = "/nonexistent";

/// Keys that say how a user is made.
const MAKING: &[&str] = &["home", "shell", "create-home", "home-mode"];

/// Reads `[user]`; without it the user follows from the package's name, when something runs as it.
pub(super) fn read(
    document: &Table<'_>,
    name: &Located<String>,
    needed: bool,
) -> Option<ServiceUser> {
    if document.table("user").is_none() && !needed {
        return None;
    }
    let table = document.table_or_empty("user");
    // What the recipe does not say follows from the package's name, and may not fit.
    let account = table.string("name").unwrap_or_else(|| name.clone());
    let home = Located {
        value: format!("/var/lib/{}", name.value),
        span: name.span.clone(),
    };
    read_one(&table, &account, home)
}

/// Reads `[users.*]`, whose names are unlike that of `[user]`.
pub(super) fn read_others(document: &Table<'_>, first: Option<&ServiceUser>) -> Vec<ServiceUser> {
    let mut users = Vec::new();
    for entry in document.entries("users") {
        let Some(table) = document.entry_table("users", &entry) else {
            continue;
        };
        if let Some(name) = table
            .string("name")
            .filter(|name| name.value != entry.name.value)
        {
            table.conflict(
                name.span,
                format!("this user is named `{}` by its table", entry.name.value),
                "",
                "leave `name` out here",
            );
        }
        let home = Located {
            value: format!("/var/lib/{}", entry.name.value),
            span: entry.name.span.clone(),
        };
        let Some(user) = read_one(&table, &entry.name, home) else {
            continue;
        };
        if first.is_some_and(|first| first.name == user.name) {
            document.conflict(
                entry.name.span,
                format!("`{}` is the service user already", user.name),
                "",
                "write what is to be said of it in `[user]`",
            );
        } else {
            users.push(user);
        }
    }
    users
}

fn read_one(
    table: &Table<'_>,
    account: &Located<String>,
    home: Located<String>,
) -> Option<ServiceUser> {
    let name: Option<UserName> = table.check("name", account);
    let existing = table.boolean("existing").unwrap_or(false);
    let home = table.string("home").unwrap_or(home);
    let home: Option<HostPath> = table.check("home", &home);
    let groups = table.parsed_list("groups");
    warn_of_groups(table);
    let shell: Option<AbsolutePath> = table.parsed("shell");
    let create_home = table.boolean("create-home").unwrap_or(false);
    let home_mode = table
        .parsed("home-mode")
        .unwrap_or(FileMode::PRIVATE_FOLDER);
    if existing {
        for key in MAKING {
            if let Some(span) = table.place_of(key) {
                table.conflict(
                    span,
                    format!("`{}` and `existing` exclude each other", table.full(key)),
                    "a user that is there already is taken as it is",
                    "remove one of the two",
                );
            }
        }
        let name = name?;
        if name.is_root() {
            table.refuse(
                "name",
                account.span.clone(),
                "an app does not run as root",
                if SERVICE.supports("user") && SERVICE.supports("allow-root") {
                    "give `user = \"root\"` and `allow-root = true` to the one service that needs it"
                } else {
                    "name a user of the app's own, such as `demo`"
                },
            );
            return None;
        }
        if name.is_of_the_system() {
            table.warning(
                Code::UnusualValue,
                account.span.clone(),
                format!("`{name}` is a user of the system"),
                "programs that have nothing to do with the app run as it, and could change its files",
                "leave `existing` out, and name a user of the app's own".to_owned(),
            );
        }
        return Some(ServiceUser {
            groups,
            existing,
            ..plain(name, home?)
        });
    }
    let name = own(table, "name", name?, &account.span)?;
    let home = home?;
    if create_home && home.as_str() == NO_HOME {
        table.conflict(
            table
                .place_of("create-home")
                .unwrap_or(account.span.clone()),
            format!("`{name}` has no home that could be made"),
            "",
            "name another `home`, or leave `create-home` out",
        );
    }
    let user = plain(name, home);
    Some(ServiceUser {
        groups,
        shell: shell.unwrap_or_else(|| user.shell.clone()),
        create_home,
        home_mode,
        ..user
    })
}

/// Groups whose members can become root: by a password, by the container daemon, or by the disk itself.
const WORTH_ROOT: &[&str] = &["disk", "docker", "kmem", "lxd", "root", "shadow", "sudo"];

fn warn_of_groups(table: &Table<'_>) {
    for group in table.strings("groups") {
        if WORTH_ROOT.contains(&group.value.as_str()) {
            table.warning(
                Code::WorthRoot,
                group.span,
                format!("the group `{}` is worth root", group.value),
                "a fault in the app would be a fault in the whole host",
                "leave it out, or give the app the one file or socket that it needs".to_owned(),
            );
        }
    }
}

/// A system user as it is when the recipe says no more.
fn plain(name: UserName, home: HostPath) -> ServiceUser {
    ServiceUser {
        name,
        home,
        shell: AbsolutePath::no_login(),
        groups: Vec::new(),
        existing: false,
        create_home: false,
        home_mode: FileMode::PRIVATE_FOLDER,
    }
}

/// Returns the name when the package may make such a user.
fn own(
    table: &Table<'_>,
    key: &'static str,
    name: UserName,
    span: &std::ops::Range<usize>,
) -> Option<UserName> {
    match name.check_own() {
        Ok(()) => Some(name),
        Err(why) => {
            let cure = cure::of("user.name", name.as_str());
            table.refuse(key, span.clone(), &why.to_string(), cure);
            None
        }
    }
}

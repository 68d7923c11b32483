//! `[user]`: the system user that the services run as.

use super::accounts::{GroupName, UserName};
use super::host_path::HostPath;
use super::table::{Located, Table};

/// `[user]`: the system user that the services run as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUser {
    /// Its name, and its group's.
    pub name: UserName,
    /// Its home; made and owned by it, unless it is [`NO_HOME`].
    pub home: HostPath,
    /// Its login shell.
    pub shell: HostPath,
    /// Groups of the host that it joins when they are there.
    pub groups: Vec<GroupName>,
}

/// The home of a user that has none (Policy §9.2.3).
pub const NO_HOME: &str = "/nonexistent";

pub(super) fn read(
    document: &Table<'_>,
    name: &Located<String>,
    needed: bool,
) -> Option<ServiceUser> {
    let table = document.table("user");
    if table.is_none() && !needed {
        return None;
    }
    let mut user = None;
    let mut home = None;
    let mut shell = None;
    let mut groups = Vec::new();
    if let Some(table) = &table {
        user = table.string("name");
        home = table.string("home");
        shell = table.string("shell");
        groups = table.parsed_list("groups");
    }
    // What the recipe does not say follows from the package's name, and may not fit.
    let following = |value: String| Located {
        value,
        span: name.span.clone(),
    };
    let user = user.unwrap_or_else(|| following(name.value.clone()));
    let home = home.unwrap_or_else(|| following(format!("/var/lib/{}", name.value)));
    let shell = shell.unwrap_or_else(|| following("/usr/sbin/nologin".to_owned()));
    let user = document.check("user.name", &user);
    let home: Option<HostPath> = document.check("user.home", &home);
    let shell = document.check("user.shell", &shell);
    Some(ServiceUser {
        name: user?,
        home: home?,
        shell: shell?,
        groups,
    })
}

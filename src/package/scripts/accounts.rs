//! Users and groups of the host (Policy §9.2): made when they are missing, never removed.
//!
//! A user that is there without the package is changed in one thing: it joins the groups of the recipe, and leaves those that it
//! joined for the package when that goes, or wants them no more. Notes of all packages say whose a membership is (`note_group`). Whether
//! the administrator has taken it away is seen when the package is configured: who is taken out and put back between two
//! configurations is in the group for the package still.

use super::{Call, call};
use crate::recipe::{Recipe, ServiceUser};

/// Makes the users with their groups, or insists on those that are another package's. A user joins groups when all users are there:
/// the group may be that of a later one.
pub(super) fn make(recipe: &Recipe) -> Vec<Call> {
    let users = || recipe.user.iter().chain(&recipe.users);
    let make = users().map(|user| make_one(recipe, user));
    let join = users().flat_map(join_groups);
    make.chain(join).collect()
}

fn make_one(recipe: &Recipe, user: &ServiceUser) -> Call {
    let name = user.name.as_str();
    if user.existing {
        return call("require_user", &[name]);
    }
    let is_first = recipe
        .user
        .as_ref()
        .is_some_and(|first| first.name == user.name);
    let comment = if is_first {
        format!("services of {}", recipe.package.name)
    } else {
        format!("user of {}", recipe.package.name)
    };
    call(
        "ensure_user",
        &[name, user.home.as_str(), user.shell.as_str(), &comment],
    )
}

fn join_groups(user: &ServiceUser) -> impl Iterator<Item = Call> {
    let name = user.name.as_str();
    let join = if user.existing {
        "lend_group"
    } else {
        "join_group"
    };
    user.groups
        .iter()
        .map(move |group| call(join, &[name, group.as_str()]))
}

/// Lets users that are there without the package leave the groups that they joined for it: for any version of it, since this one may
/// never have been configured.
pub(super) fn leave_groups() -> Call {
    call("return_groups", &[])
}

/// Notes the service user, for whom a later version may have another.
pub(super) fn note(recipe: &Recipe) -> Option<Call> {
    let user = &recipe.user.as_ref()?.name;
    let folders = recipe
        .directories
        .iter()
        .filter(|directory| directory.owner.as_ref() == Some(user))
        .map(|directory| directory.path.as_str());
    let arguments: Vec<_> = std::iter::once(user.as_str()).chain(folders).collect();
    Some(call("note_user", &arguments))
}

/// Fills the homes of users that log in, when they are new.
pub(super) fn fill_homes(recipe: &Recipe) -> Vec<Call> {
    recipe
        .user
        .iter()
        .chain(&recipe.users)
        .filter(|user| user.create_home)
        .map(|user| call("fill_home", &[user.name.as_str(), user.home.as_str()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_user_joins_the_group_of_another_when_that_is_there() {
        let text = r#"
[package]
name = "demo"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"

[user]
groups = ["ftpuser", "adm"]

[users.ftpuser]
home = "/srv/ftpuser"
"#;
        let recipe = Recipe::read(text, Path::new("")).value.expect("a recipe");
        let calls: Vec<_> = make(&recipe).iter().map(Call::render).collect();
        assert_eq!(
            calls,
            [
                "ensure_user 'demo' '/var/lib/demo' '/usr/sbin/nologin' 'services of demo'",
                "ensure_user 'ftpuser' '/srv/ftpuser' '/usr/sbin/nologin' 'user of demo'",
                "join_group 'demo' 'ftpuser'",
                "join_group 'demo' 'adm'",
            ]
        );
    }
}

//! Users and groups of the host (Policy §9.2): made when they are missing, never removed.

use super::{Call, call};
use crate::recipe::{Recipe, ServiceUser};

/// Makes the users with their groups, or insists on those that are another package's.
pub(super) fn make(recipe: &Recipe) -> Vec<Call> {
    recipe
        .user
        .iter()
        .chain(&recipe.users)
        .flat_map(|user| make_one(recipe, user))
        .collect()
}

fn make_one(recipe: &Recipe, user: &ServiceUser) -> Vec<Call> {
    let name = user.name.as_str();
    if user.existing {
        return vec![call("require_user", &[name])];
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
    let mut calls = vec![call(
        "ensure_user",
        &[name, user.home.as_str(), user.shell.as_str(), &comment],
    )];
    calls.extend(
        user.groups
            .iter()
            .map(|group| call("join_group", &[name, group.as_str()])),
    );
    calls
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

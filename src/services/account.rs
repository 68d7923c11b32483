//! Who a service is on the host: its user, its group, its home.

use crate::recipe::{GroupName, Recipe, Service, UserName};

/// Returns the groups that users join for this package, with the user of each.
pub(super) fn joined(recipe: &Recipe) -> impl Iterator<Item = (&UserName, &GroupName)> {
    let users = recipe.user.iter().chain(&recipe.users);
    users.flat_map(|user| user.groups.iter().map(move |group| (&user.name, group)))
}

/// The home of root (hier(7)).
const HOME_OF_ROOT: &str = "/root";

/// A user with a group and a home.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) user: String,
    /// The one that the recipe says, or that is made with the user; nothing where only the host knows which is the user's own.
    pub(super) group: Option<String>,
    pub(super) home: String,
}

impl Account {
    /// Returns who a service runs as; nothing when the recipe has no user at all.
    pub(super) fn of(recipe: &Recipe, service: &Service) -> Option<Account> {
        let first = recipe.user.as_ref();
        let name = service.user.as_ref().or(first.map(|user| &user.name))?;
        let account = Account::named(recipe, name);
        Some(match &service.group {
            Some(group) => Account {
                group: Some(group.to_string()),
                ..account
            },
            None => account,
        })
    }

    /// Returns a user with its own group.
    pub(super) fn named(recipe: &Recipe, name: &UserName) -> Account {
        let known = recipe
            .user
            .iter()
            .chain(&recipe.users)
            .find(|user| user.name == *name);
        let made = known.is_some_and(|user| !user.existing);
        let home = match known {
            Some(user) => user.home.to_string(),
            None if name.is_root() => HOME_OF_ROOT.to_owned(),
            // It has a home of its own, which the app has no business in.
            None => format!("/var/lib/{}", recipe.package.name),
        };
        Account {
            user: name.to_string(),
            // Root's is root's on every host; who is there already may have one of any name.
            group: (made || name.is_root()).then(|| name.to_string()),
            home,
        }
    }

    /// Returns whether it is root.
    pub(super) fn is_root(&self) -> bool {
        self.user == "root"
    }

    /// Returns whether it is the user of `[user]`, who owns `/run/NAME`.
    pub(super) fn is_first(&self, recipe: &Recipe) -> bool {
        let first = recipe.user.as_ref();
        first.is_some_and(|first| first.name.as_str() == self.user)
    }
}

//! Which maintainer scripts a package has, and what each of dpkg's calls does (Policy §6.5, deb.md 3.1).
//!
//! The order in `postinst configure` is DESIGN 5's: users, directories, start. A service is stopped before its files are
//! replaced and started after; what the administrator had stopped or disabled stays so (DESIGN 1.5).

use super::script::{self, Call, Head};
use crate::deb::ScriptName;
use crate::recipe::{Directory, GroupName, Recipe, ServiceUser, UserName};
use crate::services::{self, Step, Steps};
use std::collections::{BTreeMap, BTreeSet};

/// Renders the scripts that the recipe needs.
pub(super) fn render(recipe: &Recipe) -> BTreeMap<ScriptName, Vec<u8>> {
    let remembered = format!("/run/{}.deb-build-app", recipe.package.name);
    let noted = format!("/var/lib/deb-build-app/{}", recipe.package.name);
    let steps = services::provide(recipe).steps;
    let render = |purpose: &str, arms: &[(&str, Vec<Call>)]| {
        let head = Head {
            package: recipe.package.name.as_str(),
            purpose,
            remembered: &remembered,
            noted: &noted,
        };
        script::render(&head, arms).into_bytes()
    };
    BTreeMap::from([
        (
            ScriptName::Postinst,
            render(
                "Makes ready what dpkg has unpacked.",
                &postinst(recipe, &steps),
            ),
        ),
        (
            ScriptName::Prerm,
            render(
                "Stops what runs before files are replaced or removed.",
                &prerm(recipe, &steps),
            ),
        ),
        (
            ScriptName::Postrm,
            render(
                "Tidies up after files are gone, when other packages may be gone too.",
                &postrm(recipe, &steps),
            ),
        ),
    ])
}

/// Returns whether postinst calls adduser, which the package then depends on.
pub(super) fn needs_adduser(recipe: &Recipe) -> bool {
    recipe.user.is_some()
}

type Arms = Vec<(&'static str, Vec<Call>)>;

fn postinst(recipe: &Recipe, services: &Steps) -> Arms {
    let mut configure = calls(&services.begin);
    if let Some(user) = &recipe.user {
        configure.extend(user_calls(recipe, user));
    }
    configure.extend(directory_calls(recipe));
    configure.extend(calls(&services.retire));
    configure.extend(calls(&services.enable));
    configure.extend(calls(&services.restart));
    configure.extend(calls(&services.start));
    let mut back = calls(&services.enable);
    back.extend(calls(&services.start));
    vec![
        ("configure | reconfigure", configure),
        ("abort-upgrade | abort-remove | abort-deconfigure", back),
    ]
}

fn prerm(recipe: &Recipe, services: &Steps) -> Arms {
    let mut upgrade = calls(&services.remember);
    let mut remove = upgrade.clone();
    upgrade.extend(calls(&services.stop_to_upgrade));
    let mut deconfigure = remove.clone();
    deconfigure.extend(calls(&services.stop));
    remove.extend(calls(&services.stop));
    remove.extend(calls(&services.leave));
    remove.push(call("remove_bytecode", &[recipe.venv.prefix.as_str()]));
    vec![
        ("upgrade", upgrade),
        ("deconfigure", deconfigure),
        ("remove", remove),
        // The old version's prerm has failed, after it may have stopped what ran: there is nothing left to note.
        ("failed-upgrade", calls(&services.stop_to_upgrade)),
    ]
}

fn postrm(recipe: &Recipe, services: &Steps) -> Arms {
    let mut purge = calls(&services.purged);
    purge.extend(purge_calls(recipe));
    vec![("remove", calls(&services.removed)), ("purge", purge)]
}

fn calls(steps: &[Step]) -> Vec<Call> {
    steps.iter().cloned().map(Call::from).collect()
}

fn user_calls(recipe: &Recipe, user: &ServiceUser) -> Vec<Call> {
    let name = user.name.as_str();
    let comment = format!("services of {}", recipe.package.name);
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

/// Returns the calls that make the directories, the outer ones first.
fn directory_calls(recipe: &Recipe) -> Vec<Call> {
    let mut directories: Vec<_> = recipe.directories.iter().collect();
    directories.sort_by_key(|directory| &directory.path);
    directories
        .iter()
        .map(|directory| {
            let mode = format!("{:04o}", directory.mode.bits());
            match outer_owner(recipe, directory) {
                Some(owner) => call(
                    "make_inner_directory",
                    &[directory.path.as_str(), owner.as_str(), &mode],
                ),
                None => call(
                    "make_directory",
                    &[
                        directory.path.as_str(),
                        directory.owner.as_ref().map_or("root", UserName::as_str),
                        directory.group.as_ref().map_or("root", GroupName::as_str),
                        &mode,
                    ],
                ),
            }
        })
        .collect()
}

/// Returns who owns a directory of the recipe that this one is below.
fn outer_owner<'a>(recipe: &'a Recipe, directory: &Directory) -> Option<&'a UserName> {
    recipe
        .directories
        .iter()
        .filter(|outer| directory.path.is_below(&outer.path))
        .find_map(|outer| outer.owner.as_ref())
}

/// Returns the calls that purge makes: the package's own folders with all that is in them, every other directory only when
/// it is empty or the recipe says so (DESIGN 1.5).
fn purge_calls(recipe: &Recipe) -> Vec<Call> {
    let own: Vec<String> = ["/var/log", "/var/lib", "/var/cache", "/run"]
        .iter()
        .map(|folder| format!("{folder}/{}", recipe.package.name))
        .collect();
    let is_own = |path: &str| {
        own.iter()
            .any(|own| path == own || path.starts_with(&format!("{own}/")))
    };
    let mut calls: Vec<_> = own
        .iter()
        .map(|path| call("remove_tree", &[path]))
        .collect();
    let mut emptied = BTreeSet::new();
    for directory in &recipe.directories {
        let path = directory.path.as_str();
        if is_own(path) {
            continue;
        }
        if directory.purge {
            calls.push(match outer_owner(recipe, directory) {
                Some(owner) => call("remove_inner_tree", &[path, owner.as_str()]),
                None => call("remove_tree", &[path]),
            });
        } else {
            emptied.insert(path.to_owned());
        }
        emptied.extend(directory.path.own_parents());
    }
    // The innermost first: a folder is empty when those in it are gone.
    calls.extend(
        emptied
            .iter()
            .rev()
            .filter(|path| !is_own(path))
            .map(|path| call("remove_if_empty", &[path])),
    );
    calls
}

fn call(function: &'static str, arguments: &[&str]) -> Call {
    Call::new(function, arguments.iter().copied())
}

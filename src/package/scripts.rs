//! Maintainer scripts: POSIX sh, idempotent, surviving every call dpkg can make (Policy §6, deb.md 3.1).
//!
//! A script is fixed functions from `snippets/`, and one call for each thing that the recipe names. Recipe text appears
//! only as single-quoted arguments of these calls. The order in `postinst configure` is DESIGN 5's: users, directories,
//! start.

use crate::deb::ScriptName;
use crate::recipe::{Directory, Recipe, ServiceUser};
use crate::services::systemd;
use std::collections::BTreeMap;

const USER: &str = include_str!("snippets/user.sh");
const DIRECTORY: &str = include_str!("snippets/directory.sh");
const UNITS_START: &str = include_str!("snippets/units-start.sh");
const UNITS_STOP: &str = include_str!("snippets/units-stop.sh");
const BYTECODE: &str = include_str!("snippets/bytecode.sh");
const GROUP: &str = include_str!("snippets/group.sh");
const REMOVE_IF_EMPTY: &str = include_str!("snippets/remove-if-empty.sh");
const REMOVE_TREE: &str = include_str!("snippets/remove-tree.sh");
const UNITS_FORGET: &str = include_str!("snippets/units-forget.sh");
const UNITS_RELOAD: &str = include_str!("snippets/units-reload.sh");

/// Renders the scripts that the recipe needs.
pub(super) fn render(recipe: &Recipe) -> BTreeMap<ScriptName, Vec<u8>> {
    let mut scripts = BTreeMap::new();
    scripts.insert(ScriptName::Postinst, postinst(recipe).into_bytes());
    scripts.insert(ScriptName::Prerm, prerm(recipe).into_bytes());
    scripts.insert(ScriptName::Postrm, postrm(recipe).into_bytes());
    scripts
}

/// Returns whether postinst calls adduser, which the package then depends on.
pub(super) fn needs_adduser(recipe: &Recipe) -> bool {
    recipe.user.is_some()
}

fn postinst(recipe: &Recipe) -> String {
    let units = units(recipe);
    let mut script = Script::new(recipe, "Makes ready what dpkg has unpacked.");
    script.variable("STOPPED", &stopped_marks(recipe));
    script.line("umask 022");
    let mut configure = Vec::new();
    if let Some(user) = &recipe.user {
        script.functions(USER);
        if !user.groups.is_empty() {
            script.functions(GROUP);
        }
        configure.extend(user_calls(recipe, user));
    }
    if !recipe.directories.is_empty() {
        script.functions(DIRECTORY);
        let mut directories: Vec<_> = recipe.directories.iter().collect();
        directories.sort_by_key(|directory| &directory.path);
        configure.extend(directories.into_iter().map(directory_call));
    }
    let mut start = Vec::new();
    if !units.is_empty() {
        script.functions(UNITS_START);
        for (unit, enabled) in &units {
            if *enabled {
                configure.push(call("enable_unit", &[unit]));
            }
        }
        let enabled: Vec<_> = units
            .iter()
            .filter(|(_, enabled)| *enabled)
            .map(|(unit, _)| unit.as_str())
            .collect();
        start.push(call("start_units", &enabled));
    }
    configure.extend(start.iter().cloned());
    script.case(&[
        ("configure | reconfigure", configure),
        ("abort-upgrade | abort-remove | abort-deconfigure", start),
    ]);
    script.finish()
}

fn prerm(recipe: &Recipe) -> String {
    let units = units(recipe);
    let names: Vec<_> = units.iter().map(|(unit, _)| unit.as_str()).collect();
    let mut script = Script::new(
        recipe,
        "Stops what runs before files are replaced or removed.",
    );
    script.variable("STOPPED", &stopped_marks(recipe));
    let mut stop = Vec::new();
    let mut upgrade = Vec::new();
    if !units.is_empty() {
        script.functions(UNITS_STOP);
        stop.push(call("stop_units", &names));
        upgrade.push(call("remember_stopped", &names));
        upgrade.extend(stop.clone());
    }
    script.functions(BYTECODE);
    let mut remove = stop.clone();
    remove.push(call("remove_bytecode", &[recipe.venv.prefix.as_str()]));
    script.case(&[
        ("upgrade", upgrade),
        ("remove", remove),
        ("deconfigure | failed-upgrade", stop),
    ]);
    script.finish()
}

fn postrm(recipe: &Recipe) -> String {
    let name = recipe.package.name.as_str();
    let units = units(recipe);
    let names: Vec<_> = units.iter().map(|(unit, _)| unit.as_str()).collect();
    let mut script = Script::new(
        recipe,
        "Tidies up after files are gone, when other packages may be gone too.",
    );
    script.variable("STOPPED", &stopped_marks(recipe));
    let mut remove = Vec::new();
    let mut purge = Vec::new();
    if !units.is_empty() {
        script.functions(UNITS_RELOAD);
        script.functions(UNITS_FORGET);
        remove.push(call("reload_units", &[]));
        purge.push(call("forget_units", &names));
    }
    script.functions(REMOVE_TREE);
    let own: Vec<String> = ["/var/log", "/var/lib", "/var/cache", "/run"]
        .iter()
        .map(|folder| format!("{folder}/{name}"))
        .collect();
    purge.extend(own.iter().map(|path| call("remove_tree", &[path])));
    let mut others: Vec<_> = recipe
        .directories
        .iter()
        .filter(|directory| {
            let path = directory.path.as_str();
            !own.iter()
                .any(|own| path == own || path.starts_with(&format!("{own}/")))
        })
        .collect();
    // The innermost first: a folder is empty when those in it are gone.
    others.sort_by(|a, b| b.path.cmp(&a.path));
    if others.iter().any(|directory| !directory.purge) {
        script.functions(REMOVE_IF_EMPTY);
    }
    for directory in others {
        let function = if directory.purge {
            "remove_tree"
        } else {
            "remove_if_empty"
        };
        purge.push(call(function, &[directory.path.as_str()]));
    }
    script.case(&[("remove", remove), ("purge", purge)]);
    script.finish()
}

fn units(recipe: &Recipe) -> Vec<(String, bool)> {
    let name = recipe.package.name.as_str();
    recipe
        .services
        .iter()
        .map(|service| (systemd::unit_name(name, service), service.enabled))
        .collect()
}

/// Where prerm notes, until the end of the upgrade, what the administrator had stopped. A reboot forgets it, and starts
/// what is enabled.
fn stopped_marks(recipe: &Recipe) -> String {
    format!("/run/{}.stopped", recipe.package.name)
}

fn user_calls(recipe: &Recipe, user: &ServiceUser) -> Vec<String> {
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

fn directory_call(directory: &Directory) -> String {
    let name = |name: &Option<crate::recipe::UserName>| {
        name.as_ref()
            .map_or_else(|| "root".to_owned(), ToString::to_string)
    };
    call(
        "make_directory",
        &[
            directory.path.as_str(),
            &name(&directory.owner),
            &name(&directory.group),
            &format!("{:04o}", directory.mode.bits()),
        ],
    )
}

/// Renders a call with every argument in single quotes.
fn call(function: &str, arguments: &[&str]) -> String {
    std::iter::once(function.to_owned())
        .chain(arguments.iter().map(|argument| quote(argument)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Quotes text as one word of sh.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A script in the making: head, functions, and one `case` over dpkg's word.
struct Script {
    text: String,
}

impl Script {
    fn new(recipe: &Recipe, purpose: &str) -> Self {
        Script {
            text: format!(
                "#!/bin/sh\n# {purpose} Made by deb-build-app for {}.\nset -e\n",
                recipe.package.name
            ),
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn variable(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}={}", quote(value)));
    }

    fn functions(&mut self, functions: &str) {
        self.text.push('\n');
        self.text.push_str(functions);
    }

    /// Words that no arm names need nothing here: an unknown one may come with a later dpkg, and is no error.
    fn case(&mut self, arms: &[(&str, Vec<String>)]) {
        self.line("\ncase \"$1\" in");
        for (pattern, calls) in arms {
            self.line(&format!("    {pattern})"));
            for call in calls {
                self.line(&format!("        {call}"));
            }
            self.line("        ;;");
        }
        self.line("esac");
    }

    fn finish(mut self) -> String {
        self.line("\nexit 0");
        self.text
    }
}

//! Which maintainer scripts a package has, and what each of dpkg's calls does (Policy §6.5, deb.md 3.1).
//!
//! The order in `postinst configure` is DESIGN 5's: users and groups, directories, secrets, answers, tasks, start, tasks after it,
//! health. What earlier versions had and this one has not is stopped before any task. A service is stopped before its files are replaced and started after; what the administrator had stopped or
//! disabled stays so (DESIGN 1.5). Before a removal the web server's site goes first: nobody is led to a service that stops; in an
//! upgrade it stays. What the service managers add comes from [`services`](self::services) alone.

mod accounts;
mod directories;
mod secrets;
mod services;
mod tasks;

use super::launcher;
use super::script::{self, Call, Head};
use crate::deb::ScriptName;
use crate::recipe::{HookPoint, HostPath, Recipe};
use crate::services::{Steps, provide};
use std::collections::BTreeMap;

/// The texts of `[scripts]`.
pub type Hooks = BTreeMap<HookPoint, String>;

/// Renders the scripts that the recipe needs. `files` are the paths of what `[files]` ships.
pub(super) fn render<'a>(
    recipe: &Recipe,
    hooks: &Hooks,
    files: impl Iterator<Item = &'a HostPath>,
) -> BTreeMap<ScriptName, Vec<u8>> {
    let asks = !recipe.questions.is_empty();
    let render = |purpose: &str, asks: bool, arms: &[(&str, Vec<Call>)]| {
        let head = Head {
            package: recipe.package.name.as_str(),
            purpose,
            asks,
        };
        script::render(&head, arms).into_bytes()
    };
    let steps = provide(recipe).steps;
    let postinst = postinst(recipe, hooks, &steps, files);
    let mut scripts = BTreeMap::from([
        (
            ScriptName::Postinst,
            render("Makes ready what dpkg has unpacked.", asks, &postinst),
        ),
        (
            ScriptName::Prerm,
            render(
                "Stops what runs before files are replaced or removed.",
                false,
                &prerm(recipe, hooks, &steps),
            ),
        ),
        (
            ScriptName::Postrm,
            render(
                "Tidies up after files are gone, when other packages may be gone too.",
                false,
                &postrm(recipe, hooks, &steps),
            ),
        ),
    ]);
    if asks {
        let arms = [("configure | reconfigure", secrets::ask(recipe))];
        let config = render("Asks what only the administrator knows.", true, &arms);
        scripts.insert(ScriptName::Config, config);
    }
    scripts
}

/// Returns whether postinst calls adduser, which the package then depends on.
pub(super) fn needs_adduser(recipe: &Recipe) -> bool {
    recipe
        .user
        .iter()
        .chain(&recipe.users)
        .any(|user| !user.existing || !user.groups.is_empty())
}

/// For each pattern of dpkg's words, the calls to make.
type Arms = Vec<(&'static str, Vec<Call>)>;

fn postinst<'a>(
    recipe: &Recipe,
    hooks: &Hooks,
    steps: &Steps,
    files: impl Iterator<Item = &'a HostPath>,
) -> Arms {
    // prerm is not called by dpkg-reconfigure, and a running service would not see the new answers.
    let stop = services::remember_and_stop(steps);
    let mut configure: Vec<_> = stop.into_iter().map(Call::when_reconfiguring).collect();
    configure.extend(services::calls(&steps.begin));
    configure.extend(hook(hooks, HookPoint::BeforeConfigure));
    configure.extend(accounts::make(recipe));
    configure.extend(directories::make(recipe));
    configure.extend(accounts::note(recipe));
    configure.extend(accounts::fill_homes(recipe));
    configure.extend(directories::own_files(recipe, files));
    // An init script that has gone stops its service before it is removed.
    configure.extend(services::calls(&steps.retire));
    configure.push(call("remove_old_conffiles", &[]));
    configure.extend(secrets::make(recipe));
    configure.extend(secrets::keep_answers(recipe));
    configure.extend(tasks::run(recipe, tasks::Time::BeforeStart));
    configure.extend(hook(hooks, HookPoint::BeforeStart));
    configure.extend(services::enable_and_start(recipe, steps));
    configure.extend(tasks::run(recipe, tasks::Time::AfterStart));
    configure.extend(hook(hooks, HookPoint::AfterStart));
    configure.extend(tasks::await_health(recipe, steps));
    let mut bring_back = services::bring_back(recipe, steps);
    // What `after-stop` has undone. That dpkg goes back must not fail, too.
    bring_back.extend(hook_or_else(hooks, HookPoint::AfterStart, "warn"));
    vec![
        ("configure | reconfigure", configure),
        (
            "abort-upgrade | abort-remove | abort-deconfigure",
            bring_back,
        ),
        // What serves the services has come, or has changed.
        ("triggered", services::calls(&steps.publish).collect()),
    ]
}

fn prerm(recipe: &Recipe, hooks: &Hooks, steps: &Steps) -> Arms {
    let around = |stop: Vec<Call>| -> Vec<Call> {
        let before = hook(hooks, HookPoint::BeforeStop);
        let after = hook(hooks, HookPoint::AfterStop);
        before.chain(stop).chain(after).collect()
    };
    let deconfigure = around(services::remember_and_stop(steps));
    let mut remove: Vec<_> = services::calls(&steps.withdraw).collect();
    remove.extend(deconfigure.iter().cloned());
    remove.extend(services::calls(&steps.leave));
    remove.push(call("remove_bytecode", &[recipe.venv.prefix.as_str()]));
    vec![
        (
            "upgrade",
            around(services::remember_and_stop_to_upgrade(steps)),
        ),
        ("deconfigure", deconfigure),
        ("remove", remove),
        // The old version's prerm has failed, after it may have stopped what ran: there is nothing left to note.
        (
            "failed-upgrade",
            services::calls(&steps.stop_to_upgrade).collect(),
        ),
    ]
}

fn postrm(recipe: &Recipe, hooks: &Hooks, steps: &Steps) -> Arms {
    // First: the script may begin anew here.
    let mut purge = vec![secrets::forget(recipe)];
    purge.extend(hook(hooks, HookPoint::Purge));
    purge.extend(services::calls(&steps.purged));
    purge.extend(secrets::purge(recipe));
    purge.extend(directories::purge(recipe));
    // Those that the removal could not return.
    purge.push(accounts::leave_groups());
    // When what was in them is gone, directories that the package made may be empty.
    purge.push(call("remove_state", &[]));
    purge.push(secrets::remove_folder(recipe));
    let mut remove = services::removed(recipe, steps);
    remove.push(accounts::leave_groups());
    vec![("remove", remove), ("purge", purge)]
}

/// Returns the call of the recipe's script at a point. What stops services or purges must not be stopped itself: a failure
/// there would block every later upgrade and removal.
fn hook(hooks: &Hooks, point: HookPoint) -> impl Iterator<Item = Call> {
    let severity = match point {
        HookPoint::BeforeConfigure | HookPoint::BeforeStart | HookPoint::AfterStart => "fail",
        HookPoint::BeforeStop | HookPoint::AfterStop | HookPoint::Purge => "warn",
    };
    hook_or_else(hooks, point, severity)
}

/// Returns the call of the recipe's script at a point, whose failure is of this severity.
fn hook_or_else(hooks: &Hooks, point: HookPoint, severity: &str) -> impl Iterator<Item = Call> {
    let text = hooks.get(&point);
    text.map(|text| call("run_hook", &[point.as_str(), severity, text]))
        .into_iter()
}

fn call(function: &'static str, arguments: &[&str]) -> Call {
    Call::new(function, arguments.iter().copied())
}

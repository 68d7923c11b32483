//! runit: a service folder below `/etc/sv` for each copy, with one for its log (runsv(8)).
//!
//! Folders of state are links to `/run/runit/supervise`, as Debian's own packages have them: nothing is left behind.
//! runsvdir(8) starts what is linked; where policy-rc.d(8) forbids that, a file `down` keeps it back at its first installation.

use super::launcher;
use super::provision::{Provision, ServiceFile};
use super::step::Step;
use super::supervised::{self, Supervised};
use crate::recipe::Service;
use crate::recipe::{Recipe, Restart, Signal};
use crate::services::account::Account;

const VERBS: &str = "by_runit";

/// Where runsvdir(8) finds what it runs, when it is PID 1 and when it is not.
const LINKS: &[&str] = &[
    "/etc/runit/runsvdir/default",
    "/etc/runit/runsvdir/svmanaged",
];

/// Makes what runit needs.
pub(super) fn provide(recipe: &Recipe, services: &[&Service]) -> Provision {
    let (always, at_times) = supervised::split(services);
    let copies = supervised::copies(recipe, &always);
    let mut provision = Provision::default();
    let names: Vec<_> = copies
        .iter()
        .map(|copy| (copy.id.clone(), copy.service.on_upgrade))
        .collect();
    provision.steps = supervised::steps(VERBS, &names);
    for copy in &copies {
        provision.files.extend(files(recipe, copy));
        for (path, state) in [("", ""), ("/log", ".log")] {
            provision.links.push((
                format!("etc/sv/{}{path}/supervise", copy.id),
                format!("/run/runit/supervise/{}{state}", copy.id),
            ));
        }
        provision.depends = vec!["runit".to_owned(), "runit-run | runit-init".to_owned()];
    }
    let steps = &mut provision.steps;
    supervised::link(steps, VERBS, "runit", LINKS, &copies);
    for copy in &copies {
        steps.purged.push(Step::new(
            "remove_log",
            [format!("/var/log/runit/{}", copy.id)],
        ));
    }
    provision.with_jobs(recipe, &at_times)
}

fn files(recipe: &Recipe, copy: &Supervised<'_>) -> Vec<ServiceFile> {
    let folder = format!("etc/sv/{}", copy.id);
    let service = copy.service;
    let user = Account::of(recipe, service).map_or_else(String::new, |account| account.user);
    let program =
        |name: &str, text| ServiceFile::conffile(format!("{folder}/{name}"), text).program();
    let mut files = vec![
        program("run", run(recipe, copy)),
        program(
            "log/run",
            format!(
                "#!/bin/sh\nset -e\nmkdir -p /var/log/runit/{0}\nchown {user}:adm /var/log/runit/{0}\nchmod 2750 /var/log/runit/{0}\numask 027\n\
                 exec chpst -u {user}:adm svlogd -tt /var/log/runit/{0}\n",
                copy.id
            ),
        ),
    ];
    let ends = match service.restart {
        Restart::Always => None,
        Restart::OnFailure => Some("[ \"$1\" != 0 ] || sv down \"$PWD\""),
        Restart::Never => Some("sv down \"$PWD\""),
    };
    files.extend(ends.map(|ends| {
        program(
            "finish",
            format!("#!/bin/sh\n# $1 is how it has ended.\n{ends}\n"),
        )
    }));
    if service.stop_signal != Signal::TERM {
        for control in ["control/d", "control/t"] {
            let text = format!(
                "#!/bin/sh\n# In place of TERM.\nkill -s {} \"$(cat supervise/pid)\"\n",
                service.stop_signal.name()
            );
            files.push(program(control, text));
        }
    }
    files
}

/// Returns the program that the manager starts.
pub(super) fn run(recipe: &Recipe, copy: &Supervised<'_>) -> String {
    let number = copy
        .number
        .map_or_else(String::new, |number| format!(" {number}"));
    format!(
        "#!/bin/sh\n# Runs {} of {}. Made by deb-build-app.\nexec 2>&1\nexec {}{number}\n",
        copy.service.name,
        recipe.package.name,
        launcher::path(recipe, copy.service),
    )
}

//! daemontools: a service folder below `/etc/sv` for each copy, with one for its log (supervise(8)).
//!
//! # Limits
//! supervise starts a program again however it has ended, and knows no other signal for the end than TERM; where the recipe
//! says another, maintainer scripts send it, and `svc -d` does not.

use super::provision::{Provision, ServiceFile};
use super::step::Step;
use super::supervised::{self, Supervised};
use super::{account::Account, runit};
use crate::recipe::{Recipe, Service};

const VERBS: &str = "by_daemontools";

/// Where svscan(8) finds what it runs.
const LINKS: &[&str] = &["/etc/service"];

/// Makes what daemontools needs.
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
        provision.depends = vec!["daemontools".to_owned(), "daemontools-run".to_owned()];
    }
    let steps = &mut provision.steps;
    supervised::link(steps, VERBS, "daemontools", LINKS, &copies);
    for copy in &copies {
        steps.purged.push(Step::new(
            "remove_log",
            [format!("/var/log/daemontools/{}", copy.id)],
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
    vec![
        program("run", runit::run(recipe, copy)),
        program(
            "log/run",
            format!(
                "#!/bin/sh\nset -e\nmkdir -p /var/log/daemontools/{0}\nchown {user}:adm /var/log/daemontools/{0}\nchmod 2750 /var/log/daemontools/{0}\numask 027\n\
                 exec setuidgid {user} multilog t /var/log/daemontools/{0}\n",
                copy.id
            ),
        ),
    ]
}

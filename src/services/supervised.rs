//! What all managers but systemd have in common: which services a package has under which name, and the steps that differ in
//! nothing but the manager's verbs.

use super::copies;
use super::provision::{Steps, manager_of};
use super::step::Step;
use super::systemd;
use crate::recipe::{Manager, OnUpgrade, Recipe, Service};

/// A name of a service under its manager, and whether it starts with the host.
#[derive(Clone, Debug)]
pub(super) struct Supervised<'a> {
    /// What the manager calls it.
    pub(super) id: String,
    /// Which copy of the service it is.
    pub(super) number: Option<u16>,
    /// The service.
    pub(super) service: &'a Service,
}

/// Returns one for each copy of each service, for managers that know of single programs only.
pub(super) fn copies<'a>(recipe: &Recipe, services: &[&'a Service]) -> Vec<Supervised<'a>> {
    let name = recipe.package.name.as_str();
    let mut all = Vec::new();
    for service in services {
        let stem = service.stem(name);
        let numbers = copies::numbers(service);
        if numbers.is_empty() {
            all.push(Supervised {
                id: stem,
                number: None,
                service,
            });
        } else {
            all.extend(numbers.into_iter().map(|number| Supervised {
                id: format!("{stem}-{number}"),
                number: Some(number),
                service,
            }));
        }
    }
    all
}

/// Splits services into those that are always there, and those that have a schedule.
pub(super) fn split<'a>(services: &[&'a Service]) -> (Vec<&'a Service>, Vec<&'a Service>) {
    services
        .iter()
        .partition(|service| service.schedule.is_none())
}

/// Returns the step that takes away what earlier versions had and this one has not.
pub(super) fn retire(recipe: &Recipe) -> Step {
    let name = recipe.package.name.as_str();
    let mut own = Vec::new();
    for service in &recipe.services {
        match manager_of(recipe, service) {
            Manager::Systemd => own.extend(
                systemd::noted(recipe, service)
                    .into_iter()
                    .map(|unit| format!("systemd:{unit}")),
            ),
            _ if service.schedule.is_some() => {
                own.push(format!(
                    "cron:{}",
                    super::cron::file_name(&service.stem(name))
                ));
            }
            Manager::Supervisor => own.push(format!("supervisor:{}", service.stem(name))),
            Manager::Sysv => own.push(format!("sysv:{}", service.stem(name))),
            Manager::Runit => own.extend(ids(recipe, service, "runit")),
            Manager::Daemontools => own.extend(ids(recipe, service, "daemontools")),
        }
    }
    own.extend(super::passenger::noted(recipe));
    own.extend(super::nginx::own(recipe));
    own.extend(super::account::joined(recipe).map(|(user, group)| format!("group:{user}:{group}")));
    Step::new("retire_services", own)
}

fn ids(recipe: &Recipe, service: &Service, manager: &str) -> Vec<String> {
    copies(recipe, &[service])
        .iter()
        .map(|copy| format!("{manager}:{}", copy.id))
        .collect()
}

/// Returns the steps that call a manager's verbs for its names; making the services known is the manager's own.
pub(super) fn steps(verbs: &'static str, names: &[(String, OnUpgrade)]) -> Steps {
    let all: Vec<_> = names.iter().map(|(id, _)| id.clone()).collect();
    let having = |wanted: OnUpgrade| -> Vec<String> {
        let names = names.iter().filter(|(_, on_upgrade)| *on_upgrade == wanted);
        names.map(|(id, _)| id.clone()).collect()
    };
    let each = |function, ids: Vec<String>| -> Vec<Step> {
        let step = (!ids.is_empty()).then(|| Step::by(verbs, function, ids));
        step.into_iter().collect()
    };
    if all.is_empty() {
        return Steps::default();
    }
    // What starts last ends first.
    let backwards = |ids: Vec<String>| ids.into_iter().rev().collect::<Vec<_>>();
    Steps {
        remember: each("remember_services", all.clone()),
        stop_to_upgrade: each("stop_services", backwards(having(OnUpgrade::Stop))),
        stop: each("stop_services", backwards(all.clone())),
        leave: each("leave_services", all.clone()),
        begin: vec![Step::by(verbs, "begin_services", Vec::<String>::new())],
        restart: each("restart_services", having(OnUpgrade::Restart)),
        start: each("start_services", all),
        removed: vec![Step::new("end_services", [verbs])],
        ..Steps::default()
    }
}

/// Adds the steps for managers that find a service folder below `/etc/sv` by a link in each of `folders`.
pub(super) fn link(
    steps: &mut Steps,
    verbs: &'static str,
    manager: &str,
    folders: &[&str],
    copies: &[Supervised<'_>],
) {
    let mut unlink = Vec::new();
    for copy in copies {
        let id = copy.id.as_str();
        let links: Vec<_> = folders
            .iter()
            .map(|folder| format!("{folder}/{id}"))
            .collect();
        let names = [manager.to_owned(), id.to_owned()];
        let target = format!("/etc/sv/{id}");
        steps.enable.push(if copy.service.enabled {
            let words = names.iter().cloned().chain([target]).chain(links.clone());
            Step::by(verbs, "link_folder", words)
        } else {
            Step::new("note_service", names.clone())
        });
        let words = names.iter().cloned().chain(links);
        unlink.push(Step::new("unlink_service", words));
        steps.purged.push(Step::new("forget_service", names));
    }
    // First the link, so that nobody brings back what is told to leave.
    steps.leave.splice(0..0, unlink);
}

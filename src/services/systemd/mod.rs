//! systemd: a unit for each service, a template with a target for several copies, a timer for a schedule, and a target for
//! all services of a package.

mod hardening;
mod unit;
mod words;

use super::account::Account;
use super::copies;
use super::provision::{Provision, ServiceFile, Steps};
use super::step::Step;
use crate::recipe::{OnUpgrade, Recipe, Service};
use unit::Place;

/// Where packages put units.
const UNITS: &str = "usr/lib/systemd/system";

/// What starts with the host.
const BOOT: &str = "multi-user.target";

/// Returns the unit of a service that is enabled, started and stopped: that of its timer, the target of its copies, or its own.
fn handle(recipe: &Recipe, service: &Service) -> String {
    let stem = service.stem(recipe.package.name.as_str());
    if service.schedule.is_some() {
        format!("{stem}.timer")
    } else if service.instances > 1 {
        format!("{stem}.target")
    } else {
        format!("{stem}.service")
    }
}

/// Returns the units of a service that a later version has to take away when it has them no longer.
pub(super) fn noted(recipe: &Recipe, service: &Service) -> Vec<String> {
    vec![handle(recipe, service)]
}

/// Makes what systemd needs.
pub(super) fn provide(recipe: &Recipe, services: &[&Service]) -> Provision {
    let name = recipe.package.name.as_str();
    let group = format!("{name}.target");
    // Copies of the service that bears the package's name have that target already.
    let taken = services
        .iter()
        .any(|service| handle(recipe, service) == group);
    let part_of = (services.len() > 1 && !taken).then_some(group.as_str());
    let mut provision = Provision::default();
    for service in services {
        provision
            .files
            .extend(files(recipe, service, part_of).unwrap_or_default());
    }
    if part_of.is_some() {
        let wanted: Vec<_> = services
            .iter()
            .filter(|service| service.enabled)
            .map(|service| handle(recipe, service))
            .collect();
        let text = unit::package_target(recipe, &wanted);
        provision
            .files
            .push(ServiceFile::own(format!("{UNITS}/{group}"), text));
    }
    provision.steps = steps(recipe, services);
    provision
}

fn files(recipe: &Recipe, service: &Service, part_of: Option<&str>) -> Option<Vec<ServiceFile>> {
    let account = Account::of(recipe, service)?;
    let stem = service.stem(recipe.package.name.as_str());
    let file = |unit: &str, text| ServiceFile::own(format!("{UNITS}/{unit}"), text);
    let alone = Place {
        part_of,
        wanted_by: Some(BOOT),
    };
    Some(if let Some(timer) = unit::timer(recipe, service, alone) {
        let text = unit::service(recipe, service, &account, Place::default());
        vec![
            file(&format!("{stem}.service"), text),
            file(&format!("{stem}.timer"), timer),
        ]
    } else if service.instances > 1 {
        let target = format!("{stem}.target");
        let one = Place {
            part_of: Some(&target),
            wanted_by: None,
        };
        let text = unit::service(recipe, service, &account, one);
        vec![
            file(&format!("{stem}@.service"), text),
            file(&target, unit::copies_target(recipe, service, alone)),
        ]
        .into_iter()
        .chain(copies::port_files(recipe, service))
        .collect()
    } else {
        let text = unit::service(recipe, service, &account, alone);
        vec![file(&format!("{stem}.service"), text)]
    })
}

fn steps(recipe: &Recipe, services: &[&Service]) -> Steps {
    let handles: Vec<_> = services
        .iter()
        .map(|service| handle(recipe, service))
        .collect();
    let having = |wanted: OnUpgrade| -> Vec<String> {
        services
            .iter()
            .filter(|service| service.on_upgrade == wanted)
            .flat_map(|service| stopped(recipe, service))
            .collect()
    };
    let some = |function, units: Vec<String>| {
        (!units.is_empty())
            .then(|| Step::new(function, units))
            .into_iter()
            .collect::<Vec<_>>()
    };
    let enable = services
        .iter()
        .zip(&handles)
        .flat_map(|(service, unit)| {
            let function = if service.enabled {
                "enable_unit"
            } else {
                "leave_unit"
            };
            [
                Step::new(function, [unit.as_str()]),
                Step::new("note_service", ["systemd", unit]),
            ]
        })
        .collect();
    let all: Vec<_> = services
        .iter()
        .flat_map(|service| stopped(recipe, service))
        .collect();
    let mut purged = vec![Step::new("forget_units", handles.clone())];
    purged.extend(
        handles
            .iter()
            .map(|unit| Step::new("forget_service", ["systemd", unit])),
    );
    Steps {
        remember: vec![Step::new("remember_units", handles.clone())],
        stop_to_upgrade: some("stop_units", having(OnUpgrade::Stop)),
        stop: vec![Step::new("stop_units", all)],
        begin: vec![Step::new("begin_units", Vec::<String>::new())],
        enable,
        restart: some("restart_units", having(OnUpgrade::Restart)),
        start: vec![Step::new("start_units", handles)],
        removed: vec![Step::new("reload_units", Vec::<String>::new())],
        purged,
        ..Steps::default()
    }
}

/// Returns the units to stop: what a timer has started is not stopped with it, and what a target takes along is not waited for.
fn stopped(recipe: &Recipe, service: &Service) -> Vec<String> {
    let name = recipe.package.name.as_str();
    let mut units = vec![handle(recipe, service)];
    if service.schedule.is_some() {
        units.push(service.unit_name(name));
    }
    let stem = service.stem(name);
    let copies = copies::numbers(service);
    units.extend(copies.iter().map(|copy| format!("{stem}@{copy}.service")));
    units
}

//! sysv: scripts in `/etc/init.d` (Policy §9.3, LSB 22.2), with start-stop-daemon(8).
//!
//! # Limits
//! Nothing starts a program again that has ended: init scripts do not watch.

mod script;

use super::launcher;
use super::provision::{Provision, ServiceFile};
use super::step::Step;
use super::supervised;
use crate::recipe::{Recipe, Service};

const VERBS: &str = "by_sysv";

/// Makes what init needs.
pub(super) fn provide(recipe: &Recipe, services: &[&Service]) -> Provision {
    let name = recipe.package.name.as_str();
    let (always, at_times) = supervised::split(services);
    let mut provision = Provision::default();
    let mut names = Vec::new();
    for service in &always {
        let stem = service.stem(name);
        let launcher = launcher::path(recipe, service);
        let script = script::render(recipe, service, &launcher);
        provision
            .files
            .push(ServiceFile::conffile(format!("etc/init.d/{stem}"), script).program());
        provision.files.push(ServiceFile::conffile(
            format!("etc/logrotate.d/{stem}-output"),
            rotation(&stem),
        ));
        names.push((stem, service.on_upgrade));
    }
    provision.steps = supervised::steps(VERBS, &names);
    let steps = &mut provision.steps;
    for (service, (stem, _)) in always.iter().zip(&names) {
        let runlevels = if service.enabled {
            "defaults"
        } else {
            "defaults-disabled"
        };
        steps
            .enable
            .push(Step::new("enable_script", [stem.as_str(), runlevels]));
        steps.enable.push(Step::new("note_service", ["sysv", stem]));
        steps.purged.push(Step::new("forget_script", [stem]));
        steps
            .purged
            .push(Step::new("forget_service", ["sysv", stem]));
        steps
            .purged
            .push(Step::new("remove_log", [format!("/var/log/{stem}.output")]));
    }
    provision.with_jobs(recipe, &at_times)
}

/// Returns how logrotate(8) keeps the output of a service small.
fn rotation(stem: &str) -> String {
    format!(
        "/var/log/{stem}.output {{\n    weekly\n    rotate 4\n    missingok\n    notifempty\n    compress\n    copytruncate\n}}\n"
    )
}

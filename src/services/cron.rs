//! `/etc/cron.d/STEM`: services with a schedule, where systemd has no timer for them (crontab(5)).
//!
//! The job is the launcher, as root: it becomes the service's user itself. What the program writes is mailed by cron.

use super::launcher;
use super::provision::{Provision, ServiceFile, Steps};
use super::step::Step;
use crate::recipe::{Recipe, Schedule, Service};

/// Returns the name of a service's file: cron passes over names with dots.
pub(super) fn file_name(stem: &str) -> String {
    stem.replace('.', "-")
}

/// Makes what cron needs for services with a schedule.
pub(super) fn provide(recipe: &Recipe, services: &[&Service]) -> Provision {
    let mut provision = Provision::default();
    for service in services {
        // The reader of the recipe refuses schedules that cron has no words for.
        let Some(schedule) = service.schedule.as_ref().and_then(Schedule::as_cron) else {
            continue;
        };
        let name = file_name(&service.stem(recipe.package.name.as_str()));
        let launcher = launcher::path(recipe, service);
        let comment = if service.enabled { "" } else { "#" };
        let text = format!(
            "# Runs {} of {}. Made by deb-build-app.\n\
             SHELL=/bin/sh\n\
             {comment}{schedule} root [ ! -x {launcher} ] || {}\n",
            service.name,
            recipe.package.name,
            launcher.replace('%', "\\%"),
        );
        provision
            .files
            .push(ServiceFile::conffile(format!("etc/cron.d/{name}"), text));
        let steps = &mut provision.steps;
        steps
            .enable
            .push(Step::new("note_service", ["cron", name.as_str()]));
        steps
            .purged
            .push(Step::new("forget_service", ["cron", name.as_str()]));
        provision.depends = vec!["cron | cron-daemon".to_owned()];
    }
    provision
}

impl Provision {
    /// Adds the jobs of cron to what a manager needs for the rest.
    pub(super) fn with_jobs(mut self, recipe: &Recipe, services: &[&Service]) -> Provision {
        let jobs = provide(recipe, services);
        self.files.extend(jobs.files);
        self.depends.extend(jobs.depends);
        let Steps { enable, purged, .. } = jobs.steps;
        self.steps.enable.extend(enable);
        self.steps.purged.extend(purged);
        self
    }
}

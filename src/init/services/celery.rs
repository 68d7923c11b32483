//! The services of Celery: its worker and its clock.

use super::{Service, Services};
use crate::init::app::App;

impl Services {
    /// Adds a worker, and a clock when something is scheduled; not where the Procfile runs Celery itself.
    pub(super) fn add_celery(&mut self, app: &App<'_>, name: &str) {
        let Some(celery) = &app.celery else {
            return;
        };
        if app
            .processes
            .iter()
            .any(|process| process.command.contains("celery"))
        {
            return;
        }
        let after: Vec<_> = celery
            .broker
            .map(|package| format!("{package}.service"))
            .into_iter()
            .collect();
        let service = |kind: &str, words: &str| Service {
            name: kind.to_owned(),
            why: celery.place.clone(),
            command: format!("@prefix@/bin/celery --app {} {words}", celery.app),
            directory: None,
            after: after.clone(),
            singleton: kind == "beat",
            port: None,
            broken: None,
        };
        self.add_own(service("worker", "worker --loglevel INFO"));
        if celery.has_schedule {
            let words =
                format!("beat --loglevel INFO --schedule /var/lib/{name}/celerybeat-schedule");
            self.add_own(service("beat", &words));
        }
        if celery.broker.is_none() {
            self.todos.push(format!(
                "the broker of {} must run somewhere: on this host name its package in `depends`",
                celery.place
            ));
        }
    }

    /// Adds a service of ours, under a longer name when the Procfile has one of this name.
    fn add_own(&mut self, mut service: Service) {
        let is_taken = |name: &str| self.list.iter().any(|other| other.name == name);
        if is_taken(&service.name) {
            service.name = format!("celery-{}", service.name);
        }
        if !is_taken(&service.name) {
            self.list.push(service);
        }
    }
}

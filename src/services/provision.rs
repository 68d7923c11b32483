//! What the services of a package make of it: the sum over all managers that it has services of.

use super::{daemontools, environment, runit, step::Step, supervisor, systemd, sysv};
use super::{launcher, supervised};
use crate::recipe::{Manager, Recipe, Service};

/// A file of the package; it is root's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceFile {
    /// Where it is, without the first `/`.
    pub path: String,
    /// Whether it is a program.
    pub executable: bool,
    /// Whether dpkg keeps the administrator's changes to it.
    pub conffile: bool,
    /// What is in it.
    pub text: String,
}

impl ServiceFile {
    /// Makes a file that is replaced with the package.
    pub(super) fn own(path: impl Into<String>, text: String) -> Self {
        ServiceFile {
            path: path.into(),
            executable: false,
            conffile: false,
            text,
        }
    }

    /// Makes a file that the administrator may change.
    pub(super) fn conffile(path: impl Into<String>, text: String) -> Self {
        ServiceFile {
            conffile: true,
            ..ServiceFile::own(path, text)
        }
    }

    /// Makes it a program.
    pub(super) fn program(self) -> Self {
        ServiceFile {
            executable: true,
            ..self
        }
    }
}

/// What a package needs for its services.
#[derive(Clone, Debug, Default)]
pub struct Provision {
    /// Files.
    pub files: Vec<ServiceFile>,
    /// Links, without the first `/`, with their targets.
    pub links: Vec<(String, String)>,
    /// Packages that bring what runs the services.
    pub depends: Vec<String>,
    /// What maintainer scripts do.
    pub steps: Steps,
}

/// Steps at the points of maintainer scripts, in the order in which an upgrade comes by them.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// prerm: note what runs, for the end of the upgrade.
    pub remember: Vec<Step>,
    /// prerm before an upgrade: stop what must not run while its files are replaced.
    pub stop_to_upgrade: Vec<Step>,
    /// prerm in all other cases: stop everything.
    pub stop: Vec<Step>,
    /// prerm before the removal: the managers forget the services.
    pub leave: Vec<Step>,
    /// postinst, first of all.
    pub begin: Vec<Step>,
    /// postinst: take away what earlier versions had and this one has not.
    pub retire: Vec<Step>,
    /// postinst, also after a failure: make the services known to the managers.
    pub enable: Vec<Step>,
    /// postinst: restart what has gone on while its files were replaced.
    pub restart: Vec<Step>,
    /// postinst, also after a failure: bring back what ran, start what is new.
    pub start: Vec<Step>,
    /// postrm after the removal, when other packages may be gone.
    pub removed: Vec<Step>,
    /// postrm at the purge, when other packages may be gone.
    pub purged: Vec<Step>,
}

impl Steps {
    fn add(&mut self, other: Steps) {
        let Steps {
            remember,
            stop_to_upgrade,
            stop,
            leave,
            begin,
            retire,
            enable,
            restart,
            start,
            removed,
            purged,
        } = other;
        for (mine, theirs) in [
            (&mut self.remember, remember),
            (&mut self.stop_to_upgrade, stop_to_upgrade),
            (&mut self.stop, stop),
            (&mut self.leave, leave),
            (&mut self.begin, begin),
            (&mut self.retire, retire),
            (&mut self.enable, enable),
            (&mut self.restart, restart),
            (&mut self.start, start),
            (&mut self.removed, removed),
            (&mut self.purged, purged),
        ] {
            mine.extend(theirs);
        }
    }
}

impl Provision {
    fn add(&mut self, other: Provision) {
        self.files.extend(other.files);
        self.links.extend(other.links);
        for package in other.depends {
            if !self.depends.contains(&package) {
                self.depends.push(package);
            }
        }
        self.steps.add(other.steps);
    }
}

/// Returns the manager of a service: its own, or the package's.
pub(super) fn manager_of(recipe: &Recipe, service: &Service) -> Manager {
    service.manager.unwrap_or(recipe.target.manager)
}

/// A function that makes what a manager needs for its services.
type Provider = fn(&Recipe, &[&Service]) -> Provision;

/// All managers, in the order of their steps.
const PROVIDERS: &[(Manager, Provider)] = &[
    (Manager::Systemd, systemd::provide),
    (Manager::Supervisor, supervisor::provide),
    (Manager::Sysv, sysv::provide),
    (Manager::Runit, runit::provide),
    (Manager::Daemontools, daemontools::provide),
];

/// Returns what the package needs for its services.
pub fn provide(recipe: &Recipe) -> Provision {
    let name = recipe.package.name.as_str();
    let mut all = Provision::default();
    for (manager, provider) in PROVIDERS {
        let services: Vec<_> = recipe
            .services
            .iter()
            .filter(|service| manager_of(recipe, service) == *manager)
            .collect();
        if !services.is_empty() {
            all.add(provider(recipe, &services));
        }
    }
    for service in &recipe.services {
        if manager_of(recipe, service) != Manager::Systemd {
            all.files.push(launcher::file(recipe, service));
        }
        if !service.env.is_empty() {
            let text = environment::render(&format!("{name} ({})", service.name), &service.env);
            let path = format!("etc/default/{name}-{}", service.name);
            all.files.push(ServiceFile::conffile(path, text));
        }
    }
    all.steps.retire = vec![supervised::retire(recipe)];
    all.steps
        .purged
        .push(Step::new("forget_gone_services", [""; 0]));
    all
}

//! What the services of a package make of it: the sum over all managers that it has services of.

use super::{daemontools, environment, passenger, runit, step::Step, supervisor, systemd, sysv};
use super::{launcher, nginx, singleton, supervised};
use crate::recipe::{Manager, Recipe, Service, in_order};

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

    /// Returns whether something does not run without it, although the administrator may remove it: environments and the rotation of
    /// logs can be done without, and Apache's site is told of where it is served.
    fn is_needed(&self) -> bool {
        let others = ["etc/default/", "etc/logrotate.d/", "etc/apache2/"];
        self.conffile && !others.iter().any(|other| self.path.starts_with(other))
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
    /// Directories that are the package's also when nothing is in them, without the first `/`.
    pub directories: Vec<String>,
    /// Links, without the first `/`, with their targets.
    pub links: Vec<(String, String)>,
    /// Packages that bring what runs the services.
    pub depends: Vec<String>,
    /// Packages that bring what stands in front of them.
    pub recommends: Vec<String>,
    /// Files of other packages whose arrival makes postinst publish again (deb-triggers(5)).
    pub awaited: Vec<String>,
    /// What maintainer scripts do.
    pub steps: Steps,
}

/// Steps at the points of maintainer scripts, in the order in which an upgrade comes by them.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// prerm before the removal, first of all: the web server leads nobody any more to what is about to stop.
    pub withdraw: Vec<Step>,
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
    /// postinst: take away what earlier versions had and this one has not, and tell what they took of this one.
    pub retire: Vec<Step>,
    /// postinst, also after a failure: make the services known to the managers.
    pub enable: Vec<Step>,
    /// postinst: restart what has gone on while its files were replaced.
    pub restart: Vec<Step>,
    /// postinst, also after a failure: bring back what ran, start what is new.
    pub start: Vec<Step>,
    /// postinst, after the start and also after a failure: let the web server serve.
    pub publish: Vec<Step>,
    /// postrm after the removal, when other packages may be gone.
    pub removed: Vec<Step>,
    /// postrm at the purge, when other packages may be gone.
    pub purged: Vec<Step>,
}

impl Steps {
    fn add(&mut self, other: Steps) {
        let Steps {
            withdraw,
            remember,
            stop_to_upgrade,
            stop,
            leave,
            begin,
            retire,
            enable,
            restart,
            start,
            publish,
            removed,
            purged,
        } = other;
        for (mine, theirs) in [
            (&mut self.withdraw, withdraw),
            (&mut self.remember, remember),
            (&mut self.stop_to_upgrade, stop_to_upgrade),
            (&mut self.stop, stop),
            (&mut self.leave, leave),
            (&mut self.begin, begin),
            (&mut self.retire, retire),
            (&mut self.enable, enable),
            (&mut self.restart, restart),
            (&mut self.start, start),
            (&mut self.publish, publish),
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
        self.directories.extend(other.directories);
        self.links.extend(other.links);
        for (mine, theirs) in [
            (&mut self.depends, other.depends),
            (&mut self.recommends, other.recommends),
            (&mut self.awaited, other.awaited),
        ] {
            for word in theirs {
                if !mine.contains(&word) {
                    mine.push(word);
                }
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
    let ordered = in_order(&recipe.services.iter().collect::<Vec<_>>());
    for (manager, provider) in PROVIDERS {
        let services: Vec<_> = ordered
            .iter()
            .copied()
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
        all.files.extend(singleton::file(recipe, service));
        if !service.env.is_empty() {
            let text = environment::render(&format!("{name} ({})", service.name), &service.env);
            let path = format!("etc/default/{name}-{}", service.name);
            all.files.push(ServiceFile::conffile(path, text));
        }
    }
    // Behind the services: the web server comes last (DESIGN 5).
    if let Some(passenger) = &recipe.passenger {
        all.add(passenger::provide(recipe, passenger));
    }
    all.add(nginx::provide(recipe));
    all.steps.retire = vec![supervised::retire(recipe)];
    let needed = all.files.iter().filter(|file| file.is_needed());
    let needed: Vec<_> = needed.map(|file| format!("/{}", file.path)).collect();
    if !needed.is_empty() {
        all.steps.retire.push(Step::new("miss_files", needed));
    }
    all.steps.removed.extend(singleton::forget(recipe));
    all.steps
        .purged
        .push(Step::new("forget_gone_services", [""; 0]));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn recipe(manager: &str) -> Recipe {
        let text = format!(
            r#"
[package]
name = "demo"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "small thing"

[target]
service-manager = "{manager}"

[service.clock]
command = "/bin/clock"
after = ["web"]
singleton = true

[service.web]
command = "/bin/web ${{PORT}}"
after = ["worker", "redis-server"]
instances = 2
port = 8000

[service.worker]
command = "/bin/worker"
after = ["redis-server"]
"#
        );
        Recipe::read(&text, Path::new("")).value.expect("a recipe")
    }

    /// Returns the lines that begin with a word, with the file that each is in.
    fn lines(provision: &Provision, word: &str) -> Vec<String> {
        let mut lines: Vec<_> = provision
            .files
            .iter()
            .flat_map(|file| {
                let name = file.path.rsplit('/').next().unwrap_or_default();
                file.text
                    .lines()
                    .filter(|line| line.starts_with(word))
                    .map(move |line| format!("{name}: {line}"))
            })
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn each_manager_is_told_the_order_in_its_own_words() {
        let systemd = provide(&recipe("systemd"));
        assert_eq!(
            lines(&systemd, "After="),
            [
                "demo-clock.service: After=network.target demo-web.target",
                "demo-web@.service: After=network.target demo-worker.service redis-server.service",
                "demo-worker.service: After=network.target redis-server.service",
            ]
        );
        assert_eq!(
            lines(&provide(&recipe("sysv")), "# Should-Start:"),
            [
                "demo-clock: # Should-Start:      $syslog $named demo-web",
                "demo-web: # Should-Start:      $syslog $named demo-worker redis-server",
                "demo-worker: # Should-Start:      $syslog $named redis-server",
            ]
        );
        assert_eq!(
            lines(&provide(&recipe("supervisor")), "priority="),
            [
                "demo-clock.conf: priority=102",
                "demo-web.conf: priority=101",
                "demo-worker.conf: priority=100",
            ]
        );
    }

    #[test]
    fn maintainer_scripts_start_in_the_order_and_stop_in_the_other() {
        for (manager, names) in [
            (
                "supervisor",
                ["demo-worker", "demo-web", "demo-clock"].as_slice(),
            ),
            ("sysv", &["demo-worker", "demo-web", "demo-clock"]),
            (
                "runit",
                &[
                    "demo-worker",
                    "demo-web-8000",
                    "demo-web-8001",
                    "demo-clock",
                ],
            ),
        ] {
            let steps = provide(&recipe(manager)).steps;
            assert_eq!(steps.start[0].arguments[1..], *names, "{manager}");
            let backwards: Vec<_> = names.iter().rev().copied().collect();
            assert_eq!(steps.stop[0].arguments[1..], backwards, "{manager}");
        }
        let steps = provide(&recipe("systemd")).steps;
        assert_eq!(
            steps.start[0].arguments,
            [
                "demo-worker.service",
                "demo-web.target",
                "demo-clock.service"
            ]
        );
    }

    #[test]
    fn a_copy_s_port_is_the_last_word_on_it() {
        let systemd = provide(&recipe("systemd"));
        let unit = systemd
            .files
            .iter()
            .find(|file| file.path.ends_with("demo-web@.service"))
            .expect("a unit");
        let files: Vec<_> = unit
            .text
            .lines()
            .filter(|line| line.starts_with("EnvironmentFile="))
            .collect();
        assert_eq!(
            files,
            [
                "EnvironmentFile=-/etc/default/demo",
                "EnvironmentFile=-/etc/default/demo-web",
                "EnvironmentFile=-/opt/demo/libexec/ports/web/%i",
            ]
        );
        assert_eq!(
            lines(&systemd, "PORT="),
            ["8000: PORT='8000'", "8001: PORT='8001'"]
        );
        let launcher = provide(&recipe("runit"));
        let run = launcher
            .files
            .iter()
            .find(|file| file.path.ends_with("libexec/run-web"))
            .expect("a launcher");
        let at = |text: &str| run.text.find(text).expect(text);
        assert!(at("/etc/default/demo-web") < at("PORT=$1") && at("PORT=$1") < at("set +a"));
    }
}

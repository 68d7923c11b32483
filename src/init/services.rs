//! The services of the recipe: those of the Procfile, else a server for the web app, and Celery's worker and clock.

mod celery;
mod server;

use super::app::App;
use super::distributions;
use super::host_command::{self, HostCommand, InSource};
use super::packages::Packages;
use super::procfile::{self, Process};
use super::requirement::normal_name;
use super::toml_text::{self, Section, key, one_line};
use crate::recipe::{STARTUP_FILE, ServiceName};
use std::collections::BTreeSet;

/// Where the source is on the host.
pub(super) const APP: &str = "@prefix@/app";

/// The port of the first server.
const PORT: u16 = 8000;

/// A service as the recipe will have it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Service {
    name: String,
    /// Where it comes from.
    why: String,
    command: String,
    /// The folder of the source that it runs in; nothing for the top.
    directory: Option<String>,
    after: Vec<String>,
    /// Whether two of it would do harm.
    singleton: bool,
    /// The port that it listens on.
    port: Option<u16>,
    /// Why it would not run; it is a comment then.
    broken: Option<String>,
}

impl Service {
    /// Returns the port that a site of nginx leads to.
    fn site_port(&self) -> Option<u16> {
        // A lower one is not for programs behind nginx.
        self.port.filter(|port| self.name == "web" && *port >= 1024)
    }
}

/// What runs on the host.
#[derive(Clone, Debug, Default)]
pub(super) struct Services {
    list: Vec<Service>,
    /// The command of the Procfile for each release, with its line.
    pub(super) release: Option<(String, usize)>,
    /// Whether one of them uses files of the source.
    pub(super) need_source: bool,
    /// What needs a human.
    pub(super) todos: Vec<String>,
    /// Whether there is a server.
    pub(super) has_web: bool,
    /// Whether it is Passenger.
    pub(super) has_passenger: bool,
}

/// Decides what runs, and adds to the packages what that takes.
pub(super) fn decide(app: &App<'_>, name: &str, packages: &mut Packages) -> Services {
    let mut found = Services::default();
    let mut port = PORT;
    let mut taken = BTreeSet::new();
    for process in &app.processes {
        let source = |path: &str| match (app.folder.programs.contains(path), app.folder.has(path)) {
            (true, _) => InSource::Program,
            (false, true) => InSource::File,
            (false, false) => InSource::Nothing,
        };
        let ports: (u16, &dyn Fn(u16) -> bool) = (port, &|port| !taken.contains(&port));
        match host_command::translate(&process.command, ports, APP, &source) {
            Ok(command) if process.name.eq_ignore_ascii_case("release") => {
                found.need_source |= command.needs_source;
                found.release = Some((command.text, process.line));
            }
            Ok(command) => {
                taken.extend(command.port);
                while taken.contains(&port) {
                    port += 1;
                }
                if command.was_in_background {
                    found.todos.push(format!(
                        "the `&` at the end of `{}` ({}:{}) is left out: a service stays in the foreground",
                        one_line(&process.name),
                        procfile::FILE,
                        process.line
                    ));
                }
                found.need_source |= command.needs_source;
                found.add_process(app, process, command, packages);
            }
            Err(why) => found.todos.push(format!(
                "`{}` ({}:{}) is left out: {why}",
                one_line(&process.name),
                procfile::FILE,
                process.line
            )),
        }
    }
    for line in procfile::unread(app.folder) {
        found.todos.push(format!(
            "{}:{line} cannot be read, and is left out: a line is `NAME: COMMAND`",
            procfile::FILE
        ));
    }
    found.has_web = found.list.iter().any(|service| service.name == "web");
    if !found.has_web && app.folder.has(STARTUP_FILE) {
        found.has_passenger = true;
        found.has_web = true;
    }
    if !found.has_web
        && let Some(service) = server::choose(app, packages)
    {
        found.list.insert(0, service);
        found.has_web = true;
    }
    found.add_celery(app, name);
    if found.list.is_empty() && !found.has_passenger {
        let scripts = match app.metadata.scripts.first() {
            Some(script) => format!(", such as `@prefix@/bin/{}`", one_line(script)),
            None => String::new(),
        };
        found.todos.push(format!(
            "no service was found: name in `[service.NAME]` the `command` that is to run{scripts}"
        ));
    }
    found
}

impl Services {
    fn add_process(
        &mut self,
        app: &App<'_>,
        process: &Process,
        command: HostCommand,
        packages: &mut Packages,
    ) {
        let place = format!("{}:{}", procfile::FILE, process.line);
        let name = process.name.to_lowercase().replace('_', "-");
        let is_new = !self.list.iter().any(|service| service.name == name);
        if name.parse::<ServiceName>().is_err() || !is_new {
            self.todos.push(format!(
                "`{}` ({place}) is left out: a service has a name of its own, which starts with a letter",
                process.name
            ));
            return;
        }
        let broken = command
            .program
            .as_deref()
            .filter(|program| !brings(app, packages, program, &place))
            .map(|program| {
                format!("no requirement is known to bring `{program}`: name the one that does in `packages`")
            });
        self.list.push(Service {
            name,
            why: place,
            command: command.text,
            directory: command.directory,
            after: Vec::new(),
            singleton: false,
            port: command.port,
            broken,
        });
    }

    /// Returns the sections of the recipe; `root` is the folder of the shipped source that they run in.
    pub(super) fn sections(&self, root: Option<&str>) -> Vec<Section> {
        self.list
            .iter()
            .map(|service| {
                let mut section = Section::new(format!("[service.{}]", key(&service.name)));
                section.comment(&format!("From {}.", service.why));
                if let Some(why) = &service.broken {
                    section.todo(&format!("the service `{}` waits: {why}", service.name));
                    section = section.waiting();
                }
                section.set_text("command", &service.command);
                if let Some(port) = service.site_port() {
                    section.set("port", &port.to_string());
                }
                if let Some(root) = root {
                    let folder = service.directory.as_deref().unwrap_or(root);
                    section.set_text("directory", &below_app(folder));
                }
                if !service.after.is_empty() {
                    section.set("after", &toml_text::list(&service.after));
                }
                if service.singleton {
                    section.set("singleton", "true");
                }
                section
            })
            .collect()
    }

    /// Returns the service that a site can be put in front of, and whether it runs.
    pub(super) fn behind_site(&self) -> Option<bool> {
        if self.has_passenger {
            return Some(true);
        }
        let web = self
            .list
            .iter()
            .find(|service| service.site_port().is_some())?;
        Some(web.broken.is_none())
    }

    /// Returns what the services that wait need.
    pub(super) fn waiting(&self) -> Vec<String> {
        self.list
            .iter()
            .filter_map(|service| {
                let why = service.broken.as_ref()?;
                Some(one_line(&format!(
                    "the service `{}` waits: {why}",
                    service.name
                )))
            })
            .collect()
    }
}

/// Returns the path of a folder of the source on the host.
pub(super) fn below_app(folder: &str) -> String {
    if folder.is_empty() {
        APP.to_owned()
    } else {
        format!("{APP}/{folder}")
    }
}

/// Returns whether the virtualenv brings a program, after it has been asked for.
fn brings(app: &App<'_>, packages: &mut Packages, program: &str, place: &str) -> bool {
    if app.is_installed && app.metadata.scripts.iter().any(|script| script == program) {
        return true;
    }
    match distributions::of_program(program) {
        Some(distribution) => packages.need(distribution, &format!("{place} runs it")),
        None => packages.has(&normal_name(program)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::app::recognise;
    use crate::init::folder::testing::folder;
    use crate::init::packages;

    fn commands(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let folder = folder("demo", files);
        let app = recognise(&folder);
        let mut packages = packages::decide(&app);
        let found = decide(&app, "demo", &mut packages);
        let commands = found
            .list
            .iter()
            .map(|service| {
                let mark = if service.broken.is_some() { "#" } else { "" };
                format!("{mark}{}: {}", service.name, service.command)
            })
            .collect();
        (commands, found.todos)
    }

    #[test]
    fn a_server_is_chosen_by_protocol_and_requirements() {
        let flask = ("app.py", "from flask import Flask\napp = Flask(__name__)\n");
        let factory = (
            "app.py",
            "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n",
        );
        let fastapi = ("main.py", "from fastapi import FastAPI\napp = FastAPI()\n");
        for (files, command) in [
            (
                vec![flask],
                "web: @prefix@/bin/gunicorn --bind 127.0.0.1:8000 --workers 2 app:app",
            ),
            (
                vec![factory],
                "web: @prefix@/bin/gunicorn --bind 127.0.0.1:8000 --workers 2 'app:create_app()'",
            ),
            (
                vec![factory, ("requirements.txt", "flask\nwaitress\n")],
                "web: @prefix@/bin/waitress-serve --listen 127.0.0.1:8000 --call app:create_app",
            ),
            (
                vec![fastapi],
                "web: @prefix@/bin/uvicorn --host 127.0.0.1 --port 8000 main:app",
            ),
            (
                vec![fastapi, ("requirements.txt", "fastapi\nhypercorn\n")],
                "web: @prefix@/bin/hypercorn --bind 127.0.0.1:8000 main:app",
            ),
            (
                vec![
                    flask,
                    ("requirements.txt", "flask==3.1.3 --hash=sha256:00\n"),
                ],
                "#web: @prefix@/bin/gunicorn --bind 127.0.0.1:8000 --workers 2 app:app",
            ),
        ] {
            assert_eq!(commands(&files).0, [command]);
        }
    }

    #[test]
    fn the_procfile_says_what_runs_each_server_on_a_port_of_its_own() {
        let text = "web: gunicorn app:app -b :$PORT\nadmin_ui: flask run --port $PORT\nrelease: flask migrate\n2nd: x\nadd: thing\nodd: a 'b\nnot a process\nbg: flask run -p ${PORT:-8001} &\nlow: flask run -p ${PORT:-5000}\nnext: flask run -p $PORT\n";
        let (commands, todos) = commands(&[
            ("Procfile", text),
            ("requirements.txt", "flask==3.1.3\ngunicorn==27.0.1\n"),
        ]);
        assert_eq!(
            commands,
            [
                "web: @prefix@/bin/gunicorn app:app -b :8000",
                "admin-ui: @prefix@/bin/flask run --port 8001",
                "#add: @prefix@/bin/thing",
                "bg: @prefix@/bin/flask run -p 8002",
                "low: @prefix@/bin/flask run -p 5000",
                "next: @prefix@/bin/flask run -p 8003",
            ]
        );
        assert_eq!(
            todos,
            [
                "`2nd` (Procfile:4) is left out: a service has a name of its own, which starts with a letter",
                "`odd` (Procfile:6) is left out: a quote is not closed",
                "the `&` at the end of `bg` (Procfile:8) is left out: a service stays in the foreground",
                "Procfile:7 cannot be read, and is left out: a line is `NAME: COMMAND`",
            ]
        );
    }

    #[test]
    fn celery_has_a_worker_and_a_clock_when_something_is_scheduled() {
        let text = "from celery import Celery\napp = Celery(broker='redis://localhost')\napp.conf.beat_schedule = {}\n";
        assert_eq!(
            commands(&[("tasks.py", text)]).0,
            [
                "worker: @prefix@/bin/celery --app tasks:app worker --loglevel INFO",
                "beat: @prefix@/bin/celery --app tasks:app beat --loglevel INFO --schedule /var/lib/demo/celerybeat-schedule",
            ]
        );
        assert_eq!(
            commands(&[("passenger_wsgi.py", "from lib import application\n")]),
            (Vec::new(), Vec::new()),
            "Passenger serves it"
        );
        assert_eq!(
            commands(&[("lib.py", "x = 1\n")]).1,
            ["no service was found: name in `[service.NAME]` the `command` that is to run"]
        );
    }
}

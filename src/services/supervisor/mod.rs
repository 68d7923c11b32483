//! supervisor: one file for each service, which supervisord includes by a link (supervisord.conf(5)).
//!
//! The file itself is a conffile below `/etc/NAME`: a file that stayed in `conf.d` after the removal would name programs that
//! are gone. Values reach the program by the launcher; none of them stands in the file.

use super::copies;
use super::launcher;
use super::provision::{Provision, ServiceFile};
use super::step::Step;
use super::supervised;
use crate::recipe::{Predecessor, Recipe, Restart, Service};
use std::fmt::Write as _;

const VERBS: &str = "by_supervisor";

/// How often supervisord tries to start a program, a second later each time: a database that comes up late is no reason to
/// give up.
const RETRIES: u32 = 1_000_000;

/// The priority of the first program, where programs have an order; those that have none come later (999).
const FIRST: usize = 100;

/// Returns whether services of this recipe start before others of it.
fn has_an_order(services: &[&Service]) -> bool {
    let mut before = services.iter().flat_map(|service| &service.after);
    before.any(|before| matches!(before, Predecessor::Service(_)))
}

/// Makes what supervisor needs.
pub(super) fn provide(recipe: &Recipe, services: &[&Service]) -> Provision {
    let name = recipe.package.name.as_str();
    let (always, at_times) = supervised::split(services);
    let mut provision = Provision::default();
    let mut names = Vec::new();
    for (rank, service) in always.iter().enumerate() {
        let stem = service.stem(name);
        let path = format!("etc/{name}/supervisor/{stem}.conf");
        let mut text = render(recipe, service);
        if has_an_order(&always) {
            let _ = writeln!(text, "priority={}", FIRST + rank);
        }
        provision.files.push(ServiceFile::conffile(&path, text));
        provision.depends = vec!["supervisor".to_owned()];
        names.push((stem, service.on_upgrade));
    }
    provision.steps = supervised::steps(VERBS, &names);
    for (stem, _) in &names {
        let link = format!("/etc/supervisor/conf.d/{stem}.conf");
        let target = format!("/etc/{name}/supervisor/{stem}.conf");
        let id = ["supervisor", stem];
        let steps = &mut provision.steps;
        steps.enable.push(Step::new(
            "link_service",
            [id[0], id[1], target.as_str(), link.as_str()],
        ));
        steps.leave.insert(
            0,
            Step::new("unlink_service", [id[0], id[1], link.as_str()]),
        );
        steps.purged.push(Step::new("forget_service", id));
        steps.purged.push(Step::new(
            "remove_log",
            [format!("/var/log/supervisor/{stem}.log")],
        ));
    }
    provision.with_jobs(recipe, &at_times)
}

fn render(recipe: &Recipe, service: &Service) -> String {
    let stem = service.stem(recipe.package.name.as_str());
    let launcher = launcher::path(recipe, service);
    let numbers = copies::numbers(service);
    let mut text = format!(
        "; Keeps {} of {} running. Made by deb-build-app.\n\
         ; After a change: supervisorctl update {stem}\n\
         [program:{stem}]\n",
        service.name, recipe.package.name
    );
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    if let Some(first) = numbers.first() {
        line(format!("command={launcher} %(process_num)d"));
        line("process_name=%(program_name)s-%(process_num)d".to_owned());
        line(format!("numprocs={}", numbers.len()));
        line(format!("numprocs_start={first}"));
    } else {
        line(format!("command={launcher}"));
    }
    line(format!("autostart={}", service.enabled));
    line(format!(
        "autorestart={}",
        match service.restart {
            Restart::Always => "true",
            Restart::OnFailure => "unexpected",
            Restart::Never => "false",
        }
    ));
    line("exitcodes=0".to_owned());
    line(format!("startretries={RETRIES}"));
    line(format!("stopsignal={}", service.stop_signal.name()));
    line(format!("stopwaitsecs={}", service.stop_timeout));
    // The first process knows what its workers are doing; when it does not end in time, all are killed.
    line("killasgroup=true".to_owned());
    line("redirect_stderr=true".to_owned());
    line(if numbers.is_empty() {
        format!("stdout_logfile=/var/log/supervisor/{stem}.log")
    } else {
        // Each writes to a file of its own, for supervisord to rotate.
        format!("stdout_logfile=/var/log/supervisor/{stem}.log.%(process_num)d")
    });
    text
}

//! Celery: the app, its schedule and its broker.

use super::folder::{Folder, module};
use super::python_text::{self, Token};
use super::web::{imports, is_call_of, root_of};

/// An app of Celery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Celery {
    /// The module and object that `celery --app` takes.
    pub(super) app: String,
    /// `FILE:LINE` where it is made.
    pub(super) place: String,
    /// The folder that must be on Python's path; empty for the top.
    pub(super) root: String,
    /// Whether something is to run by the clock.
    pub(super) has_schedule: bool,
    /// The broker on the same host: its Debian package.
    pub(super) broker: Option<&'static str>,
}

/// Names that a schedule or the address of a broker is assigned to.
const SCHEDULES: &[&str] = &[
    "beat_schedule",
    "CELERY_BEAT_SCHEDULE",
    "CELERYBEAT_SCHEDULE",
];
const BROKERS: &[&str] = &["CELERY_BROKER_URL", "BROKER_URL", "broker_url"];

/// Looks for the app.
pub(super) fn read(folder: &Folder) -> Option<Celery> {
    let files = folder.python();
    let read: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, python_text::statements(text)))
        .collect();
    let mut app = None;
    let mut has_schedule = false;
    let mut broker = None;
    for (path, statements) in &read {
        let is_celery = statements.iter().any(|found| imports(found, "celery"));
        for statement in statements {
            has_schedule |= is_celery && statement.has("add_periodic_task (")
                || SCHEDULES
                    .iter()
                    .any(|name| statement.find(&format!("{name} =")).is_some());
            if let Some((name, value)) = statement.assignment() {
                if BROKERS.contains(&name) {
                    broker = broker.or_else(|| of_address(value));
                }
                let is_app =
                    is_celery && statement.indent == 0 && is_call_of(value, "celery", "Celery");
                if is_app && app.is_none() {
                    broker = broker.or_else(|| of_arguments(value));
                    let root = root_of(path, folder, &read);
                    app = module(path, &root).map(|module| {
                        (
                            format!("{module}:{name}"),
                            format!("{path}:{}", statement.line),
                            root,
                        )
                    });
                }
            }
        }
    }
    app.map(|(app, place, root)| Celery {
        app,
        place,
        root,
        has_schedule,
        broker,
    })
}

fn of_arguments(value: &[Token<'_>]) -> Option<&'static str> {
    let open = value
        .iter()
        .position(|token| *token == Token::Symbol('('))?;
    python_text::arguments(&value[open + 1..])
        .into_iter()
        .find(|(keyword, _)| *keyword == Some("broker"))
        .and_then(|(_, value)| of_address(value))
}

/// Returns the package of a broker whose address, perhaps as a default, is on the same host.
fn of_address(value: &[Token<'_>]) -> Option<&'static str> {
    value.iter().find_map(|token| {
        let Token::Text(Some(text)) = token else {
            return None;
        };
        let (scheme, rest) = text.split_once("://")?;
        let host = rest.rsplit('@').next().unwrap_or(rest);
        let is_here =
            host.is_empty() || host.starts_with("localhost") || host.starts_with("127.0.0.1");
        match scheme {
            "redis" if is_here => Some("redis-server"),
            "amqp" | "pyamqp" if is_here => Some("rabbitmq-server"),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn the_app_its_schedule_and_its_broker_are_found() {
        let text = "import os\nfrom celery import Celery\nqueue = Celery('tasks', broker=os.environ.get('BROKER', 'redis://localhost:6379/0'))\n\
                    queue.conf.beat_schedule = {'tick': {'task': 'tick', 'schedule': 30}}\n";
        assert_eq!(
            read(&folder(
                "demo",
                &[("jobs/__init__.py", ""), ("jobs/tasks.py", text)]
            )),
            Some(Celery {
                app: "jobs.tasks:queue".into(),
                place: "jobs/tasks.py:3".into(),
                root: String::new(),
                has_schedule: true,
                broker: Some("redis-server"),
            })
        );
    }

    #[test]
    fn settings_name_the_broker_too_and_a_far_one_is_no_package() {
        let app = "from celery import Celery\napp = Celery('mysite')\n";
        let found = |settings: &str| {
            let files = [
                ("mysite/__init__.py", ""),
                ("mysite/celery.py", app),
                ("mysite/settings.py", settings),
            ];
            let found = read(&folder("demo", &files)).expect("an app");
            (found.has_schedule, found.broker)
        };
        assert_eq!(
            found("CELERY_BROKER_URL = 'amqp://guest@localhost//'\n"),
            (false, Some("rabbitmq-server"))
        );
        assert_eq!(
            found("CELERY_BROKER_URL = 'redis://cache.example.org'\nCELERY_BEAT_SCHEDULE = {}\n"),
            (true, None)
        );
        assert_eq!(
            read(&folder("demo", &[("a.py", "app = Celery('x')\n")])),
            None
        );
    }
}

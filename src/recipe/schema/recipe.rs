//! The whole recipe: its tables, in the order of the pipeline.

use super::host::{
    COMMAND, DIRECTORY, FILE, HEALTH, LOGROTATE, QUESTION, SCRIPTS, SECRET, TEST, USER,
};
use super::package::{OUTPUT, OVERRIDES, PACKAGE, TARGET};
use super::service::{SERVICE, TASK};
use super::source::{BUILD, SOURCE};
use super::venv::VENV;
use super::web::{NGINX, PASSENGER};
use super::{Key, Shape, table};

table! {
    /// A recipe says what a Python app is, where its source is, and what a host gets when its package is installed.
    ///
    /// It is TOML 1.0, and data only: no loops, no conditions, no templates. `@prefix@`, the final path of the virtualenv,
    /// and `@name@`, the package's name, are the only substitutions, in commands and in paths of the host. Relative paths are
    /// relative to the recipe, but for those that are looked up in the source, which say so.
    pub(in crate::recipe) RECIPE {
        /// What the package is: the fields of its control file.
        "package" = Key::of(Shape::Table(&PACKAGE)).required();
        /// Which machines the package is for.
        "target" = Key::of(Shape::Table(&TARGET));
        /// Tables and keys that differ for a release: each is merged into the table of the same name, key by key, when the
        /// package is built for that release. A list replaces the whole list.
        "release" = Key::map("RELEASE", &Shape::Table(&OVERRIDES)).example(r#"{ trixie = { package = { depends = ["valkey-server"] } } }"#);
        /// Where the source of the app is. Without it the package holds only what `[venv] packages` names.
        "source" = Key::of(Shape::Table(&SOURCE));
        /// What is needed and done on the build machine.
        "build" = Key::of(Shape::Table(&BUILD));
        /// The virtualenv: where it is on the host, and what is installed into it.
        "venv" = Key::of(Shape::Table(&VENV));
        /// The user that services, tasks and commands run as: a system user that the package makes. Without this table
        /// it is made when there is a service, with the name of the package.
        "user" = Key::of(Shape::Table(&USER));
        /// More system users that the package makes.
        "users" = Key::map("NAME", &Shape::Table(&USER)).later().example(r#"{ ftpuser = { create-home = true, home-mode = "0775" } }"#);
        /// Directories that are made on the host, each with its owner and mode. An administrator's `dpkg-statoverride` is kept.
        "directories" = Key::map("PATH", &Shape::Table(&DIRECTORY)).example(r#"{ "/var/log/demosite" = { mode = "0750" } }"#);
        /// Files that the package ships besides the virtualenv: where each is on the host, and what it holds. A string names a
        /// file beside the recipe. A file below `/etc` is a conffile: an upgrade keeps what the administrator changed.
        "files" = Key::map("PATH", &Shape::Either(&[Shape::Text, Shape::Table(&FILE)])).example(r#"{ "/etc/demosite/config.cfg" = "config.cfg" }"#);
        /// The environment of services, tasks and commands: it becomes `/etc/default/NAME`, a conffile.
        "env" = Key::map("VARIABLE", &Shape::Text).example(r#"{ DEMOSITE_CONFIG_PATH = "/etc/demosite/config.cfg" }"#);
        /// Variables whose values are made once on each host, and are in no package: `/etc/NAME/secrets.env`, readable by the
        /// service's group. Upgrades keep them, a purge takes them.
        "secrets" = Key::map("VARIABLE", &Shape::Table(&SECRET)).later().example("{ SECRET_KEY = { length = 50 } }");
        /// Questions that debconf asks when the package is installed; they can be preseeded, and asked again with
        /// `dpkg-reconfigure`. The answers go to `/etc/NAME/answers.env`, where an administrator's edit wins.
        "questions" = Key::map("NAME", &Shape::Table(&QUESTION)).later().example(r#"{ listen-port = { prompt = "Port to listen on", default = "8000", env = "PORT" } }"#);
        /// Programs that the host keeps running, or runs at set times. A service that is named after the package has the
        /// unit `NAME.service`, any other `NAME-SERVICE.service`.
        "service" = Key::map("NAME", &Shape::Table(&SERVICE)).example(r#"{ web = { command = "@prefix@/bin/gunicorn demosite:app" } }"#);
        /// Commands that are run on the host when the package is installed or upgraded, in the order of the recipe, as the
        /// service user and with its environment.
        "task" = Key::of(Shape::List(&Shape::Table(&TASK))).later();
        /// Programs in `/usr/bin`. A string is a command that runs as whoever calls it.
        "commands" = Key::map("NAME", &Shape::Either(&[Shape::Text, Shape::Table(&COMMAND)])).later().example(r#"{ demosite-shell = { command = "@prefix@/bin/flask shell", as-service = true } }"#);
        /// Rotation of log files: `/etc/logrotate.d/NAME`, a conffile.
        "logrotate" = Key::of(Shape::List(&Shape::Table(&LOGROTATE))).later();
        /// Sites of nginx in front of the services.
        "nginx" = Key::of(Shape::List(&Shape::Table(&NGINX))).later();
        /// A WSGI application under Phusion Passenger.
        "passenger" = Key::of(Shape::Table(&PASSENGER)).later();
        /// What must answer after an installation.
        "health" = Key::of(Shape::Table(&HEALTH)).later();
        /// What `deb-build-app test` runs on a host where the package was installed.
        "test" = Key::of(Shape::Table(&TEST)).later();
        /// Files of sh that become part of the maintainer scripts, at named points.
        "scripts" = Key::of(Shape::Table(&SCRIPTS)).later();
        /// How the package file is written.
        "output" = Key::of(Shape::Table(&OUTPUT));
    }
}

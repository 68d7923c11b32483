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
    /// It is TOML 1.0, and data only: no loops, no conditions, no templates. Only `[package]` is needed; what is left out has
    /// a default or is not made. A key that is not known is an error.
    pub(in crate::recipe) RECIPE {
        /// What the package is called, what it needs, and who is responsible for it.
        "package" = Key::of(Shape::Table(&PACKAGE)).required().example(r#"{ name = "demosite", version = "1.4.2", maintainer = "Ops <ops@example.org>", summary = "small Flask site", depends = ["redis-server"] }"#);
        /// Which machines the package is for.
        "target" = Key::of(Shape::Table(&TARGET)).example(r#"{ release = "bookworm" }"#);
        /// Tables and keys that differ for a release: each is merged into the table of the same name, key by key, when the
        /// package is built for that release. A list replaces the whole list.
        "release" = Key::map("RELEASE", &Shape::Table(&OVERRIDES)).example(r#"{ trixie = { package = { depends = ["valkey-server"] } } }"#);
        /// Where the source of the app is. Without it the package holds only what `[venv] packages` names.
        "source" = Key::of(Shape::Table(&SOURCE)).example(r#"{ git = "..", ref = "v1.4.2", subdirectory = "app" }"#);
        /// What is needed and done on the build machine.
        "build" = Key::of(Shape::Table(&BUILD)).example(r#"{ apt = ["gcc", "libpq-dev"] }"#);
        /// The virtualenv: where it is on the host, and what is installed into it.
        "venv" = Key::of(Shape::Table(&VENV)).example(r#"{ requirements = ["requirements.txt"], packages = ["gunicorn==23.0.0"] }"#);
        /// The user that services, tasks and commands run as: a system user that the package makes. Without this table
        /// it is made when there is a service, with the name of the package.
        "user" = Key::of(Shape::Table(&USER)).example(r#"{ name = "demosite", groups = ["adm"] }"#);
        /// More system users that the package makes.
        "users" = Key::map("NAME", &Shape::Table(&USER)).example(r#"{ ftpuser = { create-home = true, home-mode = "0775" } }"#);
        /// Directories of the host, such as those for logs and data, each with its owner and mode.
        "directories" = Key::map("PATH", &Shape::Table(&DIRECTORY)).example(r#"{ "/var/log/demosite" = { mode = "0750" } }"#);
        /// Files that the package ships besides the virtualenv: where each is on the host, and what it holds. A string names a
        /// file beside the recipe. A file below `/etc` is a conffile: dpkg asks before it replaces what the administrator
        /// has changed.
        "files" = Key::map("PATH", &Shape::Either(&[Shape::Text, Shape::Table(&FILE)])).example(r#"{ "/etc/demosite/config.cfg" = "config.cfg", "/etc/demosite/logging.ini" = { from-source = "etc/logging.ini", mode = "0640" } }"#);
        /// The environment of services, tasks and commands: it becomes `/etc/default/NAME`, a conffile. Values are taken as they
        /// are, letter by letter.
        "env" = Key::map("VARIABLE", &Shape::Text).example(r#"{ DEMOSITE_CONFIG_PATH = "/etc/demosite/config.cfg" }"#);
        /// Variables whose values are made once on each host, and are in no package, such as Django's `SECRET_KEY`. They are in
        /// `/etc/NAME/secrets.env`, which only root and the service's group can read. Upgrades keep them, a purge takes them.
        "secrets" = Key::map("VARIABLE", &Shape::Table(&SECRET)).example("{ SECRET_KEY = { length = 50 } }");
        /// Questions that debconf asks when the package is installed; they can be preseeded, and asked again with
        /// `dpkg-reconfigure`. The answers go to `/etc/NAME/answers.env`, where an administrator's edit wins.
        "questions" = Key::map("NAME", &Shape::Table(&QUESTION)).example(r#"{ listen-port = { prompt = "Port to listen on", default = "8000", env = "PORT" } }"#);
        /// Programs that the host keeps running, or runs at set times. A service that is named after the package has the
        /// unit `NAME.service`, any other `NAME-SERVICE.service`.
        "service" = Key::map("NAME", &Shape::Table(&SERVICE)).example(r#"{ web = { command = "@prefix@/bin/gunicorn --bind 127.0.0.1:${PORT} demosite:app", port = 61500 } }"#);
        /// Commands that are run on the host when the package is installed or upgraded, in the order of the recipe, as the
        /// service user and with its environment.
        "task" = Key::of(Shape::List(&Shape::Table(&TASK))).example(r#"[{ name = "migrate", command = "@prefix@/bin/python manage.py migrate --noinput" }]"#);
        /// Programs in `/usr/bin`, such as a shell of the app for its administrators. A string is a command that runs as whoever
        /// calls it.
        "commands" = Key::map("NAME", &Shape::Either(&[Shape::Text, Shape::Table(&COMMAND)])).example(r#"{ demosite-shell = { command = "@prefix@/bin/flask shell", as-service = true } }"#);
        /// Rotation of log files that the app writes itself: `/etc/logrotate.d/NAME`, a conffile.
        "logrotate" = Key::of(Shape::List(&Shape::Table(&LOGROTATE))).example(r#"[{ files = ["/var/log/demosite/*.log"], frequency = "daily", rotate = 14, copytruncate = true }]"#);
        /// Sites of nginx in front of the services.
        "nginx" = Key::of(Shape::List(&Shape::Table(&NGINX))).example(r#"[{ server-name = ["demo.example.org"], locations = { "/" = { service = "web" }, "/static" = { directory = "@prefix@/static" } } }]"#);
        /// A WSGI application that Phusion Passenger runs.
        "passenger" = Key::of(Shape::Table(&PASSENGER)).example(r#"{ wsgi = "demosite:app" }"#);
        /// What must answer when the services have started, for the installation to be called a success.
        "health" = Key::of(Shape::Table(&HEALTH)).example(r#"{ http = "http://127.0.0.1:8000/", expect = 200 }"#);
        /// What `deb-build-app test` runs on a host where the package was installed.
        "test" = Key::of(Shape::Table(&TEST)).later().example(r#"{ commands = ["curl -fsS http://127.0.0.1:8000/static/site.css"] }"#);
        /// Files of sh that become part of the maintainer scripts, at named points.
        "scripts" = Key::of(Shape::Table(&SCRIPTS)).example(r#"{ before-start = "hooks/before-start.sh" }"#);
        /// How the file of the package is written.
        "output" = Key::of(Shape::Table(&OUTPUT)).example(r#"{ compression = "xz:6" }"#);
    }
}

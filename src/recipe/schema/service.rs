//! `[service.*]` and `[[task]]`.

use super::package::MANAGER;
use super::{Key, Shape, TEXTS, table};

/// A path of the host.
pub(super) const HOST_PATH: Shape = Shape::Pattern("^(/|@prefix@)");

table! {
    /// A service runs as the service user, with the environment of the recipe.
    pub(in crate::recipe) SERVICE {
        /// The program and its arguments, split as sh splits them: a whole path, or the name of a program of the app, which is in
        /// `@prefix@/bin`. `${NAME}` is the value of a variable of the
        /// service's environment; there is no shell: write `/bin/sh -c '…'` for one.
        "command" = Key::of(Shape::Text).required().example(r#""@prefix@/bin/gunicorn --bind 127.0.0.1:8000 demosite:app""#);
        /// Where it runs; without it, the prefix of the virtualenv.
        "directory" = Key::of(HOST_PATH).example(r#""/var/lib/demosite""#);
        /// Whether it is started after the first installation and when the host boots; the administrator can change that.
        "enabled" = Key::of(Shape::Boolean).default("true");
        /// What starts before it: other services of the recipe by their names, and units of the host. systemd, sysvinit and
        /// maintainer scripts keep the order; the others start all at once, and again what has ended.
        "after" = Key::of(TEXTS).example(r#"["redis-server.service"]"#);
        /// How many copies run. `PORT` is `port` for the first, one more for the next, and so on: of several copies, each has its
        /// own whatever `PORT` is in `/etc/default`.
        "instances" = Key::of(Shape::Integer(1, 512)).default("1");
        /// The value of `PORT`, for the first instance. A single copy takes that of `/etc/default` instead, if there is one.
        "port" = Key::of(Shape::Integer(1, 65535)).example("61500");
        /// What keeps this service running, when it is not `[target] service-manager`.
        "manager" = Key::of(MANAGER);
        /// `foreground`: the program stays. `forking`: it puts itself into the background, and writes `pid-file`.
        "type" = Key::of(Shape::Choice(&["foreground", "forking"])).default(r#""foreground""#);
        /// The file with its process id, for `type = "forking"`.
        "pid-file" = Key::of(HOST_PATH).example(r#""/run/demosite/demosite.pid""#);
        /// The user it runs as, when it is not the service user of `[user]`.
        "user" = Key::of(Shape::Text);
        /// The group it runs as, when it is not its user's.
        "group" = Key::of(Shape::Text);
        /// Variables for this service alone: `/etc/default/NAME-SERVICE`, a conffile.
        "env" = Key::map("VARIABLE", &Shape::Text).example(r#"{ WORKERS = "2" }"#);
        /// When it is started again after it has ended by itself.
        "restart" = Key::of(Shape::Choice(&["always", "on-failure", "never"])).default(r#""on-failure""#);
        /// A unit of systemd that is started when the service has failed for good.
        "on-failure" = Key::of(Shape::Text);
        /// `stop`: it is stopped before the files are replaced and started after. `restart`: it goes on in between, and then
        /// mixes old and new modules. `keep`: it is left alone.
        "on-upgrade" = Key::of(Shape::Choice(&["stop", "restart", "keep"])).default(r#""stop""#);
        /// The signal that ends it.
        "stop-signal" = Key::of(Shape::Text).default(r#""TERM""#);
        /// How many seconds it has to end, before it is killed.
        "stop-timeout" = Key::of(Shape::Integer(1, 86_400)).default("90");
        /// What makes it read its configuration again: a signal, or a command.
        "reload" = Key::of(Shape::Text).example(r#""HUP""#);
        /// Whether there must never be two of it, such as of a scheduler: refuses `instances`, and gives the program a lock, so that
        /// a second one ends with status 75. A program that closes what it was given lets go of it.
        "singleton" = Key::of(Shape::Boolean).default("false");
        /// Allows `user = "root"`.
        "allow-root" = Key::of(Shape::Boolean).default("false");
        /// When it runs, in place of always: `hourly`, `daily`, `weekly`, `monthly`, or a calendar event of systemd.time(7).
        "schedule" = Key::of(Shape::Text).example(r#""daily""#);
        /// What systemd keeps it from doing. `false` turns everything off.
        "hardening" = Key::of(Shape::Either(&[Shape::Boolean, Shape::Table(&HARDENING)]));
    }
}

table! {
    /// What systemd keeps a service from (systemd.exec(5)); everything is on by default, and single keys change it.
    HARDENING {
        /// Which of the host's folders cannot be written: `strict` all but the app's own, `full` `/usr`, `/boot` and `/etc`.
        "protect-system" = Key::of(Shape::Choice(&["strict", "full", "no"])).default(r#""full""#);
        /// Whether home folders can be seen.
        "protect-home" = Key::of(Shape::Choice(&["yes", "read-only", "tmpfs", "no"])).default(r#""yes""#);
        /// Whether it has folders for temporary files of its own.
        "private-tmp" = Key::of(Shape::Boolean).default("true");
        /// Whether it sees only devices such as `/dev/null`.
        "private-devices" = Key::of(Shape::Boolean).default("true");
        /// Whether it and its children cannot gain rights, as with sudo.
        "no-new-privileges" = Key::of(Shape::Boolean).default("true");
        /// Whether settings, modules and log of the kernel, the clock and the host name are out of reach.
        "protect-kernel" = Key::of(Shape::Boolean).default("true");
        /// Whether control groups cannot be written.
        "protect-control-groups" = Key::of(Shape::Boolean).default("true");
        /// Whether it cannot make namespaces.
        "restrict-namespaces" = Key::of(Shape::Boolean).default("true");
        /// Whether it cannot take real-time scheduling.
        "restrict-realtime" = Key::of(Shape::Boolean).default("true");
        /// Whether it cannot make files that run with another user's rights.
        "restrict-suid-sgid" = Key::of(Shape::Boolean).default("true");
        /// Whether it cannot change the personality of the kernel.
        "lock-personality" = Key::of(Shape::Boolean).default("true");
        /// Whether memory cannot be both written and run, which some just-in-time compilers need.
        "memory-deny-write-execute" = Key::of(Shape::Boolean).default("false");
        /// The kinds of sockets it may make.
        "address-families" = Key::of(Shape::List(&Shape::Pattern("^AF_[A-Z0-9_]+$"))).default(r#"["AF_UNIX", "AF_INET", "AF_INET6"]"#);
        /// The system calls it may make, as names or groups.
        "system-calls" = Key::of(Shape::List(&Shape::Pattern("^~?@?[a-z0-9_-]+$"))).default(r#"["@system-service"]"#);
        /// Capabilities it keeps.
        "capabilities" = Key::of(Shape::List(&Shape::Pattern("^CAP_[A-Z_]+$"))).default("[]").example(r#"["CAP_NET_BIND_SERVICE"]"#);
        /// Folders that it may write all the same.
        "read-write-paths" = Key::of(Shape::List(&HOST_PATH)).default("[]");
    }
}

table! {
    /// A task is run again by every upgrade, and must do no harm when it is.
    pub(super) TASK {
        /// What it is called in messages.
        "name" = Key::of(Shape::Pattern("^[a-z][a-z0-9-]*$")).required().example(r#""migrate""#);
        /// The command, as in a service.
        "command" = Key::of(Shape::Text).required().example(r#""@prefix@/bin/python manage.py migrate --noinput""#);
        /// When it is run.
        "when" = Key::of(Shape::List(&Shape::Choice(&["install", "upgrade"]))).default(r#"["install", "upgrade"]"#);
        /// Whether it is run until it has succeeded one time, and never again.
        "once" = Key::of(Shape::Boolean).default("false");
        /// Whether it is run before the services are started, or after.
        "before-start" = Key::of(Shape::Boolean).default("true");
        /// `fail`: the installation fails when the task does. `warn`: it goes on.
        "on-failure" = Key::of(Shape::Choice(&["fail", "warn"])).default(r#""fail""#);
        /// The user it runs as, when it is not the service user.
        "user" = Key::of(Shape::Text);
        /// Where it runs; without it, the prefix of the virtualenv.
        "directory" = Key::of(HOST_PATH);
        /// Variables for this task alone.
        "env" = Key::map("VARIABLE", &Shape::Text);
    }
}

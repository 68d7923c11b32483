//! Users, directories, files, secrets, questions and commands of the host, and what goes with them.

use super::service::HOST_PATH;
use super::source::SOURCE_PATH;
use super::{Key, Shape, TEXTS, table};

/// The permission bits of a file or folder.
const MODE: Shape = Shape::Pattern("^[0-7]{3,4}$");

table! {
    /// Its group has the same name. Both stay when the package is purged.
    pub(super) USER {
        /// Its name; without it, that of the package.
        "name" = Key::of(Shape::Text).example(r#""demosite""#);
        /// Whether it is a user that the host has already, such as `www-data`, which is taken as it is but for its `groups`.
        "existing" = Key::of(Shape::Boolean).default("false");
        /// Groups of the host that it joins when they are there. A user that the host had already leaves those that it joined for the
        /// package when that is removed; until then all other programs of that user are in them too, and those that run then stay in them
        /// until they are restarted.
        "groups" = Key::of(TEXTS).example(r#"["adm"]"#);
        /// Its home; without it, `/var/lib/NAME`. `/nonexistent` means that it has none.
        "home" = Key::of(HOST_PATH).example(r#""/var/lib/demosite""#);
        /// Its login shell.
        "shell" = Key::of(HOST_PATH).default(r#""/usr/sbin/nologin""#);
        /// Whether its home is filled from `/etc/skel`, as that of a person who logs in.
        "create-home" = Key::of(Shape::Boolean).default("false");
        /// The mode of its home.
        "home-mode" = Key::of(MODE).default(r#""0750""#);
    }
}

table! {
    /// A directory is made when the package is installed. Where the administrator has set owner and mode with
    /// `dpkg-statoverride`, those are kept.
    pub(super) DIRECTORY {
        /// Its owner; without it, the service user.
        "owner" = Key::of(Shape::Text);
        /// Its group; without it, that of the service user.
        "group" = Key::of(Shape::Text);
        /// Its permission bits, as a string.
        "mode" = Key::of(MODE).default(r#""0750""#);
        /// Whether a purge takes it with all that is in it, and not only when it is empty.
        "purge" = Key::of(Shape::Boolean).default("false");
    }
}

table! {
    /// In a table, exactly one of `content`, `from` and `from-source` says what is in the file.
    pub(super) FILE {
        /// Its text.
        "content" = Key::of(Shape::Text).example(r#""ALL = (root) NOPASSWD: /usr/sbin/nginx -s reload\n""#);
        /// A file beside the recipe; with a `/` at the end a folder, whose files are shipped one by one.
        "from" = Key::of(Shape::Text).example(r#""config.cfg""#);
        /// A file of the source; with a `/` at the end a folder.
        "from-source" = Key::of(SOURCE_PATH).example(r#""etc/config.cfg""#);
        /// Its permission bits, as a string.
        "mode" = Key::of(MODE).default(r#""0644""#);
        /// Its owner, for a file that must not be root's.
        "owner" = Key::of(Shape::Text);
        /// Its group, such as the service user's for a file that only services may read.
        "group" = Key::of(Shape::Text);
        /// Whether dpkg asks before it replaces what the administrator has changed; without it, it asks for every file below `/etc`.
        "conffile" = Key::of(Shape::Boolean);
    }
}

table! {
    /// A value is made when the package is installed for the first time, out of the randomness of the host.
    pub(super) SECRET {
        /// How many letters and digits it has.
        "length" = Key::of(Shape::Integer(16, 1024)).default("50");
    }
}

table! {
    /// An answer is the value of a variable in the environment of services, tasks and commands.
    pub(super) QUESTION {
        /// The question, in one line.
        "prompt" = Key::of(Shape::Text).required().example(r#""Port to listen on""#);
        /// What helps to answer it, in paragraphs.
        "description" = Key::of(Shape::Text);
        /// The answer when nobody is asked.
        "default" = Key::of(Shape::Text).example(r#""8000""#);
        /// The variable that holds the answer.
        "env" = Key::of(Shape::Text).required().example(r#""PORT""#);
        /// What kind of answer it is.
        "type" = Key::of(Shape::Choice(&["string", "boolean", "select", "password"])).default(r#""string""#);
        /// The answers that can be chosen, with `type = "select"`.
        "choices" = Key::of(TEXTS);
        /// How important it is that it is asked (debconf(7)).
        "priority" = Key::of(Shape::Choice(&["low", "medium", "high", "critical"])).default(r#""medium""#);
    }
}

table! {
    /// Its words are those of the command and then those of the caller.
    pub(super) COMMAND {
        /// The command, as in a service.
        "command" = Key::of(Shape::Text).required().example(r#""@prefix@/bin/flask shell""#);
        /// Whether it runs as the service user, with the environment of the services; only root may call it then.
        /// From a terminal it gets one of its own, since who has root's could type into it; pipes and files are its as they are.
        "as-service" = Key::of(Shape::Boolean).default("false");
        /// Where it runs; without it, where it is called.
        "directory" = Key::of(HOST_PATH);
    }
}

table! {
    /// An entry is for files that are rotated alike (logrotate(8)).
    pub(super) LOGROTATE {
        /// Which files.
        "files" = Key::of(Shape::List(&HOST_PATH)).required().example(r#"["/var/log/demosite/*.log"]"#);
        /// How often.
        "frequency" = Key::of(Shape::Choice(&["hourly", "daily", "weekly", "monthly", "yearly"])).default(r#""weekly""#);
        /// How many old files are kept.
        "rotate" = Key::of(Shape::Integer(0, 10_000)).default("7");
        /// Rotates when a file has grown to this size, whatever `frequency` says.
        "size" = Key::of(Shape::Pattern("^[0-9]+[kMG]?$")).example(r#""10M""#);
        /// Whether the file is copied and emptied, for programs that keep it open.
        "copytruncate" = Key::of(Shape::Boolean).default("false");
        /// Whether old files are compressed.
        "compress" = Key::of(Shape::Boolean).default("true");
        /// Whether the newest of the old files is not compressed yet.
        "delaycompress" = Key::of(Shape::Boolean).default("true");
        /// Whether a file that is not there is no error.
        "missingok" = Key::of(Shape::Boolean).default("true");
        /// Whether an empty file stays as it is.
        "notifempty" = Key::of(Shape::Boolean).default("true");
        /// Mode, owner and group of the new file; without it, those of the old one.
        "create" = Key::of(Shape::Text).example(r#""0640 root adm""#);
        /// User and group that rotate; without it, the service user where the folder is its own.
        "su" = Key::of(Shape::Text).example(r#""demosite adm""#);
        /// Whether `post-rotate` is run once for all files.
        "shared-scripts" = Key::of(Shape::Boolean).default("false");
        /// Lines of sh that are run after the rotation.
        "post-rotate" = Key::of(Shape::Text);
    }
}

table! {
    /// Exactly one of `http` and `command` is tried again and again until it succeeds or the time is over.
    pub(super) HEALTH {
        /// An address that is asked for.
        "http" = Key::of(Shape::Pattern("^https?://")).example(r#""http://127.0.0.1:8000/""#);
        /// A command that succeeds, as in a service.
        "command" = Key::of(Shape::Text);
        /// The status that `http` must give.
        "expect" = Key::of(Shape::Integer(100, 599)).default("200");
        /// How many seconds it may take until it answers.
        "timeout" = Key::of(Shape::Integer(1, 3600)).default("30");
        /// Whether the installation fails when nothing answers; else there is a warning.
        "required" = Key::of(Shape::Boolean).default("false");
    }
}

table! {
    /// What `deb-build-app test` runs on a host where the package was installed.
    pub(super) TEST {
        /// Lines of sh that succeed.
        "commands" = Key::of(TEXTS).required().example(r#"["curl -fsS http://127.0.0.1:8000/static/site.css"]"#);
    }
}

table! {
    /// The files are beside the recipe. They run as root, with `set -e`, and must do no harm when they run twice.
    pub(super) SCRIPTS {
        /// Before users, directories and secrets are made.
        "before-configure" = Key::of(Shape::Text);
        /// Before the services are started, after those tasks that run before a start.
        "before-start" = Key::of(Shape::Text).example(r#""hooks/before-start.sh""#);
        /// After the services were started, also when an upgrade or a removal was given up and they come back.
        "after-start" = Key::of(Shape::Text);
        /// Before the services are stopped, for an upgrade or a removal.
        "before-stop" = Key::of(Shape::Text);
        /// After the services were stopped.
        "after-stop" = Key::of(Shape::Text);
        /// When the package is purged.
        "purge" = Key::of(Shape::Text);
    }
}

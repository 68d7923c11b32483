//! `[package]`, `[target]`, `[release.*]` and `[output]`.

use super::host::{
    COMMAND, DIRECTORY, FILE, HEALTH, LOGROTATE, QUESTION, SCRIPTS, SECRET, TEST, USER,
};
use super::service::{SERVICE, TASK};
use super::source::{BUILD, SOURCE};
use super::venv::VENV;
use super::web::{NGINX, PASSENGER};
use super::{Key, Shape, TEXTS, table};

/// deb-control(5): at least two characters, and no upper case.
pub(super) const PACKAGE_NAME: Shape = Shape::Pattern("^[a-z0-9][a-z0-9+.-]+$");

table! {
    /// These become the fields of the control file (deb-control(5)), and are written as there: `redis-server (>= 5:7.0)`, or
    /// `mta | exim4`.
    pub(super) PACKAGE {
        /// The name of the package, and of what belongs to it on the host: `/opt/NAME`, `/etc/default/NAME`, the service user.
        "name" = Key::of(PACKAGE_NAME).required().example(r#""demosite""#);
        /// The version, as Python writes it (PEP 440); it is mapped so that dpkg sorts it as Python does: `1.0rc1` becomes
        /// `1.0~rc1`, `1.0.post1` becomes `1.0+post1`. A table says where it comes from.
        "version" = Key::of(Shape::Either(&[Shape::Text, Shape::Table(&VERSION)])).required().example(r#""1.4.2""#);
        /// The Debian revision, which is counted up when the same version is packaged again.
        "revision" = Key::of(Shape::Text).default(r#""1""#);
        /// Who is responsible for the package: a name and an address.
        "maintainer" = Key::of(Shape::Text).required().example(r#""Ops <ops@example.org>""#);
        /// What the package is, in a phrase of at most 80 characters.
        "summary" = Key::of(Shape::Text).required().example(r#""small Flask site""#);
        /// What the package does, in paragraphs with a blank line between; a line that starts with a space is kept as it is.
        "description" = Key::of(Shape::Text);
        /// The section of the archive: `web`, `python`, `net`, `misc` and others; without it, `misc`.
        "section" = Key::of(Shape::Text).example(r#""web""#);
        /// The project's page.
        "homepage" = Key::of(Shape::Text).example(r#""https://example.org""#);
        /// The licence, as an SPDX expression, for `/usr/share/doc/NAME/copyright`.
        "license" = Key::of(Shape::Text).example(r#""MIT""#);
        /// Packages that must be there, beyond those that are found: the Python interpreter and the libraries that compiled
        /// modules need are added by themselves.
        "depends" = Key::of(TEXTS).example(r#"["redis-server (>= 5:7.0)"]"#);
        /// Packages that are installed with it unless the administrator says no.
        "recommends" = Key::of(TEXTS);
        /// Packages that make it more useful.
        "suggests" = Key::of(TEXTS);
        /// Packages that cannot be installed beside it.
        "conflicts" = Key::of(TEXTS);
        /// Packages that must not be configured beside it.
        "breaks" = Key::of(TEXTS).example(r#"["old-name (<< 2.0)"]"#);
        /// Packages whose files it may overwrite.
        "replaces" = Key::of(TEXTS).example(r#"["old-name (<< 2.0)"]"#);
        /// Names it can stand in for.
        "provides" = Key::of(TEXTS).example(r#"["httpd"]"#);
        /// Fields of your own. `XB-` in front of a name is left out of the package.
        "fields" = Key::map("FIELD", &Shape::Text).example(r#"{ XB-Team = "web" }"#);
    }
}

table! {
    /// A table in place of a string says where the version comes from: exactly one of `from` and `debian`.
    VERSION {
        /// `git`: the last tag, with the distance and the commit behind it when there are commits after it. `project`: what the
        /// installed project says of itself.
        "from" = Key::of(Shape::Choice(&["git", "project"]));
        /// With `from = "git"`: which tags are versions, with one `*` for the version itself. Without it every tag that is a
        /// version counts, `v1.2` as well as `1.2`.
        "tags" = Key::of(Shape::Text).default(r#""*""#).example(r#""demo-*""#);
        /// A whole Debian version, taken as it stands, without the mapping of `version = "…"`.
        "debian" = Key::of(Shape::Text).example(r#""1:1.0~x-1""#);
    }
}

table! {
    /// A virtualenv works only with the Python of the release it was made on, so that a package is for one release.
    pub(super) TARGET {
        /// The Debian release, by its code name: `bookworm` or `trixie`; without it, that of the build machine.
        "release" = Key::of(Shape::Text).example(r#""bookworm""#);
        /// The architecture. `auto`: that of the build machine, or `all` when nothing is compiled.
        "architecture" = Key::of(Shape::Text).default(r#""auto""#);
        /// What keeps the services running.
        "service-manager" = Key::of(MANAGER).default(r#""systemd""#);
    }
}

/// What keeps services running.
pub(super) const MANAGER: Shape =
    Shape::Choice(&["systemd", "supervisor", "sysv", "runit", "daemontools"]);

table! {
    /// In these tables are only the keys that differ; those that a table must have otherwise can be missing.
    pub(in crate::recipe) OVERRIDES {
        /// See `[package]`.
        "package" = Key::of(Shape::Table(&PACKAGE));
        /// See `[source]`.
        "source" = Key::of(Shape::Table(&SOURCE));
        /// See `[build]`.
        "build" = Key::of(Shape::Table(&BUILD));
        /// See `[venv]`.
        "venv" = Key::of(Shape::Table(&VENV));
        /// See `[user]`.
        "user" = Key::of(Shape::Table(&USER));
        /// See `[users]`.
        "users" = Key::map("NAME", &Shape::Table(&USER));
        /// See `[directories]`.
        "directories" = Key::map("PATH", &Shape::Table(&DIRECTORY));
        /// See `[files]`.
        "files" = Key::map("PATH", &Shape::Either(&[Shape::Text, Shape::Table(&FILE)]));
        /// See `[env]`.
        "env" = Key::map("VARIABLE", &Shape::Text);
        /// See `[secrets]`.
        "secrets" = Key::map("VARIABLE", &Shape::Table(&SECRET));
        /// See `[questions]`.
        "questions" = Key::map("NAME", &Shape::Table(&QUESTION));
        /// See `[service]`.
        "service" = Key::map("NAME", &Shape::Table(&SERVICE));
        /// See `[[task]]`.
        "task" = Key::of(Shape::List(&Shape::Table(&TASK)));
        /// See `[commands]`.
        "commands" = Key::map("NAME", &Shape::Either(&[Shape::Text, Shape::Table(&COMMAND)]));
        /// See `[[logrotate]]`.
        "logrotate" = Key::of(Shape::List(&Shape::Table(&LOGROTATE)));
        /// See `[[nginx]]`.
        "nginx" = Key::of(Shape::List(&Shape::Table(&NGINX)));
        /// See `[passenger]`.
        "passenger" = Key::of(Shape::Table(&PASSENGER));
        /// See `[health]`.
        "health" = Key::of(Shape::Table(&HEALTH));
        /// See `[test]`.
        "test" = Key::of(Shape::Table(&TEST));
        /// See `[scripts]`.
        "scripts" = Key::of(Shape::Table(&SCRIPTS));
        /// See `[output]`.
        "output" = Key::of(Shape::Table(&OUTPUT));
    }
}

table! {
    /// How the file of the package is written.
    pub(super) OUTPUT {
        /// `zstd`, `xz`, `gzip` or `none`, with a level behind a colon or without one. Debian 11 and older read no `zstd`.
        "compression" = Key::of(Shape::Text).default(r#""zstd:9""#).example(r#""xz:6""#);
    }
}

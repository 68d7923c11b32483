//! The sections of Debian's archive (Policy §2.4): a warning for any other, which dpkg takes and no front end shows.

use super::code::Code;
use super::schema::nearest;
use super::table::Table;

/// All sections, without the area in front.
const SECTIONS: &[&str] = &[
    "admin",
    "cli-mono",
    "comm",
    "database",
    "debian-installer",
    "debug",
    "devel",
    "doc",
    "editors",
    "education",
    "electronics",
    "embedded",
    "fonts",
    "games",
    "gnome",
    "gnu-r",
    "gnustep",
    "graphics",
    "hamradio",
    "haskell",
    "httpd",
    "interpreters",
    "introspection",
    "java",
    "javascript",
    "kde",
    "kernel",
    "libdevel",
    "libs",
    "lisp",
    "localization",
    "mail",
    "math",
    "metapackages",
    "misc",
    "net",
    "news",
    "ocaml",
    "oldlibs",
    "otherosfs",
    "perl",
    "php",
    "python",
    "ruby",
    "rust",
    "science",
    "shells",
    "sound",
    "tasks",
    "tex",
    "text",
    "utils",
    "vcs",
    "video",
    "web",
    "x11",
    "xfce",
    "zope",
];

/// Areas of the archive that stand in front of a section.
const AREAS: &[&str] = &["contrib", "non-free", "non-free-firmware"];

/// Warns of a section that Debian does not have.
pub(super) fn check(table: &Table<'_>) {
    let Some(text) = table.string("section") else {
        return;
    };
    let section = match text.value.split_once('/') {
        Some((area, section)) if AREAS.contains(&area) => section,
        _ => &text.value,
    };
    if SECTIONS.contains(&section) {
        return;
    }
    let help = nearest(SECTIONS.iter().copied(), section).map_or_else(
        || "write one of Debian's, such as `web`, `net`, `python` or `misc`".to_owned(),
        |known| format!("did you mean `{known}`?"),
    );
    table.warning(
        Code::UnusualValue,
        text.span,
        format!("Debian has no section `{}`", text.value),
        "",
        help,
    );
}

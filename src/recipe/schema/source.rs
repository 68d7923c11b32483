//! `[source]` and `[build]`.

use super::{Key, Shape, TEXTS, table};

/// A path in the source.
pub(super) const SOURCE_PATH: Shape = Shape::Pattern("^[^/]");

/// A SHA-256 sum in hex.
const SHA256: Shape = Shape::Pattern("^[0-9a-f]{64}$");

table! {
    /// Exactly one of `git`, `path` and `archive` says where it is.
    pub(super) SOURCE {
        /// A repository: a folder, or an address that git understands. What is not committed is not packaged.
        "git" = Key::of(Shape::Text).example(r#""..""#);
        /// The tag, branch or commit that is packaged.
        "ref" = Key::of(Shape::Text).default(r#""HEAD""#).example(r#""v1.4.2""#);
        /// A folder that is packaged as it is, without what git ignores, build folders and virtualenvs.
        "path" = Key::of(Shape::Text).example(r#""..""#);
        /// An archive, as a file or an address: `.tar.gz`, `.tar.xz` or `.zip`. It needs `sha256`.
        "archive" = Key::of(Shape::Text).example(r#""demo-1.0.tar.gz""#);
        /// The SHA-256 sum of the archive.
        "sha256" = Key::of(SHA256);
        /// The folder of the source that holds the app.
        "subdirectory" = Key::of(SOURCE_PATH).example(r#""app""#);
        /// Whether submodules are part of the source.
        "submodules" = Key::of(Shape::Boolean).default("false");
        /// Patches beside the recipe, applied in this order and without fuzz.
        "patches" = Key::of(TEXTS).example(r#"["fix.patch"]"#);
        /// More sources, each with its place in the first one.
        "extra" = Key::of(Shape::List(&Shape::Table(&EXTRA)));
    }
}

table! {
    /// One more source, which is put into the first: exactly one of `git`, `path` and `archive` says where it is.
    EXTRA {
        /// See `[source]`.
        "git" = Key::of(Shape::Text).example(r#""https://example.org/lib.git""#);
        /// See `[source]`.
        "ref" = Key::of(Shape::Text).default(r#""HEAD""#);
        /// See `[source]`.
        "path" = Key::of(Shape::Text);
        /// See `[source]`.
        "archive" = Key::of(Shape::Text);
        /// See `[source]`.
        "sha256" = Key::of(SHA256);
        /// The folder of this source that is taken.
        "subdirectory" = Key::of(SOURCE_PATH);
        /// Where it is put in the first source.
        "into" = Key::of(SOURCE_PATH).required().example(r#""vendor/lib""#);
        /// Whether it is installed into the virtualenv as a project.
        "install" = Key::of(Shape::Boolean).default("false");
    }
}

table! {
    /// What is needed and done on the build machine.
    pub(super) BUILD {
        /// Debian packages that the build needs, such as compilers and headers; only the missing ones are installed.
        "apt" = Key::of(Shape::List(&super::package::PACKAGE_NAME)).example(r#"["gcc", "libpq-dev"]"#);
        /// Lines of sh that are run in the source before the virtualenv is made, such as those that build style sheets.
        "before" = Key::of(TEXTS).example(r#"["npm ci", "lessc a.less a.css"]"#);
        /// Lines of sh that are run in the source when the virtualenv is there. They see the package at its final path, with what `[files]`
        /// ships there; what they make, change or remove below the prefix becomes part of the package.
        "after" = Key::of(TEXTS).example(r#"["@prefix@/bin/python manage.py collectstatic --noinput"]"#);
        /// Variables for `before` and `after`, and for the building of wheels.
        "env" = Key::map("VARIABLE", &Shape::Text).example(r#"{ NODE_ENV = "production" }"#);
        /// Whether the installer runs under eatmydata, which makes it faster on slow disks: `auto` where it is installed.
        "eatmydata" = Key::of(Shape::Choice(&["auto", "always", "never"])).default(r#""auto""#);
    }
}

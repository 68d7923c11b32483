//! `[venv]`.

use super::source::SOURCE_PATH;
use super::{Key, Shape, TEXTS, table};

table! {
    /// It is the package's own folder on the host, and holds all that the app needs of Python but Python itself.
    pub(super) VENV {
        /// Where it is on the host; without it, `/opt/NAME`.
        "prefix" = Key::of(Shape::Text).example(r#""/opt/demosite""#);
        /// The version of Python; without it, that of the release. The interpreter is always the distribution's own.
        "python" = Key::of(Shape::Text).example(r#""3.11""#);
        /// Requirements that are installed, as pip reads them (PEP 508). One may have `--hash=sha256:DIGITS` at its end; beside a lock
        /// each must.
        "packages" = Key::of(TEXTS).example(r#"["gunicorn==23.0.0"]"#);
        /// Requirements files in the source. Where there are hashes in them, what is installed must have them.
        "requirements" = Key::of(Shape::List(&SOURCE_PATH)).example(r#"["requirements.txt"]"#);
        /// Constraints files in the source.
        "constraints" = Key::of(Shape::List(&SOURCE_PATH)).example(r#"["constraints.txt"]"#);
        /// A lock file in the source: `uv.lock`, `pylock.toml` (PEP 751) or `poetry.lock`. Exactly what it names is installed, with its hashes; groups for development
        /// are left out, and `extras` are those of the lock.
        "lock" = Key::of(SOURCE_PATH).example(r#""uv.lock""#);
        /// A requirements file in the source that names all that building wheels needs, with hashes. What must be built is then built in
        /// an environment that holds exactly this: the source itself, and what a lock has no wheel of. Nothing else is built. Without it,
        /// build requirements come unchecked; beside a lock, the build says which, and writes such a file beside the package.
        "build-constraints" = Key::of(SOURCE_PATH).example(r#""build-requirements.txt""#);
        /// Whether the source itself is installed, as a wheel; without it, whenever there is a source. `false` is for an app that
        /// cannot be installed, having neither a `pyproject.toml` nor a `setup.py`: its files are then shipped by `[files]`.
        "project" = Key::of(Shape::Boolean);
        /// Extras of the project (PEP 685).
        "extras" = Key::of(TEXTS).example(r#"["web"]"#);
        /// The program that installs: `auto` is uv where it is found or can be fetched, else pip.
        "installer" = Key::of(Shape::Choice(&["auto", "uv", "pip"])).default(r#""auto""#);
        /// The package index, in place of the one that the build machine is set up for. Names and passwords come from the
        /// environment or from netrc, never from here.
        "index-url" = Key::of(Shape::Text);
        /// More package indexes.
        "extra-index-url" = Key::of(TEXTS);
        /// Folders or pages with wheels and source distributions; folders are relative to the recipe.
        "find-links" = Key::of(TEXTS).example(r#"["wheels"]"#);
        /// Whether no index is asked: everything comes from `find-links`.
        "offline" = Key::of(Shape::Boolean).default("false");
        /// `system`: the distribution's Python, which the package depends on. `bundled`: the package brings its own below its prefix, and the
        /// host needs none. It is the release's, from the distribution's packages, or the one in `python-home`. The libraries that it needs
        /// stay the distribution's. Its security updates reach the host only with a new build.
        "interpreter" = Key::of(Shape::Choice(&["system", "bundled"])).default(r#""system""#);
        /// With `interpreter = "bundled"`: the folder of a Python that can be moved, with `bin/python3` and `lib/python3.X` in it, relative to the recipe.
        "python-home" = Key::of(Shape::Text).example(r#""python""#);
        /// Whether the package holds compiled modules (`.pyc`), so that the app starts fast and nothing is written on the host.
        "bytecode" = Key::of(Shape::Boolean).default("true");
        /// What is left out of the virtualenv: pip itself, the `activate` scripts for shells, setuptools unless something needs
        /// it, folders with tests that no module imports, type stubs beside their modules, translations from English.
        "prune" = Key::of(Shape::List(&Shape::Choice(&["pip", "activate", "setuptools", "tests", "stubs", "locales"]))).default(r#"["pip", "activate"]"#);
        /// What must work in the virtualenv before the package is written.
        "verify" = Key::of(Shape::Table(&VERIFY));
    }
}

table! {
    /// It is tried at its final path. A build fails when something does not work.
    VERIFY {
        /// Modules that can be imported.
        "imports" = Key::of(TEXTS).example(r#"["demosite"]"#);
        /// Lines of sh that succeed.
        "commands" = Key::of(TEXTS).example(r#"["@prefix@/bin/demosite --version"]"#);
        /// Variables for both.
        "env" = Key::map("VARIABLE", &Shape::Text).example(r#"{ DEMOSITE_CONFIG_PATH = "etc/config.cfg" }"#);
        /// Files of the virtualenv that may name paths of the build machine, as patterns. Any other file that does makes the build
        /// fail.
        "allow-leaks" = Key::of(TEXTS).example(r#"["lib/**/build-info.txt"]"#);
    }
}

//! Turns a Python app in a git repository into a `.deb` whose `dpkg -i` gives a configured, running service.
//!
//! The pipeline, each stage a function from the value before it to its own (DESIGN 2):
//!
//! 1. [`recipe`] reads the user's words into a checked `Recipe`.
//! 2. [`plan`] decides everything that can be known before the first side effect.
//! 3. [`apt`] installs what the build machine lacks.
//! 4. [`source`] exports exactly one commit.
//! 5. [`venv`] makes the virtualenv in a staging folder, and reads it back fixed up for its final path.
//! 6. [`package`] assembles layers, control fields and scripts, and proves that nothing of the builder is named;
//!    [`services`] renders what the service manager reads.
//!    [`depends`] finds the packages that compiled files need.
//! 7. [`deb`] writes the archive; it knows nothing of Python.
//!
//! [`init`] writes a recipe for an app that it looks at.
//!
//! [`lockfile`] reads the locks of uv, Poetry and PEP 751 for the plan.
//!
//! [`inspect`] says what a package is, and how two differ.
//!
//! [`doctor`] says what a machine lacks for a build.
//!
//! [`target`] makes the clean roots that packages are tried in.
//!
//! [`commands`] glues the stages together, [`report`] is the only code that prints, in the colours of [`paint`], and [`sys`] the only one that touches
//! files, processes, the environment and the clock.

pub mod apt;
pub mod cli;
pub mod commands;
pub mod deb;
pub mod depends;
pub mod doctor;
pub mod failure;
pub mod init;
pub mod inspect;
pub mod lockfile;
pub mod package;
pub mod paint;
pub mod plan;
pub mod recipe;
pub mod report;
pub mod services;
pub mod source;
pub mod sys;
pub mod target;
pub mod venv;

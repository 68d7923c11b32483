//! Locks, indexes and installers: what is installed, from where, and what stays hidden.

/// What every test here starts from: distributions, an app, and locks of them.
pub(crate) mod app;

/// Locks of each tool with each installer, against what uv itself installs.
mod same;

/// What builds wheels, with and without hashes.
mod built;

/// Locks in subdirectories, of folders and of repositories.
mod places;

/// Distributions that are for another Python.
mod python;

/// Indexes behind credentials.
mod private;

/// What is written beside the package, and built from again.
mod written;

/// What runs before the build, and without syncs.
mod surroundings;

//! Turns a Python app in a git repository into a `.deb` whose `dpkg -i` gives a configured, running service.

pub mod failure;
pub mod sys;
pub mod target;

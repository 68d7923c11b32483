//! The five systems that this program is for, each from its recipe in `recipes/` to a host where it is used as a person would.

mod demosite_sysv;
mod hello;
mod host;

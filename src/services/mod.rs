//! What each service manager is told of the package's services: pure renderers, one folder for each manager.
//!
//! A manager makes of its services one value, a [`Provision`]: files, links, packages to depend on, and the steps of the
//! maintainer scripts. What composes the package takes the sum of all of them from [`provide`], and knows no manager.
//!
//! A step is a call of a function of sh that stands in a file beside the manager, with words of the recipe as its
//! arguments (deb.md 3.15). Steps that differ between managers in nothing but a verb are in `steps/`, and call the verbs
//! of `by_supervisor`, `by_sysv`, `by_runit` and `by_daemontools`.

mod account;
mod copies;
mod cron;
mod daemontools;
pub mod environment;
mod launcher;
pub mod logrotate;
mod nginx;
mod passenger;
mod provision;
mod runit;
mod singleton;
mod step;
mod supervised;
mod supervisor;
mod systemd;
mod sysv;

pub use provision::{Provision, ServiceFile, Steps, provide};
pub(crate) use step::snippet;
pub use step::{SNIPPETS, Snippet, Step};

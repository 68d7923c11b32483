//! What each service manager is told of the package's services: pure renderers, one file for each manager.

pub mod environment;
pub mod logrotate;
pub mod systemd;

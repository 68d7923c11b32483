//! One app under every service manager, each running as it does on a host: the same words and environment reach the programs,
//! and dpkg's and the administrator's wishes are obeyed in the same way.

pub(crate) mod app;
pub(crate) mod calls;
mod change;
mod life;
mod units;
mod upgrade;
mod values;

//! A dashboard of processes under Passenger: its own server behind nginx, and Apache.

mod apache;
mod app;
mod checks;
mod standalone;

//! A dashboard of the host under Passenger: behind nginx as the user of the web server, and in Apache.

mod apache;
mod app;
mod life;
mod nginx;
mod visitor;

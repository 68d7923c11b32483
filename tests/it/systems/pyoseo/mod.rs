//! The catalogue: Django behind nginx, a worker and a clock of celery on Redis, deliveries by proftpd.

mod app;
mod browser;
mod change;
mod life;
mod logs;

//! Flask and Celery with the Redis server of Debian: a site of four instances, a worker, and a clock that there is never two of.
//!
//! What is asked of one instance is done by the worker; each tick is sent by the one clock that there was at that time.

mod app;
mod supervisor;
mod systemd;

//! Sites of nginx on hosts with the real nginx: served, broken, upgraded, removed, purged.

mod app;
mod broken;
mod calls;
mod chain;
mod served;
mod words;

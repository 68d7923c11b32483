//! The only users of files, processes, the environment and the clock (DESIGN 2, 3).
//!
//! Everything else takes and returns values; `clippy.toml` enforces it.

pub mod background;
pub mod clock;
pub mod command;
pub mod environment;
pub mod fs;
pub mod git_environment;
pub mod host;
pub mod input;
pub mod interrupt;
pub mod isolation;
pub mod listing;
pub mod lock;
pub mod masked;
pub mod output;
pub mod panic;
pub mod process;
pub mod spool;
pub mod stat;
pub mod terminal;
pub mod watch;
pub mod workdir;

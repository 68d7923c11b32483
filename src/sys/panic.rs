//! A panic in any thread ends the process, with what was begun taken away and an exit code of its own.
//!
//! A panic is a fault of deb-build-app. The process ends where it happens: a thread that panics would otherwise be joined by
//! another one, which panics too and says a second time, and less, what was said.
#![expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "the effectful edge: there is nothing to return to"
)]

use super::interrupt;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;
use std::sync::Mutex;

/// What is known of a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// What it says.
    pub message: String,
    /// File, line and column.
    pub place: String,
    /// The name of the thread.
    pub thread: String,
    /// How it came to that, when `RUST_BACKTRACE` asks for it.
    pub backtrace: Option<String>,
}

/// Makes every panic end the process with `exit_code`, after `tell` has been given what is known. Called once, by `main`.
pub fn end_with(exit_code: u8, tell: impl Fn(&Panic) + Send + Sync + 'static) {
    let only_one = Mutex::new(());
    std::panic::set_hook(Box::new(move |hook| {
        // The first one holds the lock until the process is gone; another thread waits here meanwhile.
        let _told = only_one.lock();
        tell(&Panic::new(hook));
        interrupt::undo_now();
        std::process::exit(i32::from(exit_code));
    }));
}

impl Panic {
    fn new(hook: &PanicHookInfo<'_>) -> Self {
        let backtrace = Backtrace::capture();
        let payload = hook.payload();
        // `panic!` gives a literal as it is and a formatted text as a `String`.
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Panic {
            message: message.unwrap_or("no message").to_owned(),
            place: hook
                .location()
                .map_or_else(|| "unknown place".to_owned(), ToString::to_string),
            thread: std::thread::current()
                .name()
                .unwrap_or("without a name")
                .to_owned(),
            backtrace: (backtrace.status() == BacktraceStatus::Captured)
                .then(|| backtrace.to_string()),
        }
    }
}

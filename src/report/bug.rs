//! What is said when deb-build-app itself is wrong: one message that no user has to take for a fault of theirs.

use super::{Look, Stream};
use crate::failure::{Failure, Kind, render_with};
use crate::paint::Paint;
use crate::sys::panic::Panic;
use std::io::Write as _;

/// Prints what happened to standard error; called once, in a process that ends then.
pub fn print_bug(panic: &Panic, look: &Look) {
    // The line that moves is in the middle of itself: it is cleared (`EL`).
    let clear = if look.spinner { "\r\u{1b}[2K" } else { "" };
    let text = render_bug(panic, look.paint(Stream::Progress));
    // Where standard error cannot be written, the exit code still tells.
    let _ = write!(std::io::stderr(), "{clear}{text}");
}

/// Renders what happened, where, whose fault it is, and how to see more.
fn render_bug(panic: &Panic, paint: Paint) -> String {
    let failure = Failure::new(
        Kind::Bug,
        format!(
            "deb-build-app {} has a bug: {}",
            env!("CARGO_PKG_VERSION"),
            panic.message
        ),
    )
    .details([format!(
        "at {}, in the thread `{}`",
        panic.place, panic.thread
    )])
    .details(panic.backtrace.iter().flat_map(|text| text.lines()));
    let next = if panic.backtrace.is_some() {
        "the fault is ours, not yours: report it with these lines"
    } else {
        "the fault is ours, not yours: set `RUST_BACKTRACE=1`, run it again, and report what it prints"
    };
    render_with(&failure.hint(next).into(), paint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_told_with_its_place_and_whose_fault_it_is() {
        let mut panic = Panic {
            message: "index out of bounds".to_owned(),
            place: "src/plan.rs:3:5".to_owned(),
            thread: "main".to_owned(),
            backtrace: None,
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            render_bug(&panic, Paint::Plain),
            format!(
                "error: deb-build-app {version} has a bug: index out of bounds\n  \
                 | at src/plan.rs:3:5, in the thread `main`\n\n\
                 hint: the fault is ours, not yours: set `RUST_BACKTRACE=1`, run it again, and report what it prints\n"
            )
        );
        panic.backtrace = Some("0: one\n1: two\n".to_owned());
        assert_eq!(
            render_bug(&panic, Paint::Plain),
            format!(
                "error: deb-build-app {version} has a bug: index out of bounds\n  \
                 | at src/plan.rs:3:5, in the thread `main`\n  | 0: one\n  | 1: two\n\n\
                 hint: the fault is ours, not yours: report it with these lines\n"
            )
        );
    }
}

//! Where the output goes, and what the environment says about colours and progress.
#![expect(clippy::disallowed_methods, reason = "the effectful edge")]

use std::io::IsTerminal as _;

/// What decides how the output looks; `Look` of `report` decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and all are independent"
)]
pub struct Terminal {
    /// Standard output is a terminal.
    pub stdout: bool,
    /// Standard error is a terminal.
    pub stderr: bool,
    /// `NO_COLOR` is set and not empty (no-color.org).
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set, and neither empty nor `0`.
    pub force_color: bool,
    /// `TERM` is `dumb` or not set: the terminal knows no escape codes.
    pub dumb: bool,
    /// `CI` is set, and neither empty nor `false`: nobody watches.
    pub ci: bool,
}

impl Terminal {
    /// Looks at the streams and at the environment.
    pub fn probe() -> Self {
        let set = |name: &str, off: &str| {
            std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != off)
        };
        Terminal {
            stdout: std::io::stdout().is_terminal(),
            stderr: std::io::stderr().is_terminal(),
            no_color: set("NO_COLOR", ""),
            force_color: set("CLICOLOR_FORCE", "0"),
            dumb: !set("TERM", "dumb"),
            ci: set("CI", "false"),
        }
    }
}

/// Returns what `DEB_BUILD_APP_COLOR` says. The command line reads it too; this is for the time before that is understood.
pub fn color_variable() -> Option<String> {
    std::env::var("DEB_BUILD_APP_COLOR").ok()
}

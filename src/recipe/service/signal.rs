//! Signals by their names (signal(7)), and what makes a service read its configuration again.

use crate::recipe::names::{Invalid, invalid};
use crate::recipe::words::Words;
use std::fmt;
use std::str::FromStr;

/// A signal that one sends to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(&'static str);

/// What makes a service read its configuration again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reload {
    /// A signal to its first process.
    Signal(Signal),
    /// A command.
    Command(Words),
}

/// The signals that programs act on.
const SIGNALS: &[&str] = &[
    "HUP", "INT", "QUIT", "ABRT", "KILL", "USR1", "USR2", "ALRM", "TERM", "CONT", "STOP", "TSTP",
    "TTIN", "TTOU", "URG", "WINCH", "IO", "PWR",
];

impl Signal {
    /// What ends a service when the recipe does not say.
    pub const TERM: Signal = Signal("TERM");

    /// Returns its name without `SIG`.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Returns whether a text looks like the name of a signal, so that it is no command.
    pub(super) fn is_meant(text: &str) -> bool {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIG{}", self.0)
    }
}

impl FromStr for Signal {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bare = text.strip_prefix("SIG").unwrap_or(text);
        match SIGNALS.iter().find(|name| **name == bare) {
            Some(name) => Ok(Signal(name)),
            None => invalid("this is no signal, such as `TERM`, `INT`, `HUP` or `USR1`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_names_with_or_without_sig() {
        assert_eq!("SIGHUP".parse(), Ok(Signal("HUP")));
        assert_eq!("TERM".parse(), Ok(Signal::TERM));
        for text in ["hup", "15", "SIGSIGHUP", "", "TERM ", "SIGSEGV"] {
            assert!(text.parse::<Signal>().is_err(), "{text:?}");
        }
    }
}

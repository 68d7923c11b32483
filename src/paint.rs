//! Colours of what is printed: a value that is handed down, decided once for each stream by [`crate::report::Look`].
//!
//! Colour only repeats what the words say: every text is understood without it.

use anstyle::{AnsiColor, Style};

/// Whether a text gets colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paint {
    /// No escape code at all.
    #[default]
    Plain,
    /// ANSI colours (ECMA-48, `SGR`).
    Colour,
}

impl Paint {
    /// Paints what is wrong: red and bold.
    pub fn error(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    /// Paints what may be wrong: yellow and bold.
    pub fn warning(self, text: &str) -> String {
        self.with(AnsiColor::Yellow.on_default().bold(), text)
    }

    /// Paints what can be done about it: cyan and bold.
    pub fn hint(self, text: &str) -> String {
        self.with(AnsiColor::Cyan.on_default().bold(), text)
    }

    /// Paints what is well: green and bold.
    pub fn good(self, text: &str) -> String {
        self.with(AnsiColor::Green.on_default().bold(), text)
    }

    /// Paints what matters less: dim.
    pub fn aside(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    fn with(self, style: Style, text: &str) -> String {
        match self {
            Paint::Plain => text.to_owned(),
            Paint::Colour => format!("{style}{text}{style:#}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_ends_where_its_text_ends() {
        assert_eq!(
            Paint::Colour.error("error:"),
            "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m"
        );
        assert_eq!(Paint::Plain.error("error:"), "error:");
    }
}

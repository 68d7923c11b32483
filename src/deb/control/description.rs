//! The extended description and how it is folded (Policy 5.6.13).
//!
//! Lines of prose longer than 79 columns are wrapped, lines are never joined; lines that begin with a space are kept as they
//! are, as tools show them. A blank line becomes ` .`; what begins with a full stop is reserved for that and refused.

use super::name::describe;
use crate::deb::Invalid;
use std::str::FromStr;

/// The width of a line of prose with its leading space: less than 80 columns (Policy 3.4.2).
const WIDTH: usize = 79;

/// The text below the summary; empty when there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(Vec<String>);

impl Description {
    /// Returns it as lines of a control field, each with its line break.
    pub fn render_folded(&self) -> String {
        self.0
            .iter()
            .map(|line| match line.as_str() {
                "" => " .\n".to_owned(),
                line => format!(" {line}\n"),
            })
            .collect()
    }
}

impl FromStr for Description {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut lines = Vec::new();
        for line in text.lines().map(str::trim_end) {
            if let Some(c) = line.chars().find(|c| c.is_control()) {
                return Err(Invalid::new(format!(
                    "has {} in the line `{}`",
                    describe(c),
                    crate::failure::printable(line)
                )));
            }
            if line.starts_with('.') {
                return Err(Invalid::new(format!(
                    "has a line that begins with a full stop, `{line}`: put a space in front"
                )));
            }
            lines.extend(wrap(line));
        }
        let first = lines.iter().position(|line| !line.is_empty());
        let last = lines.iter().rposition(|line| !line.is_empty());
        Ok(Description(match (first, last) {
            (Some(first), Some(last)) => lines[first..=last].to_vec(),
            _ => Vec::new(),
        }))
    }
}

fn wrap(line: &str) -> Vec<String> {
    if line.starts_with(' ') || line.chars().count() < WIDTH {
        return vec![line.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            // A line must not begin with a full stop, so that such a word stays where it is.
            Some(last)
                if word.starts_with('.')
                    || last.chars().count() + 1 + word.chars().count() < WIDTH =>
            {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Result<String, Invalid> {
        text.parse::<Description>().map(|text| text.render_folded())
    }

    #[test]
    fn blank_lines_and_verbatim_lines_survive_the_folding() {
        let text = "\nProse here.\n\n - one\n - two\r\n\nEnd.  \n\n";
        let expected = " Prose here.\n .\n  - one\n  - two\n .\n End.\n";
        assert_eq!(folded(text), Ok(expected.to_owned()));
        assert_eq!(folded(" \n\n"), Ok(String::new()));
    }

    #[test]
    fn prose_is_wrapped_but_never_before_a_full_stop() {
        let text = format!("{} .NET bbb", "a".repeat(76));
        let expected = format!(" {} .NET\n bbb\n", "a".repeat(76));
        assert_eq!(folded(&text), Ok(expected));
        for line in folded(&"word ".repeat(60)).expect("it is plain").lines() {
            assert!(line.len() < 80, "{line:?}");
        }
        let verbatim = format!(" {}", "word ".repeat(60).trim_end());
        assert_eq!(folded(&verbatim), Ok(format!(" {verbatim}\n")));
    }

    #[test]
    fn what_could_end_the_field_is_refused() {
        for bad in [".", ".x", "a\n.\nb", "a\tb", "a\0", "a\rb", "bell \u{7}"] {
            assert!(folded(bad).is_err(), "{bad:?}");
        }
    }
}

//! `/etc/default/NAME`: the environment of the services, in words that sh and systemd read alike.
//!
//! Values are always single-quoted, `'` as `'"'"'`: dash and systemd agree on nothing else (DESIGN 5).

use crate::recipe::{VariableName, VariableValue};
use std::fmt::Write as _;

/// Renders the file for the administrator.
pub fn render(package: &str, variables: &[(VariableName, VariableValue)]) -> String {
    let mut text = format!(
        "# Environment of the services of {package}. Restart them after a change.\n\
         # One NAME='value' a line, always in single quotes; a quote inside is written '\"'\"'.\n"
    );
    for (name, value) in variables {
        let _ = writeln!(text, "{name}={}", quote(value.as_str()));
    }
    text
}

/// Quotes text so that sh and systemd's `EnvironmentFile=` read it back unchanged.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r#"'"'"'"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_inside_a_value_leaves_and_enters_the_quotes_again() {
        let name: VariableName = "A".parse().expect("a name");
        let value: VariableValue = "it's $HOME \\ \"x\"".parse().expect("a value");
        let text = render("demo", &[(name, value)]);
        assert_eq!(text.lines().last(), Some(r#"A='it'"'"'s $HOME \ "x"'"#));
    }
}

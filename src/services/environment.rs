//! `/etc/default/NAME`: the environment of the services, in words that sh and systemd read alike.
//!
//! Values are always single-quoted, `'` as `'"'"'`: dash and systemd agree on nothing else (DESIGN 5).

use crate::recipe::{Recipe, VariableName, VariableValue};
use std::fmt::Write as _;

/// Returns the files that the environment of every service, task and command is read from: of two that set a variable, the
/// later one counts.
pub fn files(recipe: &Recipe) -> Vec<String> {
    let mut files = Vec::new();
    if !recipe.questions.is_empty() {
        files.push(answers(recipe));
    }
    if !recipe.secrets.is_empty() {
        files.push(secrets(recipe));
    }
    files.push(format!("/etc/default/{}", recipe.package.name));
    files
}

/// Returns where the values are that are made on the host.
pub fn secrets(recipe: &Recipe) -> String {
    format!("/etc/{}/secrets.env", recipe.package.name)
}

/// Returns where the answers to the questions are.
pub fn answers(recipe: &Recipe) -> String {
    format!("/etc/{}/answers.env", recipe.package.name)
}

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

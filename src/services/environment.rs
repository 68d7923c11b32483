//! The environment of services: what is always set, `/etc/default/NAME`, and which files are read, in which order.
//!
//! Values in files are always single-quoted, `'` as `'"'"'`: dash and systemd agree on nothing else (DESIGN 5).

use super::account::Account;
use crate::recipe::{Recipe, Service, VariableName, VariableValue};
use std::fmt::Write as _;

/// Renders `/etc/default/NAME` or `/etc/default/NAME-SERVICE` for the administrator.
pub fn render(of: &str, variables: &[(VariableName, VariableValue)]) -> String {
    let mut text = format!(
        "# Environment of the services of {of}. Restart them after a change.\n\
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

/// Returns the variables that every manager sets, the lowest of all. `PORT` of several copies is not among them.
///
/// `LANG` is among them because systemd would take it from `/etc/locale.conf`, and the others from nowhere.
pub(super) fn own(
    recipe: &Recipe,
    service: &Service,
    account: &Account,
) -> Vec<(&'static str, String)> {
    let prefix = &recipe.venv.prefix;
    let mut own = vec![
        ("HOME", account.home.clone()),
        ("LANG", "C.UTF-8".to_owned()),
        ("LOGNAME", account.user.clone()),
        ("PATH", format!("{prefix}/bin:/usr/local/bin:/usr/bin:/bin")),
        ("USER", account.user.clone()),
    ];
    if let Some(port) = service.port.filter(|_| service.instances == 1) {
        own.push(("PORT", port.to_string()));
    }
    own
}

/// Returns the files that a service's environment is read from, the lowest first (DESIGN 5).
pub(super) fn files(recipe: &Recipe, service: &Service) -> Vec<String> {
    let name = &recipe.package.name;
    let mut files = Vec::new();
    if !recipe.questions.is_empty() {
        files.push(format!("/etc/{name}/answers.env"));
    }
    if !recipe.secrets.is_empty() {
        files.push(format!("/etc/{name}/secrets.env"));
    }
    files.push(format!("/etc/default/{name}"));
    files.push(format!("/etc/default/{name}-{}", service.name));
    files
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

//! The environment of services: what is always set, `/etc/default/NAME`, and which files are read, in which order.
//!
//! Values in files are always single-quoted, `'` as `'"'"'`: dash and systemd agree on nothing else (DESIGN 5).

use super::account::Account;
use crate::recipe::{POOL, Recipe, Service, UserName, VariableName, VariableValue};
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

/// Returns the files of a service: those of all, and its own, which counts most (DESIGN 5).
pub(super) fn files_of(recipe: &Recipe, service: &Service) -> Vec<String> {
    let mut files = files(recipe);
    let name = &recipe.package.name;
    files.push(format!("/etc/default/{name}-{}", service.name));
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

/// Returns the variables that are set for everything that runs as a user of the app, the lowest of all.
pub fn of_user(recipe: &Recipe, user: &UserName) -> Vec<(&'static str, String)> {
    of_account(recipe, &Account::named(recipe, user))
}

/// `LANG` is among them because systemd would take it from `/etc/locale.conf`, and the others from nowhere.
fn of_account(recipe: &Recipe, account: &Account) -> Vec<(&'static str, String)> {
    let prefix = &recipe.venv.prefix;
    vec![
        ("HOME", account.home.clone()),
        ("LANG", "C.UTF-8".to_owned()),
        ("LOGNAME", account.user.clone()),
        ("PATH", format!("{prefix}/bin:/usr/local/bin:/usr/bin:/bin")),
        ("USER", account.user.clone()),
    ]
}

/// Returns the variables that every manager sets for a service. `PORT` of several copies is not among them.
pub(super) fn own(
    recipe: &Recipe,
    service: &Service,
    account: &Account,
) -> Vec<(&'static str, String)> {
    let mut own = of_account(recipe, account);
    if let Some(port) = service.port.filter(|_| service.instances == 1) {
        own.push(("PORT", port.to_string()));
    }
    let passenger = recipe.passenger.as_ref();
    if passenger.is_some_and(|it| it.is_service(&service.name)) {
        // Passenger ends with a core dump where an administrator has removed the file that says it.
        let (name, value) = POOL;
        own.push((name, value.to_owned()));
    }
    own
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

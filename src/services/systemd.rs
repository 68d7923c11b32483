//! systemd units (systemd.service(5), systemd.exec(5)).
//!
//! `Type=exec`, so that a program that cannot be started fails the start. Directories are made by postinst: a
//! `StateDirectory=` would re-own whole trees (DESIGN 5).

use super::environment;
use crate::recipe::{Piece, Prefix, Recipe, Service, ServiceUser, Word};
use std::fmt::Write as _;

/// Renders the unit of a service.
pub fn render(recipe: &Recipe, service: &Service, user: &ServiceUser) -> String {
    let prefix = &recipe.venv.prefix;
    let after: Vec<String> = std::iter::once("network.target".to_owned())
        .chain(service.after.iter().map(ToString::to_string))
        .collect();
    let directory = service
        .directory
        .as_ref()
        .map_or(prefix.as_str(), |directory| directory.as_str());
    let mut unit = String::new();
    let mut line = |text: String| {
        let _ = writeln!(unit, "{text}");
    };
    line("[Unit]".to_owned());
    // A backslash at its end would join the next line to it.
    let description = description(recipe, service);
    line(format!(
        "Description={}",
        escape_specifiers(description.trim_end_matches('\\'))
    ));
    line(format!("After={}", after.join(" ")));
    line("StartLimitIntervalSec=0".to_owned());
    line(String::new());
    line("[Service]".to_owned());
    line("Type=exec".to_owned());
    line(format!("User={}", user.name));
    line(format!("Group={}", user.name));
    line(format!("WorkingDirectory={}", escape_specifiers(directory)));
    for (name, value) in own_environment(prefix, user) {
        line(format!("Environment={}", quote(&format!("{name}={value}"))));
    }
    for file in environment::files(recipe) {
        line(format!("EnvironmentFile=-{file}"));
    }
    let words: Vec<_> = service.command.iter().map(render_word).collect();
    line(format!("ExecStart={}", words.join(" ")));
    line("Restart=on-failure".to_owned());
    // A database that comes up late is no reason to give up.
    line("RestartSec=2".to_owned());
    line("NoNewPrivileges=yes".to_owned());
    line("PrivateTmp=yes".to_owned());
    line("ProtectSystem=full".to_owned());
    line("ProtectHome=read-only".to_owned());
    line(String::new());
    line("[Install]".to_owned());
    line("WantedBy=multi-user.target".to_owned());
    unit
}

fn description(recipe: &Recipe, service: &Service) -> String {
    let summary = recipe.package.summary.as_str();
    if service.name.as_str() == recipe.package.name.as_str() {
        summary.to_owned()
    } else {
        format!("{summary} ({})", service.name)
    }
}

/// The variables that every manager sets: systemd alone would give some users a home they cannot write.
fn own_environment<'a>(prefix: &Prefix, user: &'a ServiceUser) -> [(&'a str, String); 4] {
    [
        ("HOME", user.home.to_string()),
        ("LOGNAME", user.name.to_string()),
        ("PATH", format!("{prefix}/bin:/usr/local/bin:/usr/bin:/bin")),
        ("USER", user.name.to_string()),
    ]
}

fn render_word(word: &Word) -> String {
    let text: String = word
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.replace('$', "$$"),
            Piece::Variable(name) => format!("${{{name}}}"),
        })
        .collect();
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._:=,@+-${}".contains(c));
    // A lone `;` would end the command.
    if plain { text } else { quote(&text) }
}

/// Quotes a word for systemd (systemd.syntax(7), "Quoting"), with `%` doubled against specifiers.
fn quote(text: &str) -> String {
    let escaped = escape_specifiers(text)
        .replace('\\', r"\\")
        .replace('"', "\\\"");
    format!("\"{escaped}\"")
}

fn escape_specifiers(text: &str) -> String {
    text.replace('%', "%%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(command: &str) -> String {
        let words: crate::recipe::Words = command.parse().expect("a command");
        words.iter().map(render_word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_braced_names_are_expanded_by_systemd() {
        assert_eq!(
            rendered(r#"/bin/a --bind 0:${PORT} 'a b' $x 100% ; 'say "hi\'"#),
            r#"/bin/a --bind 0:${PORT} "a b" $$x "100%%" ";" "say \"hi\\""#
        );
    }
}

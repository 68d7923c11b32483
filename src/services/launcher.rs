//! `PREFIX/libexec/run-SERVICE`: what managers other than systemd start, so that the program has the argv and the environment
//! that systemd would give it (DESIGN 5).
//!
//! It begins with an empty environment, reads the files that a unit's `EnvironmentFile=` names, in their order, and becomes
//! the program as the service's user. It keeps its process id all the way, which is what managers signal.
//!
//! # Limits
//! sh reads the files: a line that the administrator does not put into quotes may mean more to it than to systemd.

use super::account::Account;
use super::copies;
use super::environment;
use super::provision::ServiceFile;
use super::singleton;
use crate::recipe::{Hardening, Piece, Recipe, Service, Word, Words};
use std::fmt::Write as _;

/// Returns the path of a service's launcher.
pub(super) fn path(recipe: &Recipe, service: &Service) -> String {
    format!("{}/libexec/run-{}", recipe.venv.prefix, service.name)
}

/// Returns the launcher.
pub(super) fn file(recipe: &Recipe, service: &Service) -> ServiceFile {
    let text = Account::of(recipe, service)
        .map(|account| render(recipe, service, &account))
        .unwrap_or_default();
    ServiceFile::own(&path(recipe, service)[1..], text).program()
}

fn render(recipe: &Recipe, service: &Service, account: &Account) -> String {
    let name = &recipe.package.name;
    let directory = service
        .directory
        .as_ref()
        .map_or(recipe.venv.prefix.as_str(), |path| path.as_str());
    let takes_port = copies::have_ports(service);
    let usage = if takes_port { " PORT" } else { "" };
    let mut text = format!(
        "#!/bin/sh\n\
         # Becomes the service {0} of {name}: run-{0}{usage}. Made by deb-build-app for the service manager, which runs it as root.\n\
         set -e\n\
         # Nothing of the caller's environment is for the service.\n\
         if [ \"${{DEB_BUILD_APP_PID-}}\" != \"$$\" ]; then\n\
         \x20   exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEB_BUILD_APP_PID=\"$$\" /bin/sh \"$0\" \"$@\"\n\
         fi\n\
         unset DEB_BUILD_APP_PID\n\
         umask 022\n",
        service.name
    );
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    if account.is_first(recipe) {
        let folder = quote(&format!("/run/{name}"));
        line(format!(
            "if mkdir {folder} 2>/dev/null; then\n    chown {}:{} {folder}\nfi",
            account.user,
            account.group.as_deref().unwrap_or_default()
        ));
    }
    if let Some(make) = singleton::make(recipe, service, account) {
        line(format!("({make})"));
    }
    line("set -a".to_owned());
    for (name, value) in environment::own(recipe, service, account) {
        line(format!("{name}={}", quote(&value)));
    }
    for file in environment::files_of(recipe, service) {
        let file = quote(&file);
        // What the shell finds wrong in a file is in the log, and ends the start.
        line(format!("[ ! -r {file} ] || . {file}"));
    }
    if takes_port {
        // Last of all: one port for all copies would be one copy and many failures.
        line("PORT=$1".to_owned());
    }
    line("set +a".to_owned());
    line(format!("cd {}", quote(directory)));
    let only = singleton::program(recipe, service).map_or_else(String::new, |only| only + " ");
    line(format!(
        "exec /usr/bin/env -u PWD -u OLDPWD -u SHLVL -u _ {}{only}{} </dev/null",
        rights(service, account),
        words(&service.command)
    ));
    text
}

/// Returns the words that give up root's rights (setpriv(1)).
fn rights(service: &Service, account: &Account) -> String {
    let mut words = vec!["/usr/bin/setpriv".to_owned()];
    if !account.is_root() {
        let group = match &account.group {
            Some(group) => group.clone(),
            None => format!("\"$(/usr/bin/id -g {})\"", account.user),
        };
        words.push(format!(
            "--reuid={} --regid={group} --init-groups",
            account.user
        ));
    }
    if let Hardening::On(restrictions) = &service.hardening {
        if restrictions.no_new_privileges {
            words.push("--no-new-privs".to_owned());
        }
        let kept: Vec<_> = restrictions
            .capabilities
            .iter()
            .map(|kept| {
                format!(
                    "+{}",
                    kept.as_str().trim_start_matches("CAP_").to_lowercase()
                )
            })
            .collect();
        if !kept.is_empty() && !account.is_root() {
            let kept = kept.join(",");
            words.push(format!("--inh-caps={kept} --ambient-caps={kept}"));
        }
    }
    if words.len() == 1 {
        return String::new();
    }
    words.push("-- ".to_owned());
    words.join(" ")
}

/// Returns a command as words of sh.
pub(super) fn words(command: &Words) -> String {
    let words: Vec<_> = command.iter().map(word).collect();
    words.join(" ")
}

fn word(word: &Word) -> String {
    word.iter()
        .map(|piece| match piece {
            Piece::Literal(text) => quote(text),
            Piece::Variable(name) => format!("\"${{{name}-}}\""),
        })
        .collect()
}

/// Quotes text as one word of sh, unless it is one as it stands.
pub(super) fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._:@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

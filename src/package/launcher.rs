//! Programs of sh through which tasks, commands and the health check run: as the service user, with the environment that the
//! services have (DESIGN 5).
//!
//! Root reads the files of the environment, as systemd does, so that a user who may not read the secrets can be given them.
//! Nothing of the caller's environment comes through, but for `TERM` in a program for people. Recipe text appears only as
//! single-quoted words. Nor does the caller's terminal: where there is one, the user gets a terminal of its own ([`own_terminal`]).

use super::outline::PlannedFile;
use super::own_terminal;
use super::script::quote;
use crate::recipe::{
    Health, HealthCheck, HostCommand, HostPath, Piece, Recipe, Task, UserName, Variables, Word,
    Words,
};
use crate::services::environment;
use std::fmt::Write as _;

/// Asks an address as a browser would, without following it elsewhere; a certificate need not be for this host's own name.
const ASK: &str = "\
import http.client, ssl, sys, urllib.parse
address, expected = sys.argv[1], int(sys.argv[2])
url = urllib.parse.urlsplit(address)
if url.scheme == 'https':
    there = http.client.HTTPSConnection(url.netloc, timeout=10, context=ssl._create_unverified_context())
else:
    there = http.client.HTTPConnection(url.netloc, timeout=10)
try:
    there.request('GET', (url.path or '/') + ('?' + url.query if url.query else ''))
    status = there.getresponse().status
except (OSError, http.client.HTTPException) as error:
    sys.exit(f'{address}: {error}')
if status != expected:
    sys.exit(f'{address}: status {status}, not {expected}')
";

/// Returns the program of a task.
pub(super) fn of_task(recipe: &Recipe, task: &Task) -> String {
    format!("{}/libexec/task-{}", recipe.venv.prefix, task.name)
}

/// Returns the program of the health check.
pub(super) fn of_health(recipe: &Recipe) -> String {
    format!("{}/libexec/health", recipe.venv.prefix)
}

/// Returns all programs, each with its path without the leading `/`.
pub(super) fn files(recipe: &Recipe) -> Vec<(String, PlannedFile)> {
    let mut files = Vec::new();
    let mut add = |path: String, text| {
        files.push((path[1..].to_owned(), PlannedFile::program(text)));
    };
    for task in &recipe.tasks {
        let path = of_task(recipe, task);
        let text = task_program(recipe, task, &path);
        add(path, text);
    }
    for command in &recipe.commands {
        let path = format!("/usr/bin/{}", command.name);
        let text = command_program(recipe, command, &path);
        add(path, text);
    }
    if let Some(health) = &recipe.health {
        let path = of_health(recipe);
        let text = health_program(recipe, health, &path);
        add(path, text);
    }
    if becomes_a_user(recipe) {
        files.push(own_terminal::file(recipe));
    }
    files
}

/// Returns whether one of the programs becomes another user.
fn becomes_a_user(recipe: &Recipe) -> bool {
    !recipe.tasks.is_empty()
        || recipe.commands.iter().any(|command| command.as_service)
        || (recipe.health.is_some() && recipe.user.is_some())
}

fn task_program(recipe: &Recipe, task: &Task, path: &str) -> String {
    let prefix = recipe.venv.prefix.as_str();
    let directory = task.directory.as_ref().map_or(prefix, HostPath::as_str);
    Launch {
        recipe,
        path,
        purpose: format!("Runs the task {} of {}.", task.name, recipe.package.name),
        user: task.user.as_ref(),
        directory: Some(directory),
        env: &task.env,
        command: render_words(&task.command),
        caller: Caller::Script,
    }
    .render()
}

fn command_program(recipe: &Recipe, command: &HostCommand, path: &str) -> String {
    let purpose = format!("Runs a command of {}.", recipe.package.name);
    let directory = command.directory.as_ref().map(HostPath::as_str);
    let words = format!("{} \"$@\"", render_words(&command.command));
    if command.as_service {
        return Launch {
            recipe,
            path,
            purpose,
            user: None,
            directory,
            env: &Vec::new(),
            command: words,
            caller: Caller::Person,
        }
        .render();
    }
    let mut text = format!("#!/bin/sh\n# {purpose} Made by deb-build-app.\nset -e\n");
    if let Some(directory) = directory {
        let _ = writeln!(text, "cd {}", quote(directory));
    }
    let _ = writeln!(text, "exec {words}");
    text
}

fn health_program(recipe: &Recipe, health: &Health, path: &str) -> String {
    let command = match &health.check {
        HealthCheck::Command(words) => render_words(words),
        HealthCheck::Http(address, expected) => format!(
            "{} -I -c {} {} {expected}",
            quote(&format!("{}/bin/python", recipe.venv.prefix)),
            quote(ASK),
            quote(address.as_str())
        ),
    };
    Launch {
        recipe,
        path,
        purpose: format!("Asks whether {} is well.", recipe.package.name),
        user: None,
        directory: Some(recipe.venv.prefix.as_str()),
        env: &Vec::new(),
        command,
        caller: Caller::Script,
    }
    .render()
}

/// Who calls a program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// A maintainer script.
    Script,
    /// A person at a terminal.
    Person,
}

/// A program that becomes another user.
struct Launch<'a> {
    recipe: &'a Recipe,
    path: &'a str,
    purpose: String,
    /// The user, when it is not the service user.
    user: Option<&'a UserName>,
    /// Where it runs, when that is not where it is called.
    directory: Option<&'a str>,
    env: &'a Variables,
    /// Words of sh.
    command: String,
    caller: Caller,
}

impl Launch<'_> {
    fn render(&self) -> String {
        let recipe = self.recipe;
        let path = quote(self.path);
        let terminal = match self.caller {
            Caller::Script => "",
            Caller::Person => " TERM=\"${TERM:-dumb}\"",
        };
        let mut text = format!(
            "#!/bin/sh\n# {} Made by deb-build-app.\nset -e\n",
            self.purpose
        );
        let mut line = |line: String| {
            let _ = writeln!(text, "{line}");
        };
        let Some(user) = self
            .user
            .or_else(|| recipe.user.as_ref().map(|user| &user.name))
        else {
            // There is nobody to become: a health check of an app without services asks as whoever calls it.
            line(format!("exec {}", self.command));
            return text;
        };
        let quoted = quote(user.as_str());
        line("if [ \"$(id -u)\" -ne 0 ]; then".to_owned());
        let name = self.path.rsplit('/').next().unwrap_or_default();
        line(format!(
            "    echo {} >&2",
            quote(&format!(
                "{name}: only root may run this, because it becomes the user {user}: try sudo {name}"
            ))
        ));
        line("    exit 1\nfi".to_owned());
        line("# What the caller's environment holds is no part of the service's.".to_owned());
        line("if [ -z \"${DEB_BUILD_APP_CLEAN:-}\" ]; then".to_owned());
        line(format!(
            "    exec env -i DEB_BUILD_APP_CLEAN=yes{terminal} /bin/sh {path} \"$@\""
        ));
        line("fi\nunset DEB_BUILD_APP_CLEAN".to_owned());
        if let Some(directory) = self.directory {
            line(format!("cd {}", quote(directory)));
        }
        line("set -a".to_owned());
        for (name, value) in environment::of_user(recipe, user) {
            line(format!("{name}={}", quote(&value)));
        }
        for file in environment::files(recipe) {
            let file = quote(&file);
            line(format!(
                "# shellcheck disable=SC1090,SC1091 # it is on the host\n[ ! -e {file} ] || . {file}"
            ));
        }
        line("set +a".to_owned());
        for (name, value) in self.env {
            line(format!("export {name}={}", quote(value.as_str())));
        }
        // sh itself adds these four.
        line(format!(
            "set -- /usr/bin/env -u PWD -u OLDPWD -u SHLVL -u _ \\\n    /usr/bin/setpriv --reuid {quoted} --regid \"$(/usr/bin/id -g {quoted})\" --init-groups -- \\\n    {}",
            self.command
        ));
        line(own_terminal::begin(recipe, user));
        text
    }
}

fn render_words(words: &Words) -> String {
    let words: Vec<_> = words.iter().map(render_word).collect();
    words.join(" ")
}

/// Renders one argument; what a variable holds is not split.
fn render_word(word: &Word) -> String {
    word.iter()
        .map(|piece| match piece {
            Piece::Literal(text) => quote(text),
            Piece::Variable(name) => format!("\"${{{name}:-}}\""),
        })
        .collect()
}

//! A line of shell, as a Procfile has it, as a command of a service: words, with an absolute program and `${NAME}` as the only
//! expansion (DESIGN 5).
//!
//! `cd x &&` in front becomes the directory, `$PORT` a number, `NAME=value` in front `/usr/bin/env NAME=value`. What else needs
//! a shell is given to one: `/bin/sh -c '…'`.

mod shell;

use crate::recipe::{Words, unknown_substitution};
use shell::{is_name_character, needs_shell, quote, with_braces, with_port, without_braces};
use std::fmt::Write as _;

/// A command as a recipe has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostCommand {
    /// The command.
    pub(super) text: String,
    /// The folder of the source that it runs in.
    pub(super) directory: Option<String>,
    /// The program, when the virtualenv must bring it.
    pub(super) program: Option<String>,
    /// Whether it names files of the source.
    pub(super) needs_source: bool,
    /// The port that it was given, when it asked for one.
    pub(super) port: Option<u16>,
    /// Whether a `&` at its end was taken away.
    pub(super) was_in_background: bool,
}

/// What the source has at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InSource {
    /// Nothing that was looked at.
    Nothing,
    /// A file.
    File,
    /// A file that can be executed.
    Program,
}

/// Programs of the host that are no distribution's, and where they are.
const OF_THE_HOST: &[(&str, &str)] = &[
    ("bash", "/bin/bash"),
    ("env", "/usr/bin/env"),
    ("java", "/usr/bin/java"),
    ("make", "/usr/bin/make"),
    ("nginx", "/usr/sbin/nginx"),
    ("node", "/usr/bin/node"),
    ("npm", "/usr/bin/npm"),
    ("redis-server", "/usr/bin/redis-server"),
    ("sh", "/bin/sh"),
];

/// Translates a line; `source` says what the source has at a path, `app` is where it is on the host. Of the two ports, the line
/// gets its own, that of `${PORT:-5000}`, when that is free.
///
/// # Errors
/// Why no service could run it.
pub(super) fn translate(
    line: &str,
    (port, is_free): (u16, &dyn Fn(u16) -> bool),
    app: &str,
    source: &dyn Fn(&str) -> InSource,
) -> Result<HostCommand, &'static str> {
    let line = line.trim();
    let foreground = line
        .strip_suffix('&')
        .filter(|rest| !rest.ends_with(['&', '>', '\\']));
    let (directory, rest) = leading_directory(foreground.unwrap_or(line).trim_end());
    let rest = rest.strip_prefix("exec ").unwrap_or(rest).trim();
    let port = shell::default_port(rest)
        .filter(|own| is_free(*own))
        .unwrap_or(port);
    let (rest, has_port) = with_port(rest, port);
    let needs_shell = needs_shell(&rest);
    let words = shlex::split(&rest).ok_or("a quote is not closed")?;
    let inside = |word: &str| {
        let word = word.strip_prefix("./").unwrap_or(word);
        match &directory {
            Some(directory) => format!("{directory}/{word}"),
            None => word.to_owned(),
        }
    };
    let needs_source = directory.is_some()
        || words
            .iter()
            .any(|word| source(&inside(word)) != InSource::Nothing);
    let assignments = words.iter().take_while(|word| is_assignment(word)).count();
    let name = words.get(assignments).ok_or("there is no program")?;
    let (program, own) = match source(&inside(name)) {
        _ if name.starts_with('/') || !name.contains('/') => locate(name),
        InSource::Program => (quote(&format!("{app}/{}", inside(name))), false),
        InSource::File if name.strip_suffix(".py").is_some() => (
            format!(
                "@prefix@/bin/python {}",
                quote(&format!("{app}/{}", inside(name)))
            ),
            false,
        ),
        InSource::File => return Err("its program is not executable"),
        InSource::Nothing => return Err("its program is not in the source"),
    };
    let text = if needs_shell {
        format!("/bin/sh -c {}", quote(&without_braces(&rest)))
    } else {
        let mut text = String::new();
        if assignments > 0 {
            text.push_str("/usr/bin/env ");
        }
        for word in &words[..assignments] {
            let _ = write!(text, "{} ", quote(&with_braces(word)));
        }
        text.push_str(&program);
        for word in &words[assignments + 1..] {
            let _ = write!(text, " {}", quote(&with_braces(word)));
        }
        text
    };
    let placed = text.replace("@prefix@", "/opt");
    if placed.parse::<Words>().is_err() || unknown_substitution(&placed).is_some() {
        return Err("it is not a command that a service can run");
    }
    Ok(HostCommand {
        text,
        directory,
        program: own.then(|| name.clone()),
        needs_source,
        port: has_port.then_some(port),
        was_in_background: foreground.is_some(),
    })
}

/// Takes `cd FOLDER &&` from the front, when the folder is one of the source.
fn leading_directory(line: &str) -> (Option<String>, &str) {
    let taken = line.strip_prefix("cd ").and_then(|rest| {
        let (folder, rest) = rest.split_once("&&")?;
        let folder = folder.trim().trim_matches(['"', '\'']);
        let folder = folder.strip_prefix("./").unwrap_or(folder);
        let folder = folder.strip_suffix('/').unwrap_or(folder);
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        let inside = folder
            .split('/')
            .all(|part| !["", ".", ".."].contains(&part));
        (inside && folder.bytes().all(fits)).then(|| (folder.to_owned(), rest.trim()))
    });
    match taken {
        Some((folder, rest)) => (Some(folder), rest),
        None => (None, line),
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(is_name_character)
    })
}

/// Returns the command for a program, and whether the virtualenv must bring it.
fn locate(name: &str) -> (String, bool) {
    if name.starts_with('/') {
        return (quote(name), false);
    }
    if let Some((_, path)) = OF_THE_HOST.iter().find(|(known, _)| *known == name) {
        return ((*path).to_owned(), false);
    }
    let is_python = name == "python" || name.starts_with("python3") || name == "python2";
    if is_python {
        return ("@prefix@/bin/python".to_owned(), false);
    }
    (quote(&format!("@prefix@/bin/{name}")), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn translated(line: &str) -> Result<HostCommand, &'static str> {
        translate(
            line,
            (8000, &|port| port != 9999),
            "@prefix@/app",
            &|path| match path {
                "worker.py" | "jobs/run.py" | "notes.txt" | "dir/notes.txt" => InSource::File,
                "bin/start" => InSource::Program,
                _ => InSource::Nothing,
            },
        )
    }

    fn text(line: &str) -> String {
        translated(line).map_or_else(str::to_owned, |command| command.text)
    }

    #[test]
    fn words_stay_words() {
        for (line, command) in [
            ("gunicorn app:app", "@prefix@/bin/gunicorn app:app"),
            (
                "gunicorn -b 0.0.0.0:$PORT 'app:create_app()'",
                "@prefix@/bin/gunicorn -b 0.0.0.0:8000 'app:create_app()'",
            ),
            (
                "exec python3 -m demo --port ${PORT:-5000}",
                "@prefix@/bin/python -m demo --port 5000",
            ),
            (
                "A=1 B=\"x y\" rq worker $QUEUE",
                "/usr/bin/env A=1 'B=x y' @prefix@/bin/rq worker ${QUEUE}",
            ),
            ("node server.js", "/usr/bin/node server.js"),
            ("/usr/bin/thing $PORTS", "/usr/bin/thing ${PORTS}"),
            (
                "./bin/start \"it's\"",
                r#"@prefix@/app/bin/start 'it'"'"'s'"#,
            ),
        ] {
            assert_eq!(text(line), command, "{line}");
        }
    }

    #[test]
    fn what_needs_a_shell_gets_one() {
        for (line, command) in [
            ("a && b ${X} $PORT", "/bin/sh -c 'a && b $X 8000'"),
            ("a > /tmp/log", "/bin/sh -c 'a > /tmp/log'"),
            ("a $(nproc)", "/bin/sh -c 'a $(nproc)'"),
            ("a ${WORKERS:-2}", "/bin/sh -c 'a ${WORKERS:-2}'"),
            ("a 'x;y'", "@prefix@/bin/a 'x;y'"),
        ] {
            assert_eq!(text(line), command, "{line}");
        }
        assert_eq!(
            translated("gunicorn 'x").err(),
            Some("a quote is not closed")
        );
        assert_eq!(
            text("./jobs/run.py x"),
            "@prefix@/bin/python @prefix@/app/jobs/run.py x"
        );
        // The recipe would take it for a place that it knows.
        assert_eq!(
            translated("gunicorn @a@").err(),
            Some("it is not a command that a service can run")
        );
        assert_eq!(
            translated("dir/notes.txt").err(),
            Some("its program is not executable")
        );
        assert_eq!(
            translated("bin/none").err(),
            Some("its program is not in the source")
        );
        assert_eq!(translated("A=1").err(), Some("there is no program"));
    }

    #[test]
    fn a_folder_in_front_is_the_directory() {
        let command = translated("cd backend/ && gunicorn app:app").expect("a command");
        assert_eq!(
            command,
            HostCommand {
                text: "@prefix@/bin/gunicorn app:app".into(),
                directory: Some("backend".into()),
                program: Some("gunicorn".into()),
                needs_source: true,
                port: None,
                was_in_background: false,
            }
        );
        let outside = translated("cd ../x && a").expect("a command");
        assert_eq!(
            (outside.directory, outside.text.as_str()),
            (None, "/bin/sh -c 'cd ../x && a'")
        );
        assert!(translated("python worker.py").is_ok_and(|command| command.needs_source));
    }

    #[test]
    fn a_line_has_its_own_port_when_that_is_free_and_stays_in_the_foreground() {
        for (line, command, port) in [
            ("a ${PORT:-5000}", "@prefix@/bin/a 5000", Some(5000)),
            ("a ${PORT-5000}", "@prefix@/bin/a 5000", Some(5000)),
            ("a ${PORT:-9999}", "@prefix@/bin/a 8000", Some(8000)),
            ("a ${PORT:-x} $PORT", "@prefix@/bin/a 8000 8000", Some(8000)),
            ("a 5000", "@prefix@/bin/a 5000", None),
        ] {
            let found = translated(line).expect("a command");
            assert_eq!((found.text.as_str(), found.port), (command, port), "{line}");
        }
        for (line, command, was_in_background) in [
            ("a b &", "@prefix@/bin/a b", true),
            ("a b&", "@prefix@/bin/a b", true),
            ("a 2>&1", "/bin/sh -c 'a 2>&1'", false),
            ("a b", "@prefix@/bin/a b", false),
        ] {
            let found = translated(line).expect("a command");
            assert_eq!(
                (found.text.as_str(), found.was_in_background),
                (command, was_in_background),
                "{line}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_line_gives_a_command_of_the_recipe_or_none(line in "[ -~é\\t]{0,50}") {
            if let Ok(command) = translated(&line) {
                let text = command.text.replace("@prefix@", "/opt/demo");
                prop_assert!(text.parse::<Words>().is_ok(), "{}", text);
            }
        }

        /// But for what a recipe would take for a substitution.
        #[test]
        fn plain_words_survive(words in proptest::collection::vec("[ -#%-~]{1,8}", 1..5)) {
            let line = shlex::try_join(words.iter().map(String::as_str)).expect("no NUL");
            let line = format!("/bin/x {line}");
            let Ok(command) = translated(&line) else {
                prop_assert!(unknown_substitution(&line).is_some(), "{}", line);
                return Ok(());
            };
            let read = shlex::split(&command.text).expect("it can be split");
            if !command.text.starts_with("/bin/sh -c") {
                prop_assert_eq!(&read[1..], &words[..]);
            }
        }
    }
}

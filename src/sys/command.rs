//! Commands as values: made by pure functions, shown and run as they are.

use super::masked::without_credentials;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Whether a command may outlive this program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It dies with us.
    #[default]
    DiesWithUs,
    /// It may finish without us: killing `dpkg` half way would leave the machine broken.
    MayFinish,
}

/// What a runner tells while commands run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// This command starts, as a person would type it.
    Command(&'a str),
    /// It has written a line.
    Output(&'a str),
}

impl<'a> Line<'a> {
    /// Returns the words, whoever's they are.
    pub fn text(self) -> &'a str {
        match self {
            Line::Command(text) | Line::Output(text) => text,
        }
    }
}

/// A command to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cmd {
    pub(super) program: OsString,
    pub(super) args: Vec<OsString>,
    pub(super) env: BTreeMap<OsString, OsString>,
    pub(super) cwd: Option<PathBuf>,
    pub(super) fate: Fate,
    pub(super) secrets: Vec<String>,
}

impl Cmd {
    /// Makes a command without arguments; `program` is a path or a name found in [`SYSTEM_PATH`].
    pub fn new(program: impl Into<OsString>) -> Self {
        Cmd {
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            cwd: None,
            fate: Fate::DiesWithUs,
            secrets: Vec::new(),
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable in the child's environment, which is otherwise empty but for `PATH` and `LC_ALL`.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Sets several variables.
    #[must_use]
    pub fn envs<N: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.env.extend(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into())),
        );
        self
    }

    /// Sets the working folder; without it the child runs in `/`.
    #[must_use]
    pub fn cwd(mut self, cwd: impl Into<PathBuf>) -> Self {
        self.cwd = Some(cwd.into());
        self
    }

    /// Lets the command finish when this program is killed.
    #[must_use]
    pub fn may_finish(mut self) -> Self {
        self.fate = Fate::MayFinish;
        self
    }

    /// Hides texts in all that the command says, and in the command itself where it is shown.
    #[must_use]
    pub fn hiding(mut self, secrets: impl IntoIterator<Item = String>) -> Self {
        self.secrets.extend(secrets);
        // The longer first: one may begin another.
        self.secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        self
    }

    /// Returns a text of the command without what is hidden.
    pub(super) fn masked(&self, text: &str) -> String {
        let mask = |text: String, secret: &String| text.replace(secret.as_str(), "***");
        self.secrets.iter().fold(text.to_owned(), mask)
    }

    /// Appends another command's words: what a wrapper such as `nsenter` runs. Its variables and folder come along.
    #[must_use]
    pub fn wrapping(mut self, inner: &Cmd) -> Self {
        self.args.push(inner.program.clone());
        self.args.extend(inner.args.iter().cloned());
        self.env.extend(inner.env.clone());
        self.cwd = inner.cwd.clone().or(self.cwd);
        self
    }

    /// Puts the words of a wrapper in front; variables and folder stay.
    pub(super) fn behind(&self, wrapper: &[&str]) -> Self {
        let mut words = wrapper.iter().map(OsString::from);
        match words.next() {
            None => self.clone(),
            Some(program) => Cmd {
                program,
                args: words
                    .chain([self.program.clone()])
                    .chain(self.args.iter().cloned())
                    .collect(),
                ..self.clone()
            },
        }
    }

    /// Returns the command as a person would type it, without the credentials in addresses.
    pub fn display(&self) -> String {
        std::iter::once(&self.program)
            .chain(&self.args)
            .map(|word| {
                let word = word.to_string_lossy();
                let word = without_credentials(&word);
                shlex::try_quote(&word)
                    .map_or_else(|_| word.to_string(), |quoted| quoted.to_string())
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Returns a command's name and verbs, as a person would call it: `uv pip install`, and `pip install` for `python -m pip`.
pub(super) fn short(cmd: &Cmd) -> String {
    let name = Path::new(&cmd.program)
        .file_name()
        .unwrap_or(OsStr::new("?"))
        .to_string_lossy();
    let words: Vec<_> = cmd.args.iter().map(|arg| arg.to_string_lossy()).collect();
    let module = words.iter().position(|word| word == "-m");
    let (name, rest) = match module {
        Some(at) => (
            words.get(at + 1).cloned().unwrap_or_default(),
            words.get(at + 2..).unwrap_or_default(),
        ),
        None => (name, words.as_slice()),
    };
    let is_verb =
        |word: &&std::borrow::Cow<'_, str>| !word.starts_with('-') && !word.contains(['/', '=']);
    let verbs = rest
        .iter()
        .skip_while(|word| !is_verb(word))
        .take_while(is_verb)
        .take(2);
    std::iter::once(&name)
        .chain(verbs)
        .map(AsRef::as_ref)
        .collect::<Vec<&str>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_call_a_command_as_a_person_would() {
        let uv = Cmd::new("/cache/uv").args(["pip", "install", "--strict", "flask"]);
        assert_eq!(short(&uv), "uv pip install");
        let pip = Cmd::new("/tmp/bin/python").args([
            "-I",
            "-m",
            "pip",
            "--python",
            "/x/python",
            "install",
            "--no-compile",
        ]);
        assert_eq!(short(&pip), "pip install");
        assert_eq!(
            short(&Cmd::new("apt-get").args(["-q", "update"])),
            "apt-get update"
        );
    }
}

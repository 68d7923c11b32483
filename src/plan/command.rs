//! Commands as the plan has them: words of which some may still be open. Complete, they are the [`Cmd`] that is run.

use super::credentials;
use super::draft::Placeholder;
use crate::sys::masked;
use crate::sys::process::Cmd;
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A word of a command or the value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// This one.
    Known(OsString),
    /// One that only the build can know.
    Open(Placeholder),
}

/// A command of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    program: OsString,
    args: Vec<Word>,
    env: BTreeMap<String, Word>,
    cwd: Option<PathBuf>,
    may_finish: bool,
    secrets: Vec<String>,
}

impl Command {
    /// Makes a command without arguments; a name without `/` is found in the system's folders.
    pub fn new(program: impl Into<OsString>) -> Self {
        Command {
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            cwd: None,
            may_finish: false,
            secrets: Vec::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(Word::Known(arg.into()));
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Command::arg)
    }

    /// Adds an argument that is there only when `wanted`, and open as long as that is not known.
    #[must_use]
    pub fn flag(mut self, flag: &str, wanted: Option<bool>, open: Placeholder) -> Self {
        match wanted {
            Some(true) => self.args.push(Word::Known(flag.into())),
            Some(false) => {}
            None => self.args.push(Word::Open(open)),
        }
        self
    }

    /// Sets a variable; the child gets these, `PATH` and `LC_ALL`, and no others.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.insert(name.to_owned(), Word::Known(value.into()));
        self
    }

    /// Sets a variable to a value that may still be open.
    #[must_use]
    pub fn env_or(mut self, name: &str, value: Option<String>, open: Placeholder) -> Self {
        let word = value.map_or(Word::Open(open), |value| Word::Known(value.into()));
        self.env.insert(name.to_owned(), word);
        self
    }

    /// Sets variables.
    #[must_use]
    pub fn envs(self, variables: BTreeMap<String, OsString>) -> Self {
        let set = |command: Command, (name, value): (String, OsString)| command.env(&name, value);
        variables.into_iter().fold(self, set)
    }

    /// Sets the working folder; without one it is `/`.
    #[must_use]
    pub fn cwd(mut self, cwd: impl Into<PathBuf>) -> Self {
        self.cwd = Some(cwd.into());
        self
    }

    /// Lets the command finish when this program is killed.
    #[must_use]
    pub fn may_finish(mut self) -> Self {
        self.may_finish = true;
        self
    }

    /// Hides texts in what the command says, besides the credentials in its variables.
    #[must_use]
    pub fn hiding(mut self, secrets: &[String]) -> Self {
        self.secrets.extend_from_slice(secrets);
        self
    }

    /// Appends another command's words: what a wrapper such as `unshare` runs. Its variables and folder come along.
    #[must_use]
    pub fn wrapping(mut self, inner: Command) -> Self {
        self.args.push(Word::Known(inner.program));
        self.args.extend(inner.args);
        self.env.extend(inner.env);
        self.secrets.extend(inner.secrets);
        self.cwd = inner.cwd.or(self.cwd);
        self
    }

    /// Returns what is run.
    ///
    /// # Errors
    /// When a word is still open, which the stage before should have found out.
    pub fn complete(&self) -> Result<Cmd> {
        let known = |word: &Word| match word {
            Word::Known(word) => Ok(word.clone()),
            Word::Open(placeholder) => {
                bail!("a command is run, and `{placeholder}` is not known yet")
            }
        };
        let mut cmd = Cmd::new(self.program.clone()).hiding(self.secrets.iter().cloned());
        for word in &self.args {
            cmd = cmd.arg(known(word)?);
        }
        for (name, value) in &self.env {
            let value = known(value)?;
            cmd = cmd.hiding(credentials::secrets(&value.to_string_lossy()));
            cmd = cmd.env(name, value);
        }
        if let Some(cwd) = &self.cwd {
            cmd = cmd.cwd(cwd);
        }
        Ok(if self.may_finish {
            cmd.may_finish()
        } else {
            cmd
        })
    }

    /// Returns the program and its arguments as they are shown: without the credentials in addresses.
    pub fn words(&self) -> Vec<String> {
        let program = self.program.to_string_lossy().into_owned();
        std::iter::once(program)
            .chain(self.args.iter().map(shown))
            .map(|word| masked::without_credentials(&word).into_owned())
            .collect()
    }

    /// Returns the line that a person would type, open words as they are called.
    pub fn line(&self) -> String {
        let quoted = |word: &Word| match word {
            // A command of one word is that word, quoted.
            Word::Known(word) => Cmd::new(word.clone()).display(),
            Word::Open(placeholder) => placeholder.to_string(),
        };
        let program = Cmd::new(self.program.clone()).display();
        let words = std::iter::once(program).chain(self.args.iter().map(quoted));
        words.collect::<Vec<_>>().join(" ")
    }

    /// Returns the variables as they are shown: without the credentials in addresses.
    pub fn variables(&self) -> BTreeMap<&str, String> {
        let shown = |(name, value)| (String::as_str(name), credentials::masked(&shown(value)));
        self.env.iter().map(shown).collect()
    }

    /// Returns the working folder.
    pub fn folder(&self) -> &Path {
        self.cwd.as_deref().unwrap_or(Path::new("/"))
    }

    /// Returns what is still open.
    pub fn placeholders(&self) -> BTreeSet<Placeholder> {
        let words = self.args.iter().chain(self.env.values());
        words
            .filter_map(|word| match word {
                Word::Known(_) => None,
                Word::Open(placeholder) => Some(*placeholder),
            })
            .collect()
    }
}

fn shown(word: &Word) -> String {
    match word {
        Word::Known(word) => word.to_string_lossy().into_owned(),
        Word::Open(placeholder) => placeholder.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_word_is_shown_and_never_run() {
        let command = Command::new("uv")
            .args(["pip", "install", "a b"])
            .flag("--strict", Some(true), Placeholder::RequireHashes)
            .flag("--never", Some(false), Placeholder::RequireHashes)
            .flag("--require-hashes", None, Placeholder::RequireHashes)
            .env_or("SOURCE_DATE_EPOCH", None, Placeholder::CommitTime);
        assert_eq!(
            command.line(),
            "uv pip install 'a b' --strict <--require-hashes>"
        );
        assert_eq!(
            command.variables(),
            BTreeMap::from([("SOURCE_DATE_EPOCH", "<time of the commit>".to_owned())])
        );
        assert_eq!(
            command.placeholders(),
            BTreeSet::from([Placeholder::CommitTime, Placeholder::RequireHashes])
        );
        assert_eq!(
            command.complete().map_err(|error| error.to_string()),
            Err("a command is run, and `<--require-hashes>` is not known yet".to_owned())
        );
    }

    #[test]
    fn a_complete_command_is_the_one_that_is_run() {
        let command = Command::new("a")
            .arg("b c")
            .env("X", "1")
            .cwd("/w")
            .may_finish();
        let cmd = Cmd::new("a")
            .arg("b c")
            .env("X", "1")
            .cwd("/w")
            .may_finish();
        assert_eq!(command.complete().ok(), Some(cmd.clone()));
        assert_eq!(command.line(), cmd.display());
    }

    #[test]
    fn credentials_in_addresses_are_not_shown() {
        for (value, shown) in [
            (
                "https://ada:s3@cret@index.example/simple",
                "https://***@index.example/simple",
            ),
            ("ada:secret@proxy:3128", "***@proxy:3128"),
            (
                "own=https://token@a.example https://b.example/@x",
                "own=https://***@a.example https://b.example/@x",
            ),
            ("30", "30"),
        ] {
            let command = Command::new("uv").env("V", value);
            assert_eq!(command.variables()["V"], shown);
        }
        let command = Command::new("uv").arg("demo @ https://ada:s3cret@x.example/a.whl");
        assert_eq!(
            command.words(),
            ["uv", "demo @ https://***@x.example/a.whl"]
        );
        assert!(!command.line().contains("s3cret"), "{}", command.line());
    }
}

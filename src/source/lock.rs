//! Which commits a build was made from, written down so that the next one takes the same or says that it cannot.
//!
//! `--lock FILE` writes it and `--locked FILE` checks it. The file is TOML, with one table for each source:
//!
//! ```toml
//! # Written by deb-build-app …
//! version = 1
//!
//! [[source]]
//! git = "https://example.org/demo.git"
//! ref = "main"
//! commit = "a1111111111111111111111111111111111111a1"
//! ```
//!
//! A folder has no `git`: where it is differs from machine to machine, and its commit says what is in it.

use crate::failure::{Failure, OrFailure as _};
use crate::plan::{CommitFacts, SourcePlan};
use anyhow::Result;
use serde::{Deserialize, Serialize};

/// The only form of the file so far.
const VERSION: u32 = 1;

/// What every file begins with.
const HEAD: &str =
    "# Written by `deb-build-app build --lock`: `--locked` refuses to build from anything else.\n";

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLock {
    version: u32,
    #[serde(default)]
    source: Vec<LockedSource>,
}

/// What one source was.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LockedSource {
    /// The address; nothing for a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    git: Option<String>,
    /// The tag, branch or commit, as the recipe or `--ref` names it.
    #[serde(rename = "ref")]
    reference: String,
    /// The full id of the commit.
    commit: String,
}

impl LockedSource {
    /// Writes down what a source is.
    pub fn new(plan: &SourcePlan, commit: &CommitFacts) -> Self {
        LockedSource {
            git: plan.address.as_ref().map(ToString::to_string),
            reference: plan.reference.clone(),
            commit: commit.id.clone(),
        }
    }
}

impl SourceLock {
    /// Collects the sources of a build, in their order.
    pub fn new(source: Vec<LockedSource>) -> Self {
        SourceLock {
            version: VERSION,
            source,
        }
    }

    /// Reads a file; `path` is what the user calls it.
    ///
    /// # Errors
    /// When it is not one of ours.
    pub fn parse(text: &str, path: &str) -> Result<Self> {
        let not_ours = || {
            Failure::build(format!("`{path}` is not a lock of sources"))
                .hint(format!("write it anew with `build --lock {path}`"))
        };
        let lock: SourceLock = toml::from_str(text).or_failure(not_ours)?;
        if lock.version != VERSION {
            return Err(not_ours().into());
        }
        Ok(lock)
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    /// Never in truth: all of it is text.
    pub fn render(&self) -> Result<String> {
        Ok(format!("{HEAD}{}", toml::to_string(self)?))
    }

    /// Checks that the sources of this build are those of the file; `path` is what the user calls it.
    ///
    /// # Errors
    /// When a branch has moved, or the recipe names something else.
    pub fn check(&self, now: &SourceLock, path: &str) -> Result<()> {
        let again = format!("if that is right, write it anew with `build --lock {path}`");
        for (locked, found) in self.source.iter().zip(&now.source) {
            let same_name = locked.git == found.git && locked.reference == found.reference;
            if same_name && locked.commit != found.commit {
                return Err(Failure::build(format!(
                    "`{}` is the commit {} now, and `{path}` says {}",
                    found.reference, found.commit, locked.commit
                ))
                .hint(again)
                .into());
            }
            if !same_name {
                return Err(Failure::build(format!(
                    "`{path}` is for {}, and the source is {}",
                    locked.name(),
                    found.name()
                ))
                .hint(again)
                .into());
            }
        }
        if self.source.len() == now.source.len() {
            return Ok(());
        }
        Err(Failure::build(format!(
            "`{path}` is for {}, and the recipe has {}",
            count(self.source.len()),
            count(now.source.len())
        ))
        .hint(again)
        .into())
    }
}

impl LockedSource {
    fn name(&self) -> String {
        let git = self.git.as_deref().unwrap_or("a folder");
        format!("`{}` of `{git}`", self.reference)
    }
}

fn count(sources: usize) -> String {
    match sources {
        0 => "no source".to_owned(),
        1 => "one source".to_owned(),
        _ => format!("{sources} sources"),
    }
}

/// Says that there is no file to check against.
pub fn missing_lock(path: &str) -> Failure {
    Failure::build(format!("there is no lock of sources `{path}`")).hint(format!(
        "`build --lock {path}` builds and writes it; commit it beside the recipe"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "a1111111111111111111111111111111111111a1";
    const B: &str = "b2222222222222222222222222222222222222b2";

    fn lock(git: Option<&str>, reference: &str, commit: &str) -> SourceLock {
        SourceLock::new(vec![LockedSource {
            git: git.map(str::to_owned),
            reference: reference.to_owned(),
            commit: commit.to_owned(),
        }])
    }

    const GIT: Option<&str> = Some("https://example.org/a");

    #[test]
    fn what_is_written_is_read_again() {
        let written = lock(GIT, "main", A);
        let text = written.render().expect("it is text");
        assert_eq!(
            text,
            format!(
                "{HEAD}version = 1\n\n[[source]]\ngit = \"https://example.org/a\"\nref = \"main\"\ncommit = \"{A}\"\n"
            )
        );
        assert_eq!(SourceLock::parse(&text, "x").ok(), Some(written));
        let folder = lock(None, "HEAD", A).render().expect("it is text");
        assert!(!folder.contains("git ="), "{folder}");
        for text in ["", "version = 2\n", "version = 1\nx = 1\n", "["] {
            assert!(SourceLock::parse(text, "x").is_err(), "{text:?}");
        }
    }

    #[test]
    fn another_commit_or_another_source_is_refused() {
        let locked = lock(GIT, "main", A);
        let check = |now: &SourceLock| {
            let refused = locked.check(now, "demo.lock").err();
            refused.map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(check(&locked), "");
        assert_eq!(
            check(&lock(GIT, "main", B)),
            format!("`main` is the commit {B} now, and `demo.lock` says {A}")
        );
        assert_eq!(
            check(&lock(None, "main", A)),
            "`demo.lock` is for `main` of `https://example.org/a`, and the source is `main` of `a folder`"
        );
        assert_eq!(
            check(&SourceLock::new(Vec::new())),
            "`demo.lock` is for one source, and the recipe has no source"
        );
    }
}

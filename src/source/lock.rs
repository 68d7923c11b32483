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
//! A folder has no `git`: where it is differs from machine to machine, and its commit says what is in it. An archive has
//! `archive` in the place of `git`, and `sha256:…` as its commit; an extra source says where it is put with `into`. The
//! commits of submodules follow from the commit that they are recorded in.

use crate::failure::{Failure, OrFailure as _};
use crate::plan::SourcePlan;
use crate::recipe::{Origin, SourcePath};
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
    /// The address of an archive; nothing for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    /// The tag, branch or commit, as the recipe or `--ref` names it; nothing for what is no repository.
    #[serde(rename = "ref", default, skip_serializing_if = "String::is_empty")]
    reference: String,
    /// Where an extra source is put.
    #[serde(skip_serializing_if = "Option::is_none")]
    into: Option<String>,
    /// The full id of the commit; empty while it is not known.
    commit: String,
}

impl LockedSource {
    /// Writes down what a source is.
    fn new(origin: &Origin, into: Option<&SourcePath>, commit: &str) -> Self {
        let reference = origin.reference();
        LockedSource {
            git: matches!(origin, Origin::Fetched(..)).then(|| origin.to_string()),
            archive: matches!(origin, Origin::FetchedArchive(..)).then(|| origin.to_string()),
            reference: reference.map_or_else(String::new, ToString::to_string),
            into: into.map(ToString::to_string),
            commit: commit.to_owned(),
        }
    }

    fn is_same_place(&self, other: &LockedSource) -> bool {
        let place = |it: &LockedSource| {
            let LockedSource {
                git,
                archive,
                reference,
                into,
                commit: _,
            } = it.clone();
            (git, archive, reference, into)
        };
        place(self) == place(other)
    }
}

impl SourceLock {
    /// Writes down what a build is made from: the first source, and the extra ones in the order of the recipe. Without a source
    /// there is nothing; an id that is not known yet is left open, and agrees with every other.
    pub fn new(plan: Option<&SourcePlan>, commit: Option<&str>, extras: &[Option<String>]) -> Self {
        let mut source = Vec::new();
        if let Some(plan) = plan {
            let first = LockedSource::new(&plan.origin, None, commit.unwrap_or_default());
            source.push(first);
            source.extend(plan.extras.iter().enumerate().map(|(number, extra)| {
                let id = extras.get(number).and_then(Option::as_deref);
                LockedSource::new(&extra.origin, Some(&extra.into), id.unwrap_or_default())
            }));
        }
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

    /// Checks that the sources of this build are those of the file, as far as they are known; `path` is what the user calls it.
    ///
    /// # Errors
    /// When a branch has moved, or the recipe names something else.
    pub fn check(&self, now: &SourceLock, path: &str) -> Result<()> {
        let again = again(path);
        for (locked, found) in self.source.iter().zip(&now.source) {
            let same_name = locked.is_same_place(found);
            if same_name && locked.commit != found.commit && !found.commit.is_empty() {
                let what = if found.commit.contains(':') {
                    String::new()
                } else {
                    "the commit ".to_owned()
                };
                return Err(Failure::build(format!(
                    "{} is {what}{} now, and `{path}` says {}",
                    found.short_name(),
                    found.commit,
                    locked.commit
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
        let named = match (&self.git, &self.archive, self.reference.as_str()) {
            (Some(git), _, reference) => format!("`{reference}` of `{git}`"),
            (None, Some(archive), _) => format!("`{archive}`"),
            (None, None, "") => "a folder or file".to_owned(),
            (None, None, reference) => format!("`{reference}` of a folder"),
        };
        match &self.into {
            None => named,
            Some(into) => format!("{named} at `{into}`"),
        }
    }

    fn short_name(&self) -> String {
        let named = match self.reference.as_str() {
            "" => "the source".to_owned(),
            reference => format!("`{reference}`"),
        };
        match &self.into {
            None => named,
            Some(into) => format!("{named} at `{into}`"),
        }
    }
}

fn again(path: &str) -> String {
    format!("if that is right, write it anew with `build --lock {path}`")
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
        SourceLock {
            version: VERSION,
            source: vec![LockedSource {
                git: git.map(str::to_owned),
                archive: None,
                reference: reference.to_owned(),
                into: None,
                commit: commit.to_owned(),
            }],
        }
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
        let mut several = lock(GIT, "main", A);
        several.source.push(LockedSource {
            git: None,
            archive: Some("https://example.org/a.zip".to_owned()),
            reference: String::new(),
            into: Some("vendor".to_owned()),
            commit: "sha256:0".to_owned(),
        });
        let text = several.render().expect("it is text");
        assert!(
            text.ends_with(
                "[[source]]\narchive = \"https://example.org/a.zip\"\ninto = \"vendor\"\ncommit = \"sha256:0\"\n"
            ),
            "{text}"
        );
        assert_eq!(SourceLock::parse(&text, "x").ok().as_ref(), Some(&several));
        let mut moved = several.clone();
        moved.source[1].commit = "sha256:1".to_owned();
        let refused = several
            .check(&moved, "demo.lock")
            .expect_err("it is another");
        assert_eq!(
            refused.to_string(),
            "the source at `vendor` is sha256:1 now, and `demo.lock` says sha256:0"
        );
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
            "`demo.lock` is for `main` of `https://example.org/a`, and the source is `main` of a folder"
        );
        assert_eq!(
            check(&SourceLock::new(None, None, &[])),
            "`demo.lock` is for one source, and the recipe has no source"
        );
    }
}

//! `patches` in `[source]`: applied in order, by `git apply` in an environment of its own.
//!
//! There is no fuzz: the lines around a change must be those that the patch has, though they may stand elsewhere. A patch
//! may create, delete and rename files, change modes, and be binary (git-diff(1)); it may not leave the source.

use super::tree_writer::{check_ends, check_link};
use crate::failure::Failure;
use crate::sys::fs::{self, FileKind};
use crate::sys::process::{Cmd, Runner, find_program};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// How many lines of the patch and of the file are shown when they differ.
const LINES_SHOWN: usize = 12;

/// Applies patches to the tree at `top`.
pub(super) fn apply(patches: &[PathBuf], top: &Path, runner: Runner) -> Result<()> {
    if patches.is_empty() {
        return Ok(());
    }
    if find_program("git").is_none() {
        return Err(
            Failure::host("`git` was not found, and it applies the patches of `[source]`")
                .hint("install it with `apt-get install git`")
                .into(),
        );
    }
    for patch in patches {
        if !fs::is_file(patch) {
            return Err(
                Failure::build(format!("there is no patch `{}`", patch.display()))
                    .hint("`patches` in `[source]` are relative to the recipe")
                    .into(),
            );
        }
        let answer = runner.ask(&command(&fs::canonicalize(patch)?, top))?;
        if !answer.success() {
            let refusal = Refusal::parse(&answer.stderr);
            return Err(refusal.failure(patch, top).into());
        }
    }
    settle(top)
}

/// No repository is found from the source upwards, and no configuration but what is said here.
fn command(patch: &Path, top: &Path) -> Cmd {
    Cmd::new("git")
        .args(["apply", "--verbose", "--whitespace=nowarn", "--"])
        .arg(patch)
        .cwd(top)
        .env("GIT_CEILING_DIRECTORIES", top.parent().unwrap_or(top))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
}

/// Gives the files that git wrote the modes of all others, and checks the links.
fn settle(top: &Path) -> Result<()> {
    let mut links = Vec::new();
    for found in fs::walk(top)? {
        let path = top.join(&found.relative);
        let mode = match found.kind {
            FileKind::Directory => 0o755,
            FileKind::File if found.executable => 0o755,
            FileKind::File => 0o644,
            FileKind::Link => {
                check_link(&found.relative, &fs::read_link(&path)?)?;
                links.push(found.relative);
                continue;
            }
            FileKind::Special => continue,
        };
        if found.mode != mode {
            fs::set_mode(&path, mode)?;
        }
    }
    check_ends(top, &links)
}

/// Why git did not apply a patch.
#[derive(Debug, Default, PartialEq, Eq)]
struct Refusal {
    /// The file and the line where the hunk should be.
    hunk: Option<(String, usize)>,
    /// The lines that the hunk expects.
    expected: Vec<String>,
    /// What git says.
    said: String,
}

impl Refusal {
    fn parse(text: &str) -> Self {
        let mut refusal = Refusal::default();
        let mut searching = false;
        for line in text.lines() {
            let Some(said) = line.strip_prefix("error: ") else {
                if searching {
                    refusal.expected.push(line.to_owned());
                }
                continue;
            };
            searching = said == "while searching for:";
            if searching {
                refusal.expected.clear();
            } else if let Some((file, line)) = said
                .strip_prefix("patch failed: ")
                .and_then(|place| place.rsplit_once(':'))
                && let Ok(line) = line.parse()
            {
                refusal.hunk = Some((file.to_owned(), line));
                break;
            } else if refusal.said.is_empty() {
                said.clone_into(&mut refusal.said);
            }
        }
        // The hunk is followed by an empty line of git's own.
        if refusal.expected.last().is_some_and(String::is_empty) {
            refusal.expected.pop();
        }
        refusal
    }

    fn failure(&self, patch: &Path, top: &Path) -> Failure {
        let patch = patch.display();
        let Some((file, line)) = &self.hunk else {
            return Failure::build(format!("the patch `{patch}` cannot be applied: {}", self.said))
                .hint("paths in it begin with `a/` and `b/` as `git diff` writes them, and are those of the whole source");
        };
        let mut details = vec!["the patch expects:".to_owned()];
        details.extend(self.expected.iter().take(LINES_SHOWN).cloned());
        details.push(format!("`{file}` has at line {line}:"));
        let content = fs::read(top.join(file)).unwrap_or_default();
        let content = String::from_utf8_lossy(&content);
        let lines = content.lines().skip(line.saturating_sub(1));
        let count = self.expected.len().clamp(1, LINES_SHOWN);
        details.extend(lines.take(count).map(str::to_owned));
        Failure::build(format!(
            "the patch `{patch}` does not fit `{file}`: its hunk at line {line} is not found there"
        ))
        .details(details)
        .hint("make the patch anew from this commit; there is no fuzz: the lines around a change must be the same")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_of_a_hunk_is_understood() {
        let text = "Checking patch a.py...\nerror: while searching for:\none\ntwo\n\nerror: patch failed: a.py:7\n\
                    error: a.py: patch does not apply\n";
        assert_eq!(
            Refusal::parse(text),
            Refusal {
                hunk: Some(("a.py".to_owned(), 7)),
                expected: vec!["one".to_owned(), "two".to_owned()],
                said: String::new(),
            }
        );
        let text = "error: corrupt patch at line 4\n";
        assert_eq!(Refusal::parse(text).said, "corrupt patch at line 4");
    }
}

//! Text that is known in part. What only the build can know is a [`Placeholder`]: a value of its own and never a piece of
//! text, so that nothing can pass for known that is not, and no build goes on with one.

use anyhow::{Result, bail};
use std::fmt;

/// Something that only the build can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placeholder {
    /// The architecture of the package.
    Architecture,
    /// The id of the commit.
    Commit,
    /// When the commit was made, in the form that is wanted there.
    CommitTime,
    /// The version that follows from the tags before the commit.
    CommitVersion,
    /// The relations that compiled files need.
    Dependencies,
    /// What is installed into the virtualenv, a line for each.
    Distributions,
    /// ` --hash=` and the hash of the project's wheel, or nothing.
    HashOption,
    /// `Installed-Size`.
    InstalledSize,
    /// The overrides for lintian.
    Overrides,
    /// What a Python of the package's own is.
    OwnPython,
    /// `--require-hashes`, or nothing.
    RequireHashes,
    /// What a file in the source holds.
    SourceFile,
    /// What the lock names for this target.
    Locked,
    /// The name of the project's distribution.
    Project,
    /// The version that the installed project says of itself, mapped to Debian's.
    ProjectVersion,
    /// The file name of the project's wheel.
    Wheel,
    /// The SHA-256 of the project's wheel.
    WheelHash,
}

impl Placeholder {
    /// Returns what will stand there, and why it is not known yet.
    pub fn meaning(self) -> &'static str {
        match self {
            Placeholder::Architecture => {
                "this machine's architecture, or `all` when no distribution brings compiled files"
            }
            Placeholder::Commit => {
                "the id of the commit, or a sum of the files: the source is not here yet"
            }
            Placeholder::CommitTime => {
                "the time of the commit, or its year: the source is not here yet"
            }
            Placeholder::CommitVersion => {
                "the last tag that is a version, and the distance from it: the source is not here yet"
            }
            Placeholder::Dependencies => {
                "the packages whose libraries the compiled files need, or nothing"
            }
            Placeholder::Distributions => {
                "a paragraph for each Python distribution that the installer chooses, with its files, authors and licence"
            }
            Placeholder::HashOption => {
                "` --hash=` and the wheel's own when a file of requirements has hashes, or nothing: the source is not here yet"
            }
            Placeholder::InstalledSize => "the sum of all files, in KiB",
            Placeholder::OwnPython => {
                "a paragraph for the Python that the package brings, with its packages, their versions and hashes"
            }
            Placeholder::Overrides => "the tags that the content of this package fires",
            Placeholder::RequireHashes => {
                "`--require-hashes` when a file of requirements has hashes, or nothing: the source is not here yet"
            }
            Placeholder::Locked => {
                "a line with a hash for each distribution that the lock names for this target: the source is not here yet"
            }
            Placeholder::SourceFile => "what the file in the source holds: it is not here yet",
            Placeholder::Project => "the name that the project's build gives to its wheel",
            Placeholder::ProjectVersion => {
                "what the project says of itself when it is installed, in the form of Debian, with the revision"
            }
            Placeholder::Wheel => "the file name that the project's build gives to its wheel",
            Placeholder::WheelHash => "the SHA-256 of the wheel that the project's build makes",
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Placeholder::Architecture => "<architecture>",
            Placeholder::Commit => "<commit>",
            Placeholder::CommitTime => "<time of the commit>",
            Placeholder::CommitVersion => "<version of the commit>",
            Placeholder::Dependencies => "<dependencies found in the libraries>",
            Placeholder::Distributions => "<distributions>",
            Placeholder::HashOption => "<--hash>",
            Placeholder::InstalledSize => "<installed size>",
            Placeholder::Overrides => "<lintian overrides>",
            Placeholder::OwnPython => "<Python of the package>",
            Placeholder::RequireHashes => "<--require-hashes>",
            Placeholder::SourceFile => "<file in the source>",
            Placeholder::Locked => "<distributions of the lock>",
            Placeholder::Project => "<name of the project>",
            Placeholder::ProjectVersion => "<version of the installed project>",
            Placeholder::Wheel => "<wheel>",
            Placeholder::WheelHash => "<hash of the wheel>",
        })
    }
}

/// A text with places that are still open. It is shown with the names of its placeholders in their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Open(Placeholder),
}

impl Draft {
    /// Adds text that is known.
    pub fn push(&mut self, text: impl Into<String>) {
        let text = text.into();
        match self.0.last_mut() {
            Some(Part::Text(last)) => last.push_str(&text),
            _ => self.0.push(Part::Text(text)),
        }
    }

    /// Adds a value where it is known, else its placeholder.
    pub fn push_or<T: fmt::Display>(&mut self, value: Option<T>, placeholder: Placeholder) {
        match value {
            Some(value) => self.push(value.to_string()),
            None => self.0.push(Part::Open(placeholder)),
        }
    }

    /// Adds what another draft says.
    pub fn append(&mut self, other: Draft) {
        for part in other.0 {
            match part {
                Part::Text(text) => self.push(text),
                Part::Open(_) => self.0.push(part),
            }
        }
    }

    /// Returns what is still open.
    pub fn placeholders(&self) -> impl Iterator<Item = Placeholder> + '_ {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Open(placeholder) => Some(*placeholder),
        })
    }

    /// Returns the text when nothing is open.
    pub fn known(&self) -> Option<String> {
        self.placeholders()
            .next()
            .is_none()
            .then(|| self.to_string())
    }

    /// Returns the text.
    ///
    /// # Errors
    /// When something is still open, which the stage before should have found out.
    pub fn complete(&self) -> Result<String> {
        if let Some(placeholder) = self.placeholders().next() {
            bail!("the build goes on, and `{placeholder}` is not known yet");
        }
        Ok(self.to_string())
    }
}

impl From<String> for Draft {
    fn from(text: String) -> Self {
        Draft(vec![Part::Text(text)])
    }
}

impl From<Placeholder> for Draft {
    fn from(placeholder: Placeholder) -> Self {
        Draft(vec![Part::Open(placeholder)])
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Open(placeholder) => write!(f, "{placeholder}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_shows_what_is_open_and_is_text_only_without_it() {
        let mut draft = Draft::from("made of ".to_owned());
        draft.push_or(None::<&str>, Placeholder::Commit);
        draft.push(" <commit>");
        assert_eq!(draft.to_string(), "made of <commit> <commit>");
        assert_eq!(
            draft.placeholders().collect::<Vec<_>>(),
            [Placeholder::Commit],
            "text that looks like a placeholder is text"
        );
        assert_eq!(draft.known(), None);
        assert_eq!(
            draft.complete().map_err(|error| error.to_string()),
            Err("the build goes on, and `<commit>` is not known yet".to_owned())
        );
        let mut draft = Draft::default();
        draft.push_or(Some(7), Placeholder::InstalledSize);
        assert_eq!(draft.complete().ok().as_deref(), Some("7"));
    }
}

//! Paths in the source and beside the recipe: what the build machine reads.

use super::names::{Invalid, invalid, text_newtype};
use std::path::{Path, PathBuf};
use std::str::FromStr;

text_newtype! {
    /// A relative path inside the exported source, that does not leave it.
    SourcePath
}
text_newtype! {
    /// A file or folder of the build machine, absolute or relative to the recipe's folder.
    RecipePath
}

impl FromStr for SourcePath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.strip_suffix('/').unwrap_or(text);
        if text.starts_with('/') {
            return invalid("it must be relative to the source");
        }
        if text.chars().any(char::is_control)
            || text
                .split('/')
                .any(|part| matches!(part, "" | "." | ".." | ".git"))
        {
            return invalid("it must name something inside the source, without `.`, `..` or `//`");
        }
        Ok(SourcePath(text.to_owned()))
    }
}

impl SourcePath {
    /// Returns the path.
    pub fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl FromStr for RecipePath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            return invalid("it must name a file or folder, without control characters");
        }
        if text.starts_with("~/") || text.contains("://") {
            return invalid("it must be a path: relative to the recipe, or absolute");
        }
        Ok(RecipePath(text.to_owned()))
    }
}

impl RecipePath {
    /// Returns the path as seen from where the recipe's `folder` is seen.
    pub fn below(&self, folder: &Path) -> PathBuf {
        folder.join(&self.0)
    }
}

//! Why a word cannot be what it is meant to be.

use std::fmt;

/// What is wrong with a value, as the end of a sentence that begins with the value: "has an upper-case letter".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(String);

impl Invalid {
    /// Makes one from the end of that sentence.
    pub(super) fn new(why: impl Into<String>) -> Self {
        Invalid(why.into())
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

//! The `Multi-Arch` field (deb-control(5)).

use crate::deb::Invalid;
use std::str::FromStr;

/// How a package behaves beside one of another architecture (deb-control(5)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MultiArch {
    /// It satisfies relations of its own architecture only, and is installed once; the field is left out.
    #[default]
    No,
    /// Several architectures of it can be installed at once.
    Same,
    /// It satisfies relations of any architecture.
    Foreign,
    /// It does so for those who ask for `name:any`.
    Allowed,
}

impl MultiArch {
    /// Returns the field's value.
    pub fn as_str(self) -> &'static str {
        match self {
            MultiArch::No => "no",
            MultiArch::Same => "same",
            MultiArch::Foreign => "foreign",
            MultiArch::Allowed => "allowed",
        }
    }
}

impl FromStr for MultiArch {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        [
            MultiArch::No,
            MultiArch::Same,
            MultiArch::Foreign,
            MultiArch::Allowed,
        ]
        .into_iter()
        .find(|value| value.as_str() == text)
        .ok_or_else(|| Invalid::new("is not `no`, `same`, `foreign` or `allowed`"))
    }
}

//! What stands in a staged virtualenv and can never work on the host: collected, and said at once.

use crate::failure::Failure;
use std::path::Path;

/// Why something cannot go into a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// The distribution's code stays in a folder of the build machine.
    Editable,
    /// A `.pth` file names this folder.
    PathOutside(String),
    /// Nobody owns it.
    NoOwner,
    /// RECORD names it, and it is not there.
    Missing,
    /// RECORD names it, and it is outside the virtualenv.
    RecordOutside,
    /// There is no list of the distribution's files.
    NoRecord,
    /// A link that leads to this place.
    Link(String, LinkFault),
    /// A pipe, a socket or a device.
    Special,
    /// These two distributions own it, with different content.
    TwoOwners(String, String),
}

/// What is wrong with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LinkFault {
    /// It leads out of the virtualenv.
    Outside,
    /// It leads to nothing, or to itself.
    Dangling,
}

/// Something that cannot go into a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unfit {
    /// The path below the virtualenv, or a distribution.
    pub(super) what: String,
    /// Why.
    pub(super) reason: Reason,
}

impl Unfit {
    pub(super) fn file(path: &Path, reason: Reason) -> Self {
        Unfit {
            what: path.display().to_string(),
            reason,
        }
    }

    fn sentence(&self) -> String {
        let what = &self.what;
        match &self.reason {
            Reason::Editable => {
                format!("`{what}` is an editable install: its code stays in the source folder")
            }
            Reason::PathOutside(folder) => {
                format!("`{what}` adds `{folder}`, which the package does not hold")
            }
            Reason::NoOwner => format!("`{what}` is of no installed distribution"),
            Reason::Missing => format!("`{what}` is in RECORD and is not there"),
            Reason::RecordOutside => format!("`{what}` is in RECORD and outside the virtualenv"),
            Reason::NoRecord => {
                format!("`{what}` has no RECORD, so nobody knows which files are its own")
            }
            Reason::Link(target, LinkFault::Outside) => {
                format!("the link `{what}` leads to `{target}`, out of the virtualenv")
            }
            Reason::Link(target, LinkFault::Dangling) => {
                format!("the link `{what}` leads to `{target}`, where nothing is")
            }
            Reason::Special => format!("`{what}` is a pipe, a socket or a device"),
            Reason::TwoOwners(one, other) => {
                format!("`{one}` and `{other}` both own `{what}`, and want different content in it")
            }
        }
    }

    fn hint(&self) -> &'static str {
        match &self.reason {
            Reason::Editable | Reason::PathOutside(_) => {
                "name the distribution in `packages`, or let `project = true` install the source as a wheel"
            }
            Reason::NoOwner => {
                "an installer or a build script made it on the side: it would be lost or wrong on the host"
            }
            Reason::Missing | Reason::RecordOutside | Reason::NoRecord => {
                "the distribution was not installed from a wheel: install it again, with another version or a wheel of it"
            }
            Reason::Link(..) | Reason::Special => {
                "leave the distribution out that brings it, or have its build make a file"
            }
            Reason::TwoOwners(..) => {
                "install only one of the two: which of them would be there is chance"
            }
        }
    }
}

/// Returns whether a file's name is one that editable installs leave.
pub(super) fn is_editable(name: &str) -> bool {
    name.starts_with("__editable__")
        || name.starts_with("_editable_impl_")
        || name.ends_with(".egg-link")
        || name == "easy-install.pth"
}

/// Returns the failure that names all of it; nothing when there is none.
pub(super) fn refusal(mut unfit: Vec<Unfit>) -> Option<Failure> {
    unfit.sort();
    unfit.dedup();
    let [first, rest @ ..] = unfit.as_slice() else {
        return None;
    };
    let mut hints: Vec<_> = unfit.iter().map(Unfit::hint).collect();
    hints.sort_unstable();
    hints.dedup();
    let failure = if rest.is_empty() {
        Failure::build(first.sentence())
    } else {
        let count = unfit.len();
        let failure = Failure::build(format!(
            "there are {count} things in the virtualenv that cannot go into a package"
        ));
        let shown = unfit.iter().take(MOST_SHOWN).map(Unfit::sentence);
        let more = count
            .checked_sub(MOST_SHOWN)
            .filter(|more| *more > 0)
            .map(|more| format!("and {more} more"));
        failure.details(shown.chain(more))
    };
    Some(hints.into_iter().fold(failure, Failure::hint))
}

/// Of many, more would only scroll by.
const MOST_SHOWN: usize = 40;

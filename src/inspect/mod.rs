//! What a package is, told to people and programs, and how two packages differ.
//!
//! Pure: in are packages that [`deb::read`](crate::deb::read) has read; out are a [`Summary`] and a [`Difference`], which
//! [`report`](crate::report) prints and which serialise as the JSON that `--json` gives. Python is known here by its
//! `*.dist-info` folders only.

mod control_member;
mod difference;
mod distributions;
mod files;
mod relations;
mod spelled;
mod summary;
mod texts;

pub use difference::{Difference, FieldChange, Identity, SetChange, SizeChange, TypeChange};
pub use distributions::{Distribution, DistributionChange};
pub use files::{FileChange, Side, Way};
pub use relations::RelationChange;
pub use spelled::spelled;
pub use summary::{
    Conffile, ControlFileSummary, FieldSummary, FileSummary, Files, FindingSummary, MemberSummary,
    Script, Summary, Totals,
};
pub use texts::TextChange;

/// The version of the JSON: it changes when something is taken away or means something else.
pub const JSON_FORMAT: u32 = 1;

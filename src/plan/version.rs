//! The version of the package, as far as it is known.

use super::draft::{Draft, Placeholder};
use crate::recipe::{Identity, VersionSource};

/// Returns the version; one that only the build can know is open.
pub fn version(package: &Identity) -> Draft {
    let placeholder = match package.version_source {
        VersionSource::Git(_) => Placeholder::CommitVersion,
        VersionSource::Stated | VersionSource::Project => Placeholder::ProjectVersion,
    };
    let mut draft = Draft::default();
    draft.push_or(package.version.as_ref(), placeholder);
    draft
}

/// Returns the version as it stands in the name of a package's file, without the epoch.
pub fn version_in_file_name(package: &Identity) -> Draft {
    match &package.version {
        Some(version) => Draft::from(version.without_epoch().to_owned()),
        None => version(package),
    }
}

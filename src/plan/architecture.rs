//! The architecture that a recipe asks for, against that of the machine.

use crate::deb::Architecture;
use crate::failure::{Failure, Kind};
use crate::sys::host::HostFacts;
use anyhow::Result;

/// Refuses what cannot be compiled here; `all` can be made everywhere.
pub(super) fn check(wanted: Option<Architecture>, host: &HostFacts) -> Result<()> {
    match wanted {
        Some(wanted) if wanted != Architecture::ALL && wanted.as_str() != host.architecture => {
            Err(Failure::new(
                Kind::Host,
                format!(
                    "the recipe is for `{wanted}`, but this machine is `{}`",
                    host.architecture
                ),
            )
            .hint(format!(
                "build on `{wanted}`: wheels and compilers are for the machine that runs them"
            ))
            .into())
        }
        _ => Ok(()),
    }
}

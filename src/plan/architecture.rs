//! The architecture that a recipe asks for, against that of the machine.

use super::interpreter::Interpreter;
use crate::deb::Architecture;
use crate::failure::{Failure, Kind};
use crate::sys::host::HostFacts;
use anyhow::Result;

/// Refuses what cannot be compiled here; `all` can be made everywhere, but not with a Python in it.
pub(super) fn check(
    wanted: Option<Architecture>,
    interpreter: &Interpreter,
    host: &HostFacts,
) -> Result<()> {
    match wanted {
        Some(wanted) if wanted == Architecture::ALL && interpreter.is_bundled() => {
            Err(Failure::new(
                Kind::Recipe,
                "the recipe is for `all`, and the Python that the package brings is machine code",
            )
            .hint("leave `architecture` in `[target]` out, or `interpreter` in `[venv]`")
            .into())
        }
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

//! `[build] after`: commands in the source that see the package at its final path and may write there.

use super::build_environment::{Surroundings, git_environment};
use super::command::Command;
use super::draft::Placeholder;
use super::placed::{Access, at_prefix};
use crate::failure::Failure;
use crate::recipe::Prefix;
use crate::sys::isolation::Isolation;

/// Decides what is run, in order.
///
/// # Errors
/// When there is something to run, and this machine denies namespaces.
pub(super) fn plan(
    prefix: &Prefix,
    epoch: Option<u64>,
    surroundings: &Surroundings<'_>,
    isolation: Isolation,
) -> Result<Vec<Command>, Failure> {
    let places = surroundings.places;
    let build = surroundings.build;
    let commands = build.after.iter().map(|text| {
        let own = build.env.iter();
        let own = own.map(|(name, value)| (name.as_str().to_owned(), value.as_str().into()));
        let inner = Command::new("sh")
            .args(["-euc", text.as_str()])
            .env("HOME", places.home())
            .env("TMPDIR", places.temporary())
            // Bytecode is the package's own matter, and what is made must not depend on the day.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONHASHSEED", "0")
            .env_or(
                "SOURCE_DATE_EPOCH",
                epoch.map(|epoch| epoch.to_string()),
                Placeholder::CommitTime,
            )
            .envs(git_environment(places))
            .envs(own.collect())
            .cwd(surroundings.root);
        let wanted = "`after` in `[build]`";
        at_prefix(inner, Access::Write, wanted, prefix, places, isolation)
    });
    commands.collect()
}

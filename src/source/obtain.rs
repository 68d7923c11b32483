//! A commit on a server, brought to this machine and looked at.

use super::export::check_whole;
use super::lookup::look_in;
use super::remote::{self, Fetched, History, Surroundings, Wanted};
use crate::plan::{CommitFacts, NamedPaths, SourcePlan};
use anyhow::{Context as _, Result};

/// Fetches the commit that a plan names on a server, unless it is here, and returns what it holds of `named`. A cache that
/// cannot be read is thrown away and fetched anew, once. The commit stays in the cache as long as [`Fetched`] lives.
///
/// # Errors
/// When it cannot be fetched, or the commit has no such subdirectory or file.
pub fn obtain(
    plan: &SourcePlan,
    history: History,
    named: &NamedPaths,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<(CommitFacts, Fetched)> {
    let wanted = Wanted {
        address: plan.address.as_ref().context("a server has an address")?,
        reference: &plan.reference,
        history,
    };
    let fetched = remote::fetch(&wanted, surroundings, on_line)?;
    // Every file of it is read, so that the export cannot meet what is broken.
    let commit =
        look_in(plan, &fetched, named).and_then(|commit| check_whole(&fetched).map(|()| commit));
    match commit {
        Err(error) if is_damage(&error) => {
            fetched.discard()?;
            let fetched = remote::fetch(&wanted, surroundings, on_line)?;
            Ok((look_in(plan, &fetched, named)?, fetched))
        }
        commit => Ok((commit?, fetched)),
    }
}

/// Returns whether objects of a repository are missing or broken.
fn is_damage(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(<dyn std::error::Error + 'static>::is::<git2::Error>)
}

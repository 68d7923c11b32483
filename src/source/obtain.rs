//! Commits on servers, brought to this machine and looked at.

use super::export::check_whole;
use super::lookup::look_in;
use super::remote::{self, Fetched, History, Surroundings, Wanted};
use super::{Obtain, Obtained};
use crate::plan::{CommitFacts, NamedPaths, SourcePlan};
use crate::recipe::{GitAddress, Origin};
use anyhow::{Result, bail};

/// Servers that are reached by git, through a cache.
#[derive(Clone, Copy)]
pub struct Servers<'a>(pub Surroundings<'a>);

impl Obtain for Servers<'_> {
    fn obtain(
        &self,
        address: &GitAddress,
        reference: &str,
        history: History,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Obtained> {
        let wanted = Wanted {
            address,
            reference,
            history,
        };
        let (obtained, ()) = whole(&wanted, &self.0, on_line, |_| Ok(()))?;
        Ok(obtained)
    }
}

/// Fetches the commit that a plan names on a server, unless it is here, and returns what it holds of `named`. The commit stays
/// in the cache as long as [`Obtained`] lives.
///
/// # Errors
/// When it cannot be fetched, or the commit has no such subdirectory or file.
pub fn obtain(
    plan: &SourcePlan,
    history: History,
    named: &NamedPaths,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(&str),
) -> Result<(CommitFacts, Obtained)> {
    let Origin::Fetched(address, reference) = &plan.origin else {
        bail!("the source is on no server");
    };
    let wanted = Wanted {
        address,
        reference: reference.as_str(),
        history,
    };
    let look = |obtained: &Obtained| look_in(plan, obtained, named);
    let (obtained, commit) = whole(&wanted, surroundings, on_line, look)?;
    Ok((commit, obtained))
}

/// Fetches a commit and looks at it. A cache that cannot be read is thrown away and fetched anew, once.
fn whole<T>(
    wanted: &Wanted<'_>,
    surroundings: &Surroundings<'_>,
    on_line: &mut dyn FnMut(&str),
    look: impl Fn(&Obtained) -> Result<T>,
) -> Result<(Obtained, T)> {
    let fetched = remote::fetch(wanted, surroundings, on_line)?;
    let obtained = Obtained::new(&fetched);
    // Every file of it is read, so that the export cannot meet what is broken.
    match look(&obtained).and_then(|found| check_whole(&obtained).map(|()| found)) {
        Err(error) if is_damage(&error) => {
            fetched.discard()?;
            let fetched = remote::fetch(wanted, surroundings, on_line)?;
            let found = look(&Obtained::new(&fetched))?;
            Ok((Obtained::holding(fetched), found))
        }
        found => Ok((Obtained::holding(fetched), found?)),
    }
}

impl Obtained {
    fn new(fetched: &Fetched) -> Self {
        Obtained {
            repository: fetched.repository.clone(),
            history: fetched.history.clone(),
            commit: fetched.commit.clone(),
            describe: fetched.describe.to_string(),
            held: Box::new(()),
        }
    }

    fn holding(fetched: Fetched) -> Self {
        let obtained = Obtained::new(&fetched);
        Obtained {
            held: Box::new(fetched),
            ..obtained
        }
    }
}

/// Returns whether objects of a repository are missing or broken.
fn is_damage(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(<dyn std::error::Error + 'static>::is::<git2::Error>)
}

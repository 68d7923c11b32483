//! What went wrong with some of several recipes, told so that none is lost and the last line says which they were.

use crate::failure::{self, Failure};
use crate::report::{Event, Reporter};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The errors so far. One recipe's error is the command's own; of several each is shown when it comes.
pub(super) struct Failures {
    /// How many recipes there are.
    recipes: usize,
    /// What could not be done with them.
    verb: &'static str,
    failed: Vec<(PathBuf, anyhow::Error)>,
}

impl Failures {
    /// Begins with none of so many recipes.
    pub(super) fn new(recipes: usize, verb: &'static str) -> Self {
        Failures {
            recipes,
            verb,
            failed: Vec::new(),
        }
    }

    /// Takes one.
    pub(super) fn add(&mut self, name: &Path, error: anyhow::Error, reporter: &dyn Reporter) {
        let error = if self.recipes == 1 {
            error
        } else {
            let error = error.context(format!("`{}` cannot be {}", name.display(), self.verb));
            reporter.event(&Event::Failed(&error));
            error
        };
        self.failed.push((name.to_path_buf(), error));
    }

    /// Returns them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &anyhow::Error)> {
        self.failed
            .iter()
            .map(|(name, error)| (name.as_path(), error))
    }

    /// Returns nothing when all went well.
    ///
    /// # Errors
    /// The only recipe's error, or one that says which failed, of the kind of the first.
    pub(super) fn finish(mut self) -> Result<()> {
        let Some((_, first)) = self.failed.first() else {
            return Ok(());
        };
        if self.recipes == 1 {
            return self.failed.pop().map_or(Ok(()), |(_, error)| Err(error));
        }
        let names = self.iter().map(|(name, _)| name.display().to_string());
        Err(Failure::new(
            failure::kind_of(first),
            format!(
                "{} of {} recipes could not be {}: `{}`",
                self.failed.len(),
                self.recipes,
                self.verb,
                names.collect::<Vec<_>>().join("`, `")
            ),
        )
        .into())
    }
}

//! `man`: the manual, on standard output or into a folder.

use super::answer::write_text;
use crate::cli::{Man, ManualPage, manual};
use crate::failure::{Failure, OrFailure as _};
use crate::report::Reporter;
use crate::sys::fs;
use anyhow::Result;

/// Prints the program's own page, or writes all of them.
pub fn run(options: &Man, reporter: &dyn Reporter) -> Result<()> {
    let pages = manual()?;
    let Some(folder) = &options.folder else {
        return write_text(reporter, &pages.first().map(text_of).unwrap_or_default());
    };
    let unwritten = || {
        Failure::build(format!(
            "the manual cannot be written into `{}`",
            folder.display()
        ))
        .hint("name a folder that you may write to")
    };
    fs::create_dir_all(folder).or_failure(unwritten)?;
    for page in &pages {
        fs::write(&folder.join(&page.file), &page.text).or_failure(unwritten)?;
    }
    Ok(())
}

fn text_of(page: &ManualPage) -> String {
    String::from_utf8_lossy(&page.text).into_owned()
}

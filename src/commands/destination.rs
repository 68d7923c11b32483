//! Where a package goes: what the user says, as a folder or as the file itself.

use crate::deb::Control;
use crate::failure::{Failure, Kind};
use crate::sys::environment::Environment;
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// What most file systems take (`path_resolution(7)`).
const LONGEST_NAME: usize = 255;

/// A place for a package.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    path: PathBuf,
    /// The user wrote `DIR/`: it is a folder, and made when it is not there.
    is_folder: bool,
}

impl Destination {
    /// Takes what the user wrote.
    pub(super) fn new(environment: &Environment, written: &Path) -> Self {
        Destination {
            path: resolve(environment, written),
            is_folder: written.as_os_str().as_encoded_bytes().ends_with(b"/"),
        }
    }

    /// Returns the folder or the file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether packages go into a folder, which may not be there yet.
    pub(super) fn is_folder(&self) -> bool {
        self.is_folder || fs::is_dir(&self.path)
    }

    /// Refuses a file: several packages need a folder.
    pub(super) fn refuse_file(&self) -> Result<()> {
        if self.is_folder() {
            return Ok(());
        }
        let shown = self.path.display();
        Err(Failure::new(
            Kind::Usage,
            format!("several packages do not fit one file, `{shown}`"),
        )
        .hint(format!("name a folder with `--output {shown}/`"))
        .into())
    }

    /// Makes the folder, and refuses to put a package in the place of a device or pipe.
    pub(super) fn prepare(&self) -> Result<()> {
        if self.is_folder {
            fs::create_dir_all(&self.path).context("making the output folder failed")?;
        }
        if fs::is_dir(&self.path) {
            return Ok(());
        }
        // A link would be replaced and not what it points to: `/dev/stdout` is one.
        let what = if fs::is_link(&self.path) {
            "is a symbolic link"
        } else if fs::exists(&self.path) && !fs::is_file(&self.path) {
            "is not a regular file"
        } else {
            return Ok(());
        };
        Err(Failure::build(format!(
            "`{}` {what}, and will not be replaced",
            self.path.display()
        ))
        .hint("name a folder or a new file with `--output`")
        .into())
    }

    /// Returns the file: in a folder it has the name that files of packages have by custom.
    pub(super) fn file(&self, control: &Control) -> Result<PathBuf> {
        let path = if fs::is_dir(&self.path) {
            self.path.join(control.file_name())
        } else {
            self.path.clone()
        };
        check_length(&path)?;
        Ok(path)
    }
}

/// Refuses a name that no file can have, before the work is done.
fn check_length(path: &Path) -> Result<()> {
    let name = path.file_name().unwrap_or_default();
    if name.len() > LONGEST_NAME {
        return Err(Failure::build(format!(
            "the name of the package would have {} bytes, and a file can have {LONGEST_NAME}",
            name.len()
        ))
        .hint("give it a shorter one with `--output`")
        .into());
    }
    Ok(())
}

/// Returns a path that the user wrote as an absolute one.
pub(super) fn resolve(environment: &Environment, written: &Path) -> PathBuf {
    // `DIR/.` and `DIR` are the same folder; the report shows the shorter.
    environment.current_dir.join(written).components().collect()
}

//! A distribution as it is read from the stage, before its RECORD is written: files may still go.

use super::distribution::{Distribution, InstalledFile, Metadata};
use super::relocate::record::{self, Row};
use crate::deb::{ArchivePath, Content};
use anyhow::Result;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file that lists a distribution's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// `RECORD` in a `.dist-info`, relative to site-packages (PEP 376).
    Record,
    /// `installed-files.txt` in an `.egg-info`, relative to that folder: an old `setup.py install`.
    InstalledFiles,
}

impl Listing {
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Listing::Record => "RECORD",
            Listing::InstalledFiles => "installed-files.txt",
        }
    }
}

/// A file with its row of RECORD.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) file: InstalledFile,
    pub(super) row: Row,
}

impl Taken {
    pub(super) fn size(&self) -> u64 {
        match &self.file.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::OnDisk { size, .. } => *size,
        }
    }
}

/// An installed distribution.
#[derive(Clone, Debug)]
pub(super) struct Installed {
    pub(super) metadata: Metadata,
    /// The normalised name.
    pub(super) name: String,
    /// Its `.dist-info` or `.egg-info`, below the virtualenv.
    pub(super) folder: PathBuf,
    pub(super) listing: Listing,
    pub(super) is_project: bool,
    /// Its files by their path below the virtualenv.
    pub(super) files: BTreeMap<PathBuf, Taken>,
    /// Rows of files that another distribution owns with the same content, and of links.
    pub(super) other_rows: Vec<Row>,
}

impl Installed {
    /// Writes the list of files, and returns the distribution as the package holds it.
    ///
    /// # Errors
    /// When a path cannot stand in an archive.
    pub(super) fn finish(
        self,
        archived: &dyn Fn(&Path) -> Result<ArchivePath>,
        record_path: &dyn Fn(&Path) -> String,
    ) -> Result<Distribution> {
        let listing = self.folder.join(self.listing.file_name());
        let mut rows = self.other_rows;
        rows.extend(self.files.values().map(|taken| taken.row.clone()));
        let rendered = match self.listing {
            Listing::Record => {
                rows.push(Row::bare(record_path(&listing)));
                record::render(rows)?
            }
            Listing::InstalledFiles => {
                let mut paths: Vec<_> = self
                    .files
                    .keys()
                    .map(|path| relative(path, &self.folder))
                    .collect();
                paths.sort();
                let lines = paths.into_iter().map(|path| path + "\n");
                lines.collect::<String>().into_bytes()
            }
        };
        let record_digest = Sha256::digest(&rendered).into();
        let mut files = BTreeMap::new();
        for (path, taken) in self.files {
            files.insert(archived(&path)?, taken.file);
        }
        files.insert(
            archived(&listing)?,
            InstalledFile {
                content: Content::Bytes(rendered),
                executable: false,
            },
        );
        let licence_files = self
            .metadata
            .license_files
            .iter()
            .map(|name| archived(&self.folder.join(name)))
            .filter_map(Result::ok)
            .chain(licence_texts(&files))
            .filter(|path| files.contains_key(path))
            .collect();
        Ok(Distribution {
            name: self.name,
            version: self.metadata.version,
            license: self.metadata.license,
            authors: self.metadata.authors,
            home: self.metadata.home,
            licence_files,
            is_project: self.is_project,
            files,
            record_digest,
        })
    }
}

/// Returns the files of a `.dist-info` whose names say that they are a licence.
fn licence_texts(files: &BTreeMap<ArchivePath, InstalledFile>) -> Vec<ArchivePath> {
    let is_licence = |path: &&ArchivePath| {
        let text = path.to_string();
        let Some((_, inside)) = text.split_once("-info/") else {
            return false;
        };
        let name = inside.rsplit('/').next().unwrap_or(inside).to_lowercase();
        inside.starts_with("licenses/")
            || ["license", "licence", "copying", "notice"]
                .iter()
                .any(|word| name.starts_with(word))
    };
    files.keys().filter(is_licence).cloned().collect()
}

/// Returns `path` as it is called from `folder`; both are below the virtualenv.
fn relative(path: &Path, folder: &Path) -> String {
    let shared = path
        .components()
        .zip(folder.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = "../".repeat(folder.components().count() - shared);
    let rest: PathBuf = path.components().skip(shared).collect();
    format!("{up}{}", rest.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_an_old_list_start_at_its_folder() {
        let folder = Path::new("lib/python3.11/site-packages/x.egg-info");
        assert_eq!(relative(&folder.join("PKG-INFO"), folder), "PKG-INFO");
        assert_eq!(
            relative(Path::new("lib/python3.11/site-packages/x/a.py"), folder),
            "../x/a.py"
        );
        assert_eq!(relative(Path::new("bin/x"), folder), "../../../../bin/x");
    }
}

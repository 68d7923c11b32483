//! `[source]`: which commit of which repository is built, or which folder or archive, and what is added to it.

use super::address::{WebAddress, is_web_address};
use super::git_address::{GitAddress, file_folder, is_git_address};
use super::names::{Invalid, invalid, text_newtype};
use super::source_path::{RecipePath, SourcePath};
use super::table::{Located, Table};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

text_newtype! {
    /// A tag, branch or commit, as git-rev-parse(1) reads it.
    Reference
}
text_newtype! {
    /// A SHA-256 sum in 64 lower-case hexadecimal digits.
    Sha256
}

/// `[source]`.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where all of it comes from.
    pub origin: Origin,
    /// The folder of the repository that holds the app.
    pub subdirectory: Option<SourcePath>,
    /// Whether submodules are part of it.
    pub submodules: bool,
    /// Patches of the build machine, in order.
    pub patches: Vec<PathBuf>,
    /// `[[source.extra]]`.
    pub extras: Vec<ExtraSource>,
}

/// Where a source comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A repository in a folder of this machine.
    Repository(PathBuf, Reference),
    /// A repository that is fetched.
    Fetched(GitAddress, Reference),
    /// A plain folder.
    Folder(PathBuf),
    /// An archive in a file.
    Archive(PathBuf, Sha256),
    /// An archive that is fetched.
    FetchedArchive(WebAddress, Sha256),
}

impl Origin {
    /// Returns the tag, branch or commit; nothing for what is no repository.
    pub fn reference(&self) -> Option<&Reference> {
        match self {
            Origin::Repository(_, reference) | Origin::Fetched(_, reference) => Some(reference),
            Origin::Folder(_) | Origin::Archive(..) | Origin::FetchedArchive(..) => None,
        }
    }
}

impl fmt::Display for Origin {
    /// Writes it as the user calls it. What stands behind `?` in the address of an archive may be a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Repository(path, _) | Origin::Folder(path) | Origin::Archive(path, _) => {
                path.display().fmt(f)
            }
            Origin::Fetched(address, _) => address.fmt(f),
            Origin::FetchedArchive(address, _) => {
                let text = address.as_str();
                let end = text.find(['?', '#']).unwrap_or(text.len());
                f.write_str(&text[..end])
            }
        }
    }
}

/// An item of `[[source.extra]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraSource {
    /// Where it comes from.
    pub origin: Origin,
    /// The folder of it that is taken.
    pub subdirectory: Option<SourcePath>,
    /// Where it is put in the first source.
    pub into: SourcePath,
    /// Whether it is installed into the virtualenv.
    pub install: bool,
}

impl FromStr for Reference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = |c: char| c.is_control() || c.is_whitespace();
        if text.is_empty() || text.starts_with('-') || text.contains("..") || text.contains(bad) {
            return invalid("this names no tag, branch or commit");
        }
        Ok(Reference(text.to_owned()))
    }
}

impl FromStr for Sha256 {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 64 || !text.bytes().all(fits) {
            return invalid(
                "it must be 64 hexadecimal digits in lower case, as `sha256sum` prints them",
            );
        }
        Ok(Sha256(text.to_owned()))
    }
}

/// Reads the table.
pub(super) fn read(document: &Table<'_>, folder: &Path) -> Option<Source> {
    let table = document.table("source")?;
    let origin = read_origin(&table, folder);
    let subdirectory = table.parsed("subdirectory");
    let submodules = table.boolean("submodules").unwrap_or(false);
    let patches = table
        .parsed_list::<RecipePath>("patches")
        .iter()
        .map(|patch| patch.below(folder))
        .collect();
    let extras = read_extras(&table, folder);
    let origin = origin?;
    if !matches!(origin, Origin::Repository(..) | Origin::Fetched(..))
        && let Some(span) = table.place_of("submodules").filter(|_| submodules)
    {
        table.conflict(span, "`submodules` are a repository's", "", "remove it");
    }
    Some(Source {
        origin,
        subdirectory,
        submodules,
        patches,
        extras,
    })
}

fn read_extras(source: &Table<'_>, folder: &Path) -> Vec<ExtraSource> {
    let mut extras: Vec<ExtraSource> = Vec::new();
    for table in source.tables("extra") {
        let origin = read_origin(&table, folder);
        let subdirectory = table.parsed("subdirectory");
        let install = table.boolean("install").unwrap_or(false);
        let Some(into) = table.located::<SourcePath>("into") else {
            continue;
        };
        let nested = |other: &SourcePath| {
            other.as_path().starts_with(into.value.as_path())
                || into.value.as_path().starts_with(other.as_path())
        };
        if let Some(other) = extras.iter().find(|other| nested(&other.into)) {
            table.conflict(
                into.span,
                format!(
                    "`{}` and `{}` would be in each other's place",
                    into.value, other.into
                ),
                "",
                "give each extra source a folder of its own",
            );
        } else if let Some(origin) = origin {
            extras.push(ExtraSource {
                origin,
                subdirectory,
                into: into.value,
                install,
            });
        }
    }
    extras
}

/// Reads `git` with `ref`, `path`, or `archive` with `sha256`: exactly one of the three.
fn read_origin(table: &Table<'_>, folder: &Path) -> Option<Origin> {
    let git = table.string("git");
    let reference = table.located::<Reference>("ref");
    let path = table.located::<RecipePath>("path");
    let archive = table.string("archive");
    let sha256 = table.located::<Sha256>("sha256");
    let places = ["git", "path", "archive"].map(|key| Some((key, table.place_of(key)?)));
    let mut given = places.into_iter().flatten();
    let Some((first, _)) = given.next() else {
        table.conflict(
            table.span(),
            format!(
                "`{}` needs one of `git`, `path` and `archive`",
                table.name()
            ),
            "",
            "name a repository with `git`, a plain folder with `path`, or an `archive`",
        );
        return None;
    };
    for (key, span) in given {
        table.conflict(
            span,
            format!(
                "`{}` and `{}` exclude each other",
                table.full(first),
                table.full(key)
            ),
            "",
            "keep the one that is meant: `git`, `path` or `archive`",
        );
    }
    for (key, owner) in [("ref", "git"), ("sha256", "archive")] {
        if let Some(span) = table
            .place_of(key)
            .filter(|_| table.place_of(owner).is_none())
        {
            table.conflict(
                span,
                format!("`{}` needs `{owner}`", table.full(key)),
                "",
                "remove it",
            );
        }
    }
    match first {
        "git" => {
            let reference = match (table.place_of("ref"), reference) {
                (None, _) => Reference("HEAD".to_owned()),
                (Some(_), reference) => reference?.value,
            };
            read_git(table, &git?, reference, folder)
        }
        "path" => Some(Origin::Folder(path?.value.below(folder))),
        _ => read_archive(table, &archive?, sha256, folder),
    }
}

fn read_git(
    table: &Table<'_>,
    git: &Located<String>,
    reference: Reference,
    folder: &Path,
) -> Option<Origin> {
    if !is_git_address(&git.value) {
        let repository: RecipePath = table.check("git", git)?;
        return Some(Origin::Repository(repository.below(folder), reference));
    }
    match file_folder(&git.value) {
        None => Some(Origin::Fetched(table.check("git", git)?, reference)),
        Some(Ok(folder)) => Some(Origin::Repository(folder, reference)),
        Some(Err(why)) => {
            table.refuse(
                "git",
                git.span.clone(),
                &why.to_string(),
                "name the folder alone",
            );
            None
        }
    }
}

/// Endings of archives that can be read.
const ARCHIVES: &[&str] = &[".tar.gz", ".tgz", ".tar.xz", ".zip"];

fn read_archive(
    table: &Table<'_>,
    archive: &Located<String>,
    sha256: Option<Located<Sha256>>,
    folder: &Path,
) -> Option<Origin> {
    let file = archive.value.split(['?', '#']).next().unwrap_or_default();
    if !ARCHIVES.iter().any(|ending| file.ends_with(ending)) {
        table.refuse(
            "archive",
            archive.span.clone(),
            "it must be an archive by its name",
            "name a file that ends in `.tar.gz`, `.tar.xz` or `.zip`",
        );
    }
    if table.place_of("sha256").is_none() {
        table.conflict(
            archive.span.clone(),
            format!("`{}` needs `sha256`", table.full("archive")),
            "nothing else says that it is the same archive tomorrow",
            "add `sha256`, as `sha256sum` prints it",
        );
    }
    if is_web_address(&archive.value) {
        let address = table.check("archive", archive)?;
        return Some(Origin::FetchedArchive(address, sha256?.value));
    }
    let file: RecipePath = table.check("archive", archive)?;
    Some(Origin::Archive(file.below(folder), sha256?.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_sums_have_one_form() {
        for text in ["HEAD", "v1.4.2", "feature/x", "HEAD~1", &"a".repeat(40)] {
            assert!(text.parse::<Reference>().is_ok(), "{text}");
        }
        for text in ["", "-x", "a b", "a..b", "a\n"] {
            assert!(text.parse::<Reference>().is_err(), "{text:?}");
        }
        assert!("0".repeat(64).parse::<Sha256>().is_ok());
        for text in [
            "0".repeat(63),
            "A".repeat(64),
            "g".repeat(64),
            String::new(),
        ] {
            assert!(text.parse::<Sha256>().is_err(), "{text}");
        }
    }
}

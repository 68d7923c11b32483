//! From the libraries that files need to relations between packages: the rules of `dpkg-shlibdeps`.
//!
//! A library is looked for in the package, at the file's search path; then on the system, at that path and in the linker's
//! own folders; then anywhere in the package. A library with a `symbols` file adds the version that each used symbol needs;
//! one with a `shlibs` file the relation that stands there; one with neither the package that owns it, with a warning, where
//! `dpkg-shlibdeps` would stop or, told to ignore it, forget the package.

use super::bounds::Bounds;
use super::elf::Object;
use super::installed::{Candidate, Owner};
use super::own::OwnLibraries;
use super::symbols::Library;
use super::{ElfFile, Installed, search_path};
use crate::deb::Relation;
use crate::failure::Failure;
use anyhow::Result;
use std::collections::BTreeSet;

/// What a package needs of the distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    /// The relations, sorted.
    pub relations: Vec<Relation>,
    /// What could not be found out, in sentences.
    pub warnings: Vec<String>,
}

/// How many lines of evidence an error shows.
const LINES: usize = 40;

/// Returns the relations that the files of a package need. Files for other machines and those that cannot be read need none.
///
/// # Errors
/// When a library is neither in the package nor in an installed package: all such are in the error.
pub fn relations(
    files: &[ElfFile],
    own: &OwnLibraries,
    architecture: &str,
    installed: &dyn Installed,
) -> Result<Needed> {
    let mut search = Search {
        own,
        installed,
        bounds: Bounds::default(),
        warnings: BTreeSet::new(),
        missing: BTreeSet::new(),
    };
    for file in files {
        match &file.object {
            Ok(object) if object.abi.is_of(architecture) => search.file(file, object)?,
            _ => {}
        }
    }
    search.refuse_missing()?;
    Ok(Needed {
        relations: search.bounds.into_relations()?,
        warnings: search.warnings.into_iter().collect(),
    })
}

struct Search<'a> {
    own: &'a OwnLibraries,
    installed: &'a dyn Installed,
    bounds: Bounds,
    warnings: BTreeSet<String>,
    /// What needs it, the soname, and where a file without an owner is.
    missing: BTreeSet<(String, String, Option<String>)>,
}

/// Where the facts about a library of the system are.
enum Source<'c> {
    Symbols(&'c Library),
    Shlibs(&'c str),
    /// A package that says nothing.
    Owner(&'c str),
}

impl Search<'_> {
    fn file(&mut self, file: &ElfFile, object: &Object) -> Result<()> {
        let path = format!("/{}", String::from_utf8_lossy(file.path.as_bytes()));
        let folders = search_path::folders(&object.search_path, &path);
        let mut found = Vec::new();
        for soname in &object.needed {
            let all = folders.iter().chain(self.installed.folders());
            if self.own.is_in(soname, all, object.abi) {
                continue;
            }
            let candidates = self.installed.find(soname, &folders, object.abi)?;
            match source(soname, &candidates) {
                Some(_) => found.push((soname, candidates)),
                None if self.own.is_anywhere(soname, object.abi) => {}
                None => {
                    let unowned = candidates.first().map(|it| it.path.clone());
                    self.missing
                        .insert((file.path.to_string(), soname.clone(), unowned));
                }
            }
        }
        let mut libraries = Vec::new();
        for (soname, candidates) in &found {
            match source(soname, candidates) {
                Some(Source::Symbols(library)) => {
                    let (template, oldest) = library.base();
                    self.bounds.raise(template, oldest);
                    libraries.push(library);
                }
                Some(Source::Shlibs(relations)) => self.bounds.raise(relations, None),
                Some(Source::Owner(name)) => {
                    self.bounds.raise(name, None);
                    self.warnings.insert(format!(
                        "the package `{name}` does not say since which version it has the library `{soname}`, so any version will do"
                    ));
                }
                None => {}
            }
        }
        for symbol in &object.undefined {
            let symbol = symbol.to_string();
            if let Some((template, version)) = libraries.iter().find_map(|it| it.find(&symbol)) {
                self.bounds.raise(template, Some(version));
            }
        }
        Ok(())
    }

    fn refuse_missing(&self) -> Result<()> {
        let sonames: BTreeSet<_> = self.missing.iter().map(|(_, soname, _)| soname).collect();
        let Some(first) = sonames.first() else {
            return Ok(());
        };
        let what = match sonames.len() {
            1 => format!("the library `{first}`, which is"),
            count => format!("{count} libraries that are"),
        };
        let lines = self.missing.iter().map(|(file, soname, unowned)| {
            let place = unowned
                .as_ref()
                .map(|path| format!(" (`{path}` is of no package)"));
            format!("{file}: {soname}{}", place.unwrap_or_default())
        });
        let rest = self.missing.len().saturating_sub(LINES);
        let rest = (rest > 0).then(|| format!("and {rest} more"));
        let mut failure = Failure::build(format!(
            "the package needs {what} neither in it nor in an installed package"
        ))
        .details(lines.take(LINES).chain(rest));
        if sonames
            .iter()
            .any(|soname| soname.starts_with("libc.musl-"))
        {
            failure = failure.hint("a wheel for musl does not run on Debian: pin one for `manylinux`, or build from source");
        }
        Err(failure
            .hint(format!(
                "install what has it, and name that in `[build] apt`: `apt-file search {first}` finds it"
            ))
            .into())
    }
}

/// Returns the first of the candidates that some package says something of; else a package that owns one.
fn source<'c>(soname: &str, candidates: &'c [Candidate]) -> Option<Source<'c>> {
    let owned = || candidates.iter().flat_map(|it| &it.owners);
    owned()
        .find_map(|owner| described(soname, owner))
        .or_else(|| {
            let owner = owned().next()?;
            Some(Source::Owner(&owner.name))
        })
}

fn described<'c>(soname: &str, owner: &'c Owner) -> Option<Source<'c>> {
    let mut symbols = owner.symbols.iter();
    if let Some(library) = symbols.find_map(|symbols| symbols.library(soname)) {
        return Some(Source::Symbols(library));
    }
    let mut shlibs = owner.shlibs.iter();
    shlibs
        .find_map(|shlibs| shlibs.find(soname))
        .map(Source::Shlibs)
}

#[cfg(test)]
mod tests;

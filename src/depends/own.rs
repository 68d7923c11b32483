//! The libraries that a package brings itself, found as the dynamic linker would.

use super::{Abi, ElfFile, search_path};
use std::collections::{BTreeMap, BTreeSet};

/// The ELF files of a package by path and by name.
#[derive(Clone, Debug, Default)]
pub struct OwnLibraries {
    paths: BTreeMap<String, Abi>,
    names: BTreeSet<(String, Abi)>,
}

/// How many links may follow one another (`ELOOP` of Linux).
const LONGEST_CHAIN: usize = 40;

impl OwnLibraries {
    /// Takes the ELF files of a package, and its links with their targets as they are written.
    pub fn new<'a>(
        files: &[ElfFile],
        links: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Self {
        let mut own = OwnLibraries::default();
        for file in files {
            let Ok(object) = &file.object else { continue };
            let path = format!("/{}", String::from_utf8_lossy(file.path.as_bytes()));
            own.add(path, object.abi);
            if let Some(soname) = &object.soname {
                own.names.insert((soname.clone(), object.abi));
            }
        }
        let links: BTreeMap<String, String> = links
            .into_iter()
            .map(|(path, target)| {
                let path = format!("/{}", String::from_utf8_lossy(path));
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = String::from_utf8_lossy(target);
                let target = if target.starts_with('/') {
                    search_path::normal(&target)
                } else {
                    search_path::normal(&format!("{folder}/{target}"))
                };
                (path, target)
            })
            .collect();
        for (path, target) in &links {
            let mut target = target;
            for _ in 0..LONGEST_CHAIN {
                match links.get(target) {
                    Some(next) => target = next,
                    None => break,
                }
            }
            if let Some(abi) = own.paths.get(target) {
                own.add(path.clone(), *abi);
            }
        }
        own
    }

    fn add(&mut self, path: String, abi: Abi) {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        self.names.insert((name, abi));
        self.paths.insert(path, abi);
    }

    /// Returns whether one of the folders has a library for this machine.
    pub(super) fn is_in<'a>(
        &self,
        soname: &str,
        folders: impl IntoIterator<Item = &'a String>,
        abi: Abi,
    ) -> bool {
        let has = |path: &str| self.paths.get(path) == Some(&abi);
        if soname.starts_with('/') {
            return has(&search_path::normal(soname));
        }
        folders
            .into_iter()
            .any(|folder| has(&search_path::normal(&format!("{folder}/{soname}"))))
    }

    /// Returns whether any folder has it: programs load libraries by their path before those that need them.
    pub(super) fn is_anywhere(&self, soname: &str, abi: Abi) -> bool {
        let name = soname.rsplit('/').next().unwrap_or_default();
        self.names.contains(&(name.to_owned(), abi))
    }
}

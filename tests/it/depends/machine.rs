//! Programs and libraries of this machine, which dpkg-shlibdeps and readelf read too.

use super::shlibdeps;
use deb_build_app::deb::ArchivePath;
use deb_build_app::depends::{Dpkg, ElfFile, OwnLibraries, relations};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Returns what we say of files of this machine.
fn ours(files: &[PathBuf]) -> (BTreeSet<String>, Vec<String>) {
    let read: Vec<ElfFile> = files
        .iter()
        .map(|path| {
            let place = ArchivePath::from_absolute(path.to_str().unwrap()).unwrap();
            ElfFile::read(&place, &std::fs::read(path).unwrap()).expect("it is an ELF file")
        })
        .collect();
    let installed = Dpkg::open(Path::new("/"), "amd64").unwrap();
    let own = OwnLibraries::new(&[], []);
    let found = relations(&read, &own, "amd64", &installed)
        .unwrap_or_else(|error| panic!("{}", deb_build_app::failure::render(&error)));
    let relations = found.relations.iter().map(ToString::to_string);
    (relations.collect(), found.warnings)
}

/// Every how-manieth program is asked alone.
const STEP: usize = 40;

#[test]
fn programs_of_this_machine_need_what_dpkg_shlibdeps_says() {
    let programs = shlibdeps::loadable(Path::new("/usr/bin"));
    assert!(programs.len() > 100, "{}", programs.len());
    let sample: Vec<_> = programs.iter().step_by(STEP).cloned().collect();
    for program in &sample {
        let one = std::slice::from_ref(program);
        let (mut found, warnings) = ours(one);
        // A library of a package that says nothing of it: dpkg-shlibdeps is told to forget such, and we name the package.
        for warning in &warnings {
            let package = warning.split('`').nth(1).unwrap();
            assert!(found.remove(package), "{}: {warning}", program.display());
        }
        let said = shlibdeps::ask(one);
        let program = program.display();
        assert_eq!(found, said, "{program}: {warnings:?}");
    }
}

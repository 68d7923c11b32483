//! Files and systems made of a few words.

use super::*;
use crate::deb::ArchivePath;
use crate::depends::elf::{Kind, Symbol};
use crate::depends::{Abi, Shlibs, Symbols, elf};
use crate::failure::render;
use std::rc::Rc;

/// The header of an ELF file for this machine, and for another.
fn abi(machine: u8) -> Abi {
    let mut head = vec![0; 64];
    head[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    head[18] = machine;
    elf::abi(&head).expect("it is a header")
}

const AMD64: u8 = 62;
const ARM64: u8 = 183;

fn file(path: &str, needed: &[&str], undefined: &[&str]) -> ElfFile {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    ElfFile {
        path: ArchivePath::new(path).expect("it is a path"),
        object: Ok(Object {
            abi: abi(AMD64),
            kind: Kind::Shared,
            interpreter: None,
            soname: None,
            needed: words(needed),
            search_path: words(&["$ORIGIN/../demo.libs"]),
            undefined: undefined
                .iter()
                .map(|symbol| {
                    let (name, version) = symbol.split_once('@').expect("it has a version");
                    Symbol {
                        name: name.to_owned(),
                        version: Some(version.to_owned()),
                    }
                })
                .collect(),
            has_symbol_table: false,
            embeds_library: false,
        }),
    }
}

/// A system of paths, each with what its package says.
struct System {
    folders: Vec<String>,
    files: Vec<(&'static str, Vec<Owner>)>,
}

impl Installed for System {
    fn find(&self, soname: &str, folders: &[String], _: Abi) -> Result<Vec<Candidate>> {
        let folders = folders.iter().chain(&self.folders);
        let paths = folders.map(|folder| format!("{folder}/{soname}"));
        let found = paths.filter_map(|path| self.files.iter().find(|(it, _)| *it == path));
        Ok(found
            .map(|(path, owners)| Candidate {
                path: (*path).to_owned(),
                owners: owners.clone(),
            })
            .collect())
    }

    fn folders(&self) -> &[String] {
        &self.folders
    }
}

fn owner(name: &str, symbols: &str, shlibs: &str) -> Owner {
    Owner {
        name: name.to_owned(),
        symbols: vec![Rc::new(Symbols::parse(symbols))],
        shlibs: vec![Rc::new(Shlibs::parse(shlibs))],
    }
}

fn system() -> System {
    let libc = "libc.so.6 libc6 #MINVER#\n| libc6 (>> 2.36), libc6 (<< 2.37)\n fopen@GLIBC_2.2.5 2.2.5\n memfd_create@GLIBC_2.27 2.27\n inside@GLIBC_PRIVATE 0 1\n";
    System {
        folders: vec!["/usr/local/lib".to_owned(), "/usr/lib".to_owned()],
        files: vec![
            (
                "/usr/lib/libc.so.6",
                vec![owner("libc6", libc, "libc 6 libc6 (>= 2.36)")],
            ),
            (
                "/usr/lib/libz.so.1",
                vec![owner("zlib1g", "", "libz 1 zlib1g (>= 1:1.2.11)")],
            ),
            ("/usr/local/lib/libz.so.1", Vec::new()),
            ("/usr/lib/libquiet.so.1", vec![owner("quiet", "", "")]),
            ("/usr/local/lib/libhand.so.1", Vec::new()),
        ],
    }
}

fn found(files: &[ElfFile]) -> String {
    let links = [(
        &b"opt/demo/demo.libs/liblink.so.2"[..],
        &b"libown-1a2b.so"[..],
    )];
    let own = OwnLibraries::new(files, links);
    match relations(files, &own, "amd64", &system()) {
        Err(error) => render(&error),
        Ok(needed) => {
            let relations = needed.relations.iter().map(ToString::to_string);
            let lines: Vec<_> = relations.chain(needed.warnings).collect();
            lines.join("\n")
        }
    }
}

#[test]
fn the_newest_symbol_of_all_files_is_the_bound() {
    assert_eq!(
        found(&[
            file("opt/demo/a/a.so", &["libc.so.6"], &["fopen@GLIBC_2.2.5"]),
            file(
                "opt/demo/a/b.so",
                &["libc.so.6"],
                &["memfd_create@GLIBC_2.27", "own@DEMO"]
            ),
        ]),
        "libc6 (>= 2.27)"
    );
    assert_eq!(
        found(&[file(
            "opt/demo/a/a.so",
            &["libc.so.6"],
            &["inside@GLIBC_PRIVATE"]
        )]),
        "libc6 (<< 2.37)\nlibc6 (>> 2.36)"
    );
}

#[test]
fn a_library_without_symbols_has_the_relation_of_its_shlibs() {
    assert_eq!(
        found(&[file(
            "opt/demo/a/a.so",
            &["libz.so.1"],
            &["inflate@ZLIB_1.2"]
        )]),
        "zlib1g (>= 1:1.2.11)",
        "the one of no package that is found first is passed over"
    );
}

#[test]
fn a_library_of_which_nothing_is_said_is_its_package() {
    assert_eq!(
        found(&[file("opt/demo/a/a.so", &["libquiet.so.1"], &[])]),
        "quiet\nthe package `quiet` does not say since which version it has the library `libquiet.so.1`, so any version will do"
    );
}

#[test]
fn what_the_package_brings_is_not_asked_of_the_system() {
    let mut own = file(
        "opt/demo/demo.libs/libown-1a2b.so",
        &["libc.so.6"],
        &["fopen@GLIBC_2.2.5"],
    );
    if let Ok(object) = &mut own.object {
        object.soname = Some("libown.so.9".to_owned());
    }
    let files = [
        own,
        file("opt/demo/demo.libs/libz.so.1", &[], &[]),
        file("opt/demo/other/libquiet.so.1", &[], &[]),
        // By the search path, by a link, by a soname elsewhere; the system's own before one that no search path names.
        file(
            "opt/demo/a/a.so",
            &["libz.so.1", "liblink.so.2", "libown.so.9", "libquiet.so.1"],
            &[],
        ),
    ];
    assert_eq!(
        found(&files).lines().take(2).collect::<Vec<_>>(),
        ["libc6 (>= 2.2.5)", "quiet"]
    );
}

#[test]
fn files_for_other_machines_and_broken_ones_need_nothing_and_help_nobody() {
    let mut foreign = file("opt/demo/demo.libs/libz.so.1", &["libnone.so.1"], &[]);
    if let Ok(object) = &mut foreign.object {
        object.abi = abi(ARM64);
    }
    let broken = ElfFile {
        path: ArchivePath::new("opt/demo/a/b.so").expect("it is a path"),
        object: elf::read(b"\x7fELF"),
    };
    let files = [
        foreign,
        broken,
        file("opt/demo/a/a.so", &["libz.so.1"], &[]),
    ];
    assert_eq!(found(&files), "zlib1g (>= 1:1.2.11)");
}

#[test]
fn every_library_that_is_nowhere_is_told_at_once() {
    let files = [
        file("opt/demo/a/a.so", &["libnone.so.1", "libhand.so.1"], &[]),
        file("opt/demo/a/b.so", &["libnone.so.1", "libc.so.6"], &[]),
    ];
    assert_eq!(
        found(&files),
        "error: the package needs 2 libraries that are neither in it nor in an installed package\n  \
         | opt/demo/a/a.so: libhand.so.1 (`/usr/local/lib/libhand.so.1` is of no package)\n  \
         | opt/demo/a/a.so: libnone.so.1\n  \
         | opt/demo/a/b.so: libnone.so.1\n\n\
         hint: install what has it, and name that in `[build] apt`: `apt-file search libhand.so.1` finds it\n"
    );
    let musl = [file("opt/demo/a/a.so", &["libc.musl-x86_64.so.1"], &[])];
    assert!(found(&musl).contains("hint: a wheel for musl does not run on Debian"));
}

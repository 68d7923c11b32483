//! ELF files that are unusual, cut off, or changed on purpose.

use crate::context::succeed;
use deb_build_app::depends::elf::{self, Kind, Object};
use proptest::prelude::*;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// A program and a library that every Debian has.
static REAL: LazyLock<[Vec<u8>; 2]> =
    LazyLock::new(|| ["/usr/bin/true", "/usr/bin/dpkg"].map(|path| std::fs::read(path).unwrap()));

/// Compiles a small program with these options and reads it.
fn compiled(folder: &Path, words: &str) -> Object {
    elf::read(&compile(folder, words)).unwrap()
}

fn compile(folder: &Path, words: &str) -> Vec<u8> {
    let source = "#include <stdio.h>\nint main(void) { return fputs(\"a\", stdout); }\n";
    std::fs::write(folder.join("a.c"), source).unwrap();
    succeed(Command::new("sh").args(["-euc", words]).current_dir(folder));
    std::fs::read(folder.join("out")).unwrap()
}

#[test]
fn what_is_not_linked_to_libraries_needs_none() {
    let folder = tempfile::tempdir().unwrap();
    for (words, kind) in [
        ("gcc -c -o out a.c", Kind::Relocatable),
        ("gcc -static -o out a.c", Kind::Executable),
        ("gcc -static-pie -o out a.c", Kind::Shared),
        (
            "gcc -g -o whole a.c && objcopy --only-keep-debug whole out",
            Kind::Shared,
        ),
    ] {
        let found = compiled(folder.path(), words);
        assert_eq!(
            (found.kind, found.needed, found.undefined.len()),
            (kind, vec![], 0),
            "{words}"
        );
    }
    let archive = compile(
        folder.path(),
        "rm out && gcc -c -o a.o a.c && ar rc out a.o",
    );
    assert!(
        !archive.starts_with(elf::MAGIC),
        "an archive is no ELF file"
    );
}

#[test]
fn a_program_at_a_fixed_address_needs_the_variables_that_it_copies() {
    let folder = tempfile::tempdir().unwrap();
    let found = compiled(folder.path(), "gcc -fno-pie -no-pie -o out a.c");
    let symbols: Vec<_> = found.undefined.iter().map(ToString::to_string).collect();
    assert!(
        symbols.iter().any(|symbol| symbol == "stdout@GLIBC_2.2.5"),
        "{symbols:?}"
    );
    assert_eq!(found.kind, Kind::Executable);
    assert!(found.interpreter.unwrap().starts_with("/lib64/ld-linux"));
}

#[test]
fn names_versions_and_search_paths_are_as_they_were_linked() {
    let folder = tempfile::tempdir().unwrap();
    let words = "gcc -shared -fPIC -Wl,-soname,libx.so.1 -o libx.so a.c && \
        gcc -Wl,--no-as-needed,--enable-new-dtags,-rpath,'$ORIGIN/../x.libs:/usr/lib' -o out a.c ./libx.so";
    let found = compiled(folder.path(), words);
    assert_eq!(found.needed, ["libx.so.1", "libc.so.6"]);
    assert_eq!(found.search_path, ["$ORIGIN/../x.libs", "/usr/lib"]);
    let old = compiled(
        folder.path(),
        "gcc -Wl,--disable-new-dtags,-rpath,/a -o out a.c",
    );
    assert_eq!(old.search_path, ["/a"]);
    let library = elf::read(&std::fs::read(folder.path().join("libx.so")).unwrap()).unwrap();
    assert_eq!(library.soname.as_deref(), Some("libx.so.1"));
}

#[test]
fn section_headers_are_not_needed() {
    for style in ["gnu", "sysv"] {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = compile(
            folder.path(),
            &format!("gcc -Wl,--hash-style={style} -o out a.c && strip out"),
        );
        let whole = elf::read(&bytes).unwrap();
        assert!(!whole.undefined.is_empty());
        // e_shoff, e_shnum and e_shstrndx.
        bytes[40..48].fill(0);
        bytes[60..64].fill(0);
        assert_eq!(elf::read(&bytes).unwrap(), whole, "{style}");
    }
}

#[test]
fn every_cut_is_an_answer() {
    let whole = &REAL[0];
    for length in 0..whole.len() {
        let _ = elf::read(&whole[..length]);
        let _ = elf::abi(&whole[..length]);
    }
    let said = elf::read(&whole[..60]).unwrap_err().to_string();
    assert!(said.starts_with("is cut off or damaged: "), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Changed numbers lead anywhere, and every walk ends.
    #[test]
    fn changed_files_are_read_or_refused(
        which in 0usize..2,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<[u8; 4]>(), 0usize..3), 1..12),
    ) {
        let mut bytes = REAL[which].clone();
        for (at, new, near) in changes {
            // The headers, the dynamic tables, or anywhere.
            let length = match near {
                0 => 0x400.min(bytes.len() - 4),
                1 => 0x2000.min(bytes.len() - 4),
                _ => bytes.len() - 4,
            };
            let at = at.index(length);
            bytes[at..at + 4].copy_from_slice(&new);
        }
        let _ = elf::read(&bytes);
    }
}

//! Programs and libraries of this machine, which dpkg-shlibdeps and readelf read too.

use super::shlibdeps;
use crate::context::succeed;
use deb_build_app::deb::ArchivePath;
use deb_build_app::depends::{Dpkg, ElfFile, OwnLibraries, elf, relations};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

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

#[test]
fn a_program_with_python_in_it_needs_its_library() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("a.c"),
        "#include <Python.h>\nint main(void) { Py_Initialize(); return PyRun_SimpleString(\"\"); }\n",
    )
    .unwrap();
    succeed(
        Command::new("sh")
            .args([
                "-euc",
                "gcc -o a a.c $(python3-config --embed --cflags --ldflags) -Wl,--no-as-needed -lstdc++",
            ])
            .current_dir(folder.path()),
    );
    let program = [folder.path().join("a")];
    let (found, warnings) = ours(&program);
    assert_eq!((&found, warnings), (&shlibdeps::ask(&program), vec![]));
    let names: Vec<_> = found.iter().filter_map(|it| it.split(' ').next()).collect();
    assert_eq!(names, ["libc6", "libpython3.11", "libstdc++6"]);
}

/// Returns what stands between brackets in the lines of readelf that have a word.
fn bracketed(said: &str, word: &str) -> Vec<String> {
    said.lines()
        .filter(|line| line.contains(word))
        .filter_map(|line| line.split_once('[')?.1.split_once(']'))
        .map(|(text, _)| text.to_owned())
        .collect()
}

#[test]
fn libraries_of_this_machine_say_what_readelf_reads() {
    let folder = Path::new("/usr/lib/x86_64-linux-gnu");
    let libraries = shlibdeps::loadable(folder);
    assert!(libraries.len() > 100, "{}", libraries.len());
    for path in libraries.iter().step_by(15) {
        let Ok(object) = elf::read(&std::fs::read(path).unwrap()) else {
            panic!("{} is not read", path.display());
        };
        let readelf = |option: &str| {
            let mut command = Command::new("readelf");
            succeed(command.args(["-W", option]).arg(path))
        };
        let dynamic = readelf("-d");
        assert_eq!(
            object.needed,
            bracketed(&dynamic, "(NEEDED)"),
            "{}",
            path.display()
        );
        assert_eq!(
            object.soname.into_iter().collect::<Vec<_>>(),
            bracketed(&dynamic, "(SONAME)")
        );
        let symbols = readelf("--dyn-syms");
        let theirs: BTreeSet<String> = symbols
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|words| words.len() > 7 && words[6] == "UND" && words[3] != "SECTION")
            .map(|words| words[7].replace("@@", "@"))
            .map(|name| {
                if name.contains('@') {
                    name
                } else {
                    format!("{name}@Base")
                }
            })
            .collect();
        let ours: BTreeSet<String> = object.undefined.iter().map(ToString::to_string).collect();
        assert_eq!(ours, theirs, "{}", path.display());
    }
}

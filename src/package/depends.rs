//! Which packages the compiled files need (`dpkg-shlibdeps` in small; deb-shlibs(5)).
//!
//! The C library's version comes from the symbols that are used; every other library's from the `shlibs` file of the
//! package that brings it on this machine, which is the release that is built for.
//!
//! # Limits
//! `symbols` files are not read, so a bound may be higher than needed, never lower. A library that the package brings
//! itself is known by its file name.

use super::elf::ElfFile;
use crate::deb::{Architecture, Relation};
use crate::failure::Failure;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Sonames of the C library's package.
const LIBC: &[&str] = &[
    "libc.so.6",
    "libm.so.6",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "libutil.so.1",
    "libresolv.so.2",
    "libanl.so.1",
];

/// Returns the architecture of a package that holds these files: `all` when none is compiled.
///
/// # Errors
/// When a file is for another machine than this one.
pub(super) fn architecture(files: &[ElfFile], host: &str) -> Result<Architecture> {
    let foreign = files.iter().find(|file| {
        file.architecture
            .is_some_and(|architecture| architecture != host)
    });
    if let Some(file) = foreign {
        return Err(Failure::build(format!(
            "`{}` is for {}, but the package is for {host}",
            file.path,
            file.architecture.unwrap_or("another machine")
        ))
        .hint("leave that distribution out, or pin one that has a wheel for this machine")
        .into());
    }
    let name = if files.is_empty() { "all" } else { host };
    name.parse()
        .map_err(|error| anyhow::anyhow!("dpkg calls this machine `{name}`: {error}"))
}

/// Returns the relations that the files need.
///
/// `bundled` are the names of all files in the package, `shlibs` the lines of all shlibs files of this machine.
///
/// # Errors
/// When no package of this machine brings a library.
pub(super) fn relations(
    files: &[ElfFile],
    bundled: &BTreeSet<String>,
    shlibs: &str,
) -> Result<Vec<Relation>> {
    let known = parse_shlibs(shlibs);
    let mut texts = BTreeSet::new();
    for file in files {
        for soname in &file.needed {
            if is_libc(soname) || bundled.contains(soname) {
                continue;
            }
            let relation = find(&known, soname).ok_or_else(|| {
                Failure::build(format!(
                    "`{}` needs the library `{soname}`, which no installed package brings",
                    file.path
                ))
                .hint("install the package that has it, and name it in `[build] apt`: `apt-file search` finds it")
            })?;
            texts.extend(relation.split(", ").map(str::to_owned));
        }
    }
    if files
        .iter()
        .any(|file| file.needed.iter().any(|soname| is_libc(soname)))
    {
        let newest = files.iter().filter_map(|file| file.glibc).max();
        texts.insert(newest.map_or_else(
            || "libc6".to_owned(),
            |(major, minor)| format!("libc6 (>= {major}.{minor})"),
        ));
    }
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error| anyhow::anyhow!("`{text}` in a shlibs file: {error}"))
        })
        .collect()
}

/// Returns the relation of a soname. Some libraries are needed by the name of the file, which has more numbers than the
/// soname: `libgomp.so.1.0.0` is `libgomp.so.1`.
fn find<'a>(known: &BTreeMap<String, &'a str>, soname: &str) -> Option<&'a str> {
    let mut name = soname;
    loop {
        if let Some(relation) = known.get(name) {
            return Some(relation);
        }
        name = name
            .rsplit_once('.')
            .filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))?
            .0;
    }
}

fn is_libc(soname: &str) -> bool {
    LIBC.contains(&soname) || soname.starts_with("ld-linux")
}

/// Reads shlibs lines into sonames and their relations. A soname is `NAME.so.VERSION` or `NAME-VERSION.so`.
fn parse_shlibs(text: &str) -> BTreeMap<String, &str> {
    let mut known = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        // A line with a type is about installers, not about this system.
        if line.is_empty()
            || line.starts_with('#')
            || line
                .split(' ')
                .next()
                .is_some_and(|word| word.ends_with(':'))
        {
            continue;
        }
        let mut words = line.splitn(3, char::is_whitespace);
        if let (Some(library), Some(version), Some(relation)) =
            (words.next(), words.next(), words.next())
        {
            let relation = relation.trim();
            known.insert(format!("{library}.so.{version}"), relation);
            known.insert(format!("{library}-{version}.so"), relation);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(needed: &[&str], glibc: Option<(u32, u32)>) -> ElfFile {
        ElfFile {
            path: "opt/demo/a.so".to_owned(),
            architecture: Some("amd64"),
            needed: needed.iter().map(|name| (*name).to_owned()).collect(),
            glibc,
            has_symbols: false,
        }
    }

    const SHLIBS: &str = "libpq 5 libpq5 (>= 15~~)\nudeb: libz 1 zlib1g-udeb\nlibz 1 zlib1g (>= 1:1.2.11)\nlibdb 5.3 libdb5.3\n";

    fn found(files: &[ElfFile]) -> String {
        let bundled = BTreeSet::from(["libown-1.so".to_owned()]);
        relations(files, &bundled, SHLIBS).map_or_else(
            |error| error.to_string(),
            |relations| {
                relations
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            },
        )
    }

    #[test]
    fn the_newest_c_library_that_any_file_needs_is_asked_for() {
        let files = [
            file(&["libc.so.6"], Some((2, 4))),
            file(&["libc.so.6", "libm.so.6"], Some((2, 14))),
        ];
        assert_eq!(found(&files), "libc6 (>= 2.14)");
    }

    #[test]
    fn other_libraries_come_from_shlibs_and_own_ones_from_the_package() {
        let files = [file(
            &["libpq.so.5", "libz.so.1", "libdb-5.3.so", "libown-1.so"],
            None,
        )];
        assert_eq!(
            found(&files),
            "libdb5.3, libpq5 (>= 15~~), zlib1g (>= 1:1.2.11)"
        );
        assert_eq!(
            found(&[file(&["libz.so.1.2.13"], None)]),
            "zlib1g (>= 1:1.2.11)",
            "a file's name has more numbers than the soname"
        );
        assert!(found(&[file(&["libnone.so.1"], None)]).contains("no installed package brings"));
    }

    #[test]
    fn a_package_without_compiled_files_is_for_all_machines() {
        let name = |files: &[ElfFile]| {
            architecture(files, "amd64").map(|architecture| architecture.to_string())
        };
        assert_eq!(name(&[]).ok().as_deref(), Some("all"));
        assert_eq!(name(&[file(&[], None)]).ok().as_deref(), Some("amd64"));
        let foreign = ElfFile {
            architecture: Some("arm64"),
            ..file(&[], None)
        };
        assert!(name(&[foreign]).is_err());
    }
}

//! The architecture of a package, and machine code in it that is for another one (Policy 5.6.8).
//!
//! Wheels for every machine bring programs for several, of which one is used: those are told of. A module that Python would
//! import, or a command, in a distribution that has nothing for this machine, cannot work: it is refused.

use super::{Abi, ElfFile};
use crate::deb::Architecture;
use crate::failure::Failure;
use anyhow::Result;

/// Returns the architecture of a package with these files: the one that is `wanted`, else that of the `host` where something is
/// compiled, else `all`. What is for another machine is told to `warn`.
///
/// `part` says which distribution a file is of.
///
/// # Errors
/// When the package is for every machine and has machine code, or has what cannot run here.
pub fn architecture<'a>(
    files: &'a [ElfFile],
    wanted: Option<Architecture>,
    host: &str,
    part: &dyn Fn(&ElfFile) -> Option<&'a str>,
    warn: &dyn Fn(&str),
) -> Result<Architecture> {
    if wanted == Some(Architecture::ALL) {
        refuse_machine_code(files)?;
    }
    let native = |part: Option<&str>, of: &dyn Fn(&ElfFile) -> Option<&'a str>| {
        files
            .iter()
            .any(|file| of(file) == part && abi(file).is_some_and(|abi| abi.is_of(host)))
    };
    for file in files {
        let path = &file.path;
        match &file.object {
            Err(error) => warn(&format!(
                "`{path}` begins as a program does and {error}: what it needs is not among the dependencies"
            )),
            Ok(object) if !object.abi.is_of(host) => {
                // Code for graphics cards and virtual machines is data.
                let Some(other) = object.abi.architecture() else {
                    continue;
                };
                if is_used(path.as_bytes()) && !native(part(file), part) {
                    return Err(Failure::build(format!(
                        "`{path}` is for {other}, but the package is for {host}"
                    ))
                    .hint(
                        "leave that distribution out, or pin one that has a wheel for this machine",
                    )
                    .into());
                }
                warn(&format!("`{path}` is for {other} and cannot run on {host}"));
            }
            Ok(_) => {}
        }
    }
    if let Some(wanted) = wanted {
        return Ok(wanted);
    }
    let name = if files.is_empty() { "all" } else { host };
    name.parse()
        .map_err(|error| anyhow::anyhow!("dpkg calls this machine `{name}`, which {error}"))
}

fn abi(file: &ElfFile) -> Option<Abi> {
    file.object.as_ref().ok().map(|object| object.abi)
}

/// Returns whether Python imports a file by its name, or a shell runs it.
fn is_used(path: &[u8]) -> bool {
    let mut parts = path.rsplit(|byte| *byte == b'/');
    let name = parts.next().unwrap_or_default();
    name.ends_with(b".so") || parts.next() == Some(b"bin")
}

fn refuse_machine_code(files: &[ElfFile]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let found = match files.len() {
        1 => "1 file in it is".to_owned(),
        count => format!("{count} files in it are"),
    };
    let paths = files.iter().take(10).map(|file| file.path.to_string());
    let rest = (files.len() > 10).then(|| format!("and {} more", files.len() - 10));
    Err(Failure::build(format!(
        "the package is for every architecture, but {found} machine code"
    ))
    .details(paths.chain(rest))
    .hint("leave `target.architecture` out: it is then that of this machine")
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deb::ArchivePath;
    use crate::failure::render;
    use std::cell::RefCell;

    const AMD64: u8 = 62;
    const ARM64: u8 = 183;
    /// A processor of a graphics card.
    const CUDA: u8 = 190;

    fn file(path: &str, machine: u8) -> ElfFile {
        let mut bytes = vec![0; 64];
        bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        (bytes[16], bytes[18], bytes[20], bytes[52]) = (1, machine, 1, 64);
        let path = ArchivePath::new(path).expect("it is a path");
        ElfFile::read(&path, &bytes).expect("it is an ELF file")
    }

    /// Returns the architecture, or the error, and the warnings; the first folder is the distribution.
    fn found(files: &[ElfFile], wanted: Option<&str>) -> (String, Vec<String>) {
        let warnings = RefCell::new(Vec::new());
        let part = |file: &ElfFile| {
            let own = files.iter().find(|it| it.path == file.path)?;
            std::str::from_utf8(own.path.as_bytes())
                .ok()?
                .split('/')
                .next()
        };
        let wanted = wanted.map(|name| name.parse().expect("it is an architecture"));
        let warn = |text: &str| warnings.borrow_mut().push(text.to_owned());
        let result = architecture(files, wanted, "amd64", &part, &warn);
        let text = result.map_or_else(|error| render(&error), |found| found.to_string());
        (text, warnings.into_inner())
    }

    #[test]
    fn a_package_is_for_all_machines_unless_something_is_compiled() {
        let code = [file("a/a.so", AMD64)];
        for (files, wanted, expected) in [
            (&[][..], None, "all"),
            (&code, None, "amd64"),
            (&[], Some("amd64"), "amd64"),
            (&[], Some("all"), "all"),
            (&[file("a/kernel.cubin", CUDA)], None, "amd64"),
        ] {
            assert_eq!(found(files, wanted), (expected.to_owned(), vec![]));
        }
    }

    #[test]
    fn machine_code_in_a_package_for_all_machines_is_refused() {
        let files = [file("a/a.so", AMD64), file("a/b.so", ARM64)];
        assert_eq!(
            found(&files, Some("all")).0,
            "error: the package is for every architecture, but 2 files in it are machine code\n  | a/a.so\n  | a/b.so\n\n\
             hint: leave `target.architecture` out: it is then that of this machine\n"
        );
    }

    #[test]
    fn a_module_for_another_machine_is_refused_unless_one_for_this_is_beside_it() {
        let alone = [file("a/a.so", ARM64), file("b/b.so", AMD64)];
        assert_eq!(
            found(&alone, None).0,
            "error: `a/a.so` is for arm64, but the package is for amd64\n\n\
             hint: leave that distribution out, or pin one that has a wheel for this machine\n"
        );
        let program = [file("a/bin/tool", ARM64)];
        assert!(
            found(&program, None)
                .0
                .starts_with("error: `a/bin/tool` is for arm64")
        );
        let both = [file("a/a.so", ARM64), file("a/b.so", AMD64)];
        let told = vec!["`a/a.so` is for arm64 and cannot run on amd64".to_owned()];
        assert_eq!(found(&both, None), ("amd64".to_owned(), told));
        let data = [file("a/tests/blob.elf", ARM64)];
        let told = vec!["`a/tests/blob.elf` is for arm64 and cannot run on amd64".to_owned()];
        assert_eq!(found(&data, None), ("amd64".to_owned(), told));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let path = ArchivePath::new("a/cut").expect("it is a path");
        let cut = ElfFile::read(&path, b"\x7fELF\x02").expect("it begins as one");
        let (text, warnings) = found(&[cut], None);
        assert_eq!(text, "amd64");
        assert!(
            warnings.len() == 1
                && warnings[0]
                    .starts_with("`a/cut` begins as a program does and is cut off or damaged: "),
            "{warnings:?}"
        );
    }
}

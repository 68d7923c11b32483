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

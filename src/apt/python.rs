//! The distribution's packages of Python, as files: apt names and fetches them, and checks what it fetched by the hashes of the
//! archive; the cache keeps them, so that the next build needs no network.
//!
//! Nothing is installed, and no root is needed but for fetching lists of packages where the machine has none, or old ones.

use super::{Permission, not_allowed_to_update};
use crate::deb::{PackageName, hexadecimal};
use crate::failure::{Failure, OrFailure as _};
use crate::plan::{PackageFile, PythonPackages, download};
use crate::sys::fs;
use crate::sys::lock::Lock;
use crate::sys::process::{Cmd, Line, Runner};
use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// A package file that is there and has been checked.
#[derive(Clone, Debug)]
pub struct FetchedPackage {
    /// What apt knows of it.
    pub file: PackageFile,
    /// Where it is.
    pub path: PathBuf,
}

/// What fetching needs.
#[derive(Clone, Copy)]
pub struct Fetching<'a> {
    /// Whether lists of packages may be fetched.
    pub permission: Permission,
    /// Runs the commands.
    pub runner: Runner,
    /// Where their output is kept.
    pub log: &'a Path,
    /// Told of what may be wrong and does not stop the build.
    pub warn: &'a dyn Fn(&str),
}

/// Asks apt which files the newest versions of packages are; nothing when it does not know one of them. Nothing is written.
///
/// # Errors
/// When apt cannot be run.
pub fn candidates(
    names: &[PackageName],
    kept: &Path,
    runner: Runner,
) -> Result<Option<Vec<PackageFile>>> {
    let query = Cmd::new("apt-get")
        .args(["-qq", "download", "--print-uris", "--"])
        .args(names.iter().map(PackageName::as_str));
    let answer = runner.ask(&query)?;
    let mut files = parse(&answer.stdout);
    // In the order of the names.
    files.sort_by_key(|file| names.iter().position(|it| it.as_str() == file.package));
    for file in &mut files {
        file.is_kept = is_kept(kept, file);
    }
    Ok((answer.success() && files.len() == names.len()).then_some(files))
}

/// Reads lines of `apt-get --print-uris`: `'URI' FILE SIZE SHA256:HASH`.
fn parse(lines: &str) -> Vec<PackageFile> {
    let file = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let name = words.next()?;
        let size = words.next()?.parse().ok()?;
        let sha256 = words.next()?.strip_prefix("SHA256:")?;
        let mut parts = name.strip_suffix(".deb")?.split('_');
        let package = parts.next()?.to_owned();
        // apt writes the colon of an epoch as `%3a`.
        let version = parts.next()?.replace("%3a", ":");
        (!name.contains('/')).then(|| PackageFile {
            package,
            version,
            name: name.to_owned(),
            size,
            sha256: sha256.to_owned(),
            is_kept: false,
        })
    };
    lines.lines().filter_map(file).collect()
}

fn is_kept(kept: &Path, file: &PackageFile) -> bool {
    fs::open_regular(&kept.join(&file.name))
        .and_then(|open| open.metadata())
        .is_ok_and(|found| found.len() == file.size)
}

/// Fetches the package files that are not kept, and checks all of them.
///
/// Where apt's lists are missing or too old, new ones are fetched; where nothing can be fetched, the files of the last build are
/// taken, with a warning.
///
/// # Errors
/// When they can neither be fetched nor were before.
pub fn fetch(
    packages: &PythonPackages,
    fetching: &Fetching<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Vec<FetchedPackage>> {
    let kept = &packages.kept;
    fs::create_dir_all(kept)?;
    let _lock = Lock::exclusive(&kept.join("lock"))?;
    let mut fetched = match &packages.files {
        Some(files) => bring(files, packages, fetching, on_line),
        None => Err(anyhow::anyhow!("apt has no lists of packages")),
    };
    if fetched.is_err() {
        let updated = if fetching.permission == Permission::Given {
            let cmd = packages.update.complete()?;
            fetching.runner.run(&cmd, fetching.log, on_line)
        } else {
            Err(not_allowed_to_update().into())
        };
        fetched = match updated {
            Ok(()) => match candidates(&packages.names, kept, fetching.runner)? {
                Some(files) => bring(&files, packages, fetching, on_line),
                None => Err(anyhow::anyhow!("apt does not know them")),
            },
            // What went wrong first is why all this was tried.
            Err(error) => Err(match fetched {
                Err(first) => first.context(format!("{error:#}")),
                Ok(_) => error,
            }),
        };
    }
    // `python3.11-minimal.list` names the files of the last build.
    let first = packages.names.first().map_or("", PackageName::as_str);
    let list = kept.join(format!("{first}.list"));
    match fetched {
        Ok(fetched) => {
            let line = |it: &FetchedPackage| {
                let PackageFile {
                    name, size, sha256, ..
                } = &it.file;
                format!("'' {name} {size} SHA256:{sha256}\n")
            };
            let lines: String = fetched.iter().map(line).collect();
            fs::write(&list, lines.as_bytes())?;
            Ok(fetched)
        }
        Err(error) => match last(&list, packages)? {
            Some(last) => {
                let version = last.first().map_or("", |it| it.file.version.as_str());
                (fetching.warn)(&format!(
                    "the distribution's packages of Python cannot be fetched: the package gets those of the last build, {version} ({error:#})"
                ));
                Ok(last)
            }
            None => Err(error).or_failure(|| {
                Failure::host(format!(
                    "the packages that the app's own Python is taken out of cannot be fetched: `{}`",
                    listed(&packages.names, "`, `")
                ))
                .hint("run `sudo apt-get update`, and check that the machine reaches its mirror")
            }),
        },
    }
}

fn listed(names: &[PackageName], separator: &str) -> String {
    let names = names.iter().map(PackageName::as_str);
    names.collect::<Vec<_>>().join(separator)
}

/// Returns the files of the last build, when all of them are still there.
fn last(list: &Path, packages: &PythonPackages) -> Result<Option<Vec<FetchedPackage>>> {
    if !fs::is_file(list) {
        return Ok(None);
    }
    let files = parse(&fs::read_to_string(list)?);
    let complete = files.len() == packages.names.len();
    Ok(if complete {
        checked(&files, &packages.kept)?
    } else {
        None
    })
}

/// Makes all files be there, and returns them.
fn bring(
    files: &[PackageFile],
    packages: &PythonPackages,
    fetching: &Fetching<'_>,
    on_line: &mut dyn FnMut(Line<'_>),
) -> Result<Vec<FetchedPackage>> {
    let versions: Vec<_> = files.iter().map(|file| &file.version).collect();
    if versions.windows(2).any(|two| two[0] != two[1]) {
        bail!("apt has packages of different versions: {versions:?}");
    }
    if let Some(fetched) = checked(files, &packages.kept)? {
        return Ok(fetched);
    }
    fs::remove_dir_all(&packages.into)?;
    fs::create_dir_all(&packages.into)?;
    let absent = |file: &&PackageFile| !is_kept(&packages.kept, file);
    let names: Vec<_> = files
        .iter()
        .filter(absent)
        .map(|file| format!("{}={}", file.package, file.version))
        .collect();
    let command = download(names, packages.into.clone(), packages.root);
    fetching
        .runner
        .run(&command.complete()?, fetching.log, on_line)?;
    for file in files.iter().filter(absent) {
        let path = packages.into.join(&file.name);
        let found = sum(&path)?;
        if found != file.sha256 {
            bail!(
                "`{}` has the SHA-256 {found}, and apt said {}",
                file.name,
                file.sha256
            );
        }
        let kept = packages.kept.join(&file.name);
        fs::copy(&path, kept.with_extension("part"))?;
        fs::rename(kept.with_extension("part"), &kept)?;
    }
    checked(files, &packages.kept)?.context("a file that was fetched is not there")
}

/// Returns the kept files when all of them are what they should be; what is not is removed.
fn checked(files: &[PackageFile], kept: &Path) -> Result<Option<Vec<FetchedPackage>>> {
    let mut fetched = Vec::new();
    for file in files {
        let path = kept.join(&file.name);
        if !is_kept(kept, file) {
            return Ok(None);
        }
        if sum(&path)? != file.sha256 {
            fs::remove_file(&path)?;
            return Ok(None);
        }
        fetched.push(FetchedPackage {
            file: file.clone(),
            path,
        });
    }
    Ok(Some(fetched))
}

fn sum(path: &Path) -> Result<String> {
    Ok(hexadecimal(&Sha256::digest(fs::read(path)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_apt_prints_is_read_and_what_has_no_sha_256_is_not() {
        let lines = "'http://deb.example/p/python3.11-minimal_3.11.2-6%2bdeb12u6_amd64.deb' \
                     python3.11-minimal_3.11.2-6+deb12u6_amd64.deb 2064780 SHA256:0a\n\
                     'http://deb.example/x' x_2%3a1.0_all.deb 7 SHA256:0b\n\
                     'http://deb.example/y' y_1.0_all.deb 7 MD5Sum:0c\n\
                     W: something else\n";
        let files: Vec<_> = parse(lines)
            .into_iter()
            .map(|it| (it.package, it.version, it.size, it.sha256))
            .collect();
        let of = |package: &str, version: &str, size, sum: &str| {
            (package.to_owned(), version.to_owned(), size, sum.to_owned())
        };
        assert_eq!(
            files,
            [
                of("python3.11-minimal", "3.11.2-6+deb12u6", 2_064_780, "0a"),
                of("x", "2:1.0", 7, "0b"),
            ]
        );
    }
}

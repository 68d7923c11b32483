//! Leaves out what the host does not need: groups that the recipe names, each safe by a rule of its own.
//!
//! | group | goes | stays |
//! |---|---|---|
//! | `pip` | the distribution | while another one requires it |
//! | `setuptools` | the distribution | while another one requires it, or a module imports it or `pkg_resources` |
//! | `tests` | folders `tests` in packages | those that a module outside of them imports |
//! | `stubs` | `.pyi`, `.pxd` and `.pyx` beside the module that they describe | stubs without a module: a type checker's data |
//! | `locales` | `.po`, `.pot` and `.mo` below `LC_MESSAGES` | English |
//!
//! `activate` is not in a distribution: see [`super::stage`].

use super::installed::{Installed, Taken};
use crate::deb::Content;
use crate::recipe::Prune;
use anyhow::Result;
use memchr::memmem;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What one group has left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// The group as the recipe calls it.
    pub group: &'static str,
    /// How many files went.
    pub files: usize,
    /// How many bytes they had.
    pub bytes: u64,
    /// What stayed although the group names it.
    pub kept: Vec<Kept>,
}

/// Something that stayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What.
    pub what: String,
    /// Who needs it.
    pub needed_by: String,
}

/// Reads what is in a file.
type Read<'a> = &'a dyn Fn(&Content) -> Result<Vec<u8>>;

/// Takes out what the groups name, and says what went.
///
/// # Errors
/// When a module cannot be read that might need something.
pub(super) fn prune(
    installed: &mut Vec<Installed>,
    groups: &BTreeSet<Prune>,
    site_packages: &Path,
    read: Read<'_>,
) -> Result<Vec<Pruned>> {
    let mut all = Vec::new();
    for group in groups {
        let pruned = match group {
            Prune::Activate => continue,
            Prune::Pip => prune_distribution(installed, "pip", &[], read)?,
            Prune::Setuptools => {
                let modules = ["setuptools", "pkg_resources"];
                prune_distribution(installed, "setuptools", &modules, read)?
            }
            Prune::Tests => prune_tests(installed, site_packages, read)?,
            Prune::Stubs => prune_stubs(installed),
            Prune::Locales => prune_files("locales", installed, |path, _| is_translation(path)),
        };
        all.push(pruned);
    }
    Ok(all)
}

fn none_of(group: &'static str) -> Pruned {
    Pruned {
        group,
        files: 0,
        bytes: 0,
        kept: Vec::new(),
    }
}

/// Takes out a distribution that nothing requires and no module imports.
fn prune_distribution(
    installed: &mut Vec<Installed>,
    name: &'static str,
    modules: &[&str],
    read: Read<'_>,
) -> Result<Pruned> {
    let mut pruned = none_of(name);
    let Some(at) = installed.iter().position(|one| one.name == name) else {
        return Ok(pruned);
    };
    if let Some(needed_by) = need(installed, name, modules, read)? {
        let what = name.to_owned();
        pruned.kept.push(Kept { what, needed_by });
        return Ok(pruned);
    }
    let gone = installed.remove(at);
    pruned.files = gone.files.len();
    pruned.bytes = gone.files.values().map(Taken::size).sum();
    Ok(pruned)
}

/// Returns who needs a distribution.
fn need(
    installed: &[Installed],
    name: &str,
    modules: &[&str],
    read: Read<'_>,
) -> Result<Option<String>> {
    let others = || installed.iter().filter(|one| one.name != name);
    for other in others() {
        if other.metadata.requires.iter().any(|wanted| wanted == name) {
            return Ok(Some(format!("{} requires it", other.name)));
        }
    }
    for other in others() {
        for (path, taken) in &other.files {
            // `setup.py` and what builds extensions is not for the host.
            let is_module = path.extension().is_some_and(|extension| extension == "py")
                && path.file_name().is_some_and(|file| file != "setup.py");
            if !is_module {
                continue;
            }
            let text = read(&taken.file.content)?;
            if modules.iter().any(|module| imports(&text, module)) {
                return Ok(Some(format!("`{}` imports it", path.display())));
            }
        }
    }
    Ok(None)
}

/// Returns whether a line of a module imports another one, wherever it is indented.
fn imports(text: &[u8], module: &str) -> bool {
    memmem::find_iter(text, module.as_bytes()).any(|at| {
        let line = text[..at]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let before = text[line..at].trim_ascii();
        let after = text.get(at + module.len()).copied().unwrap_or(b'\n');
        let ends = !after.is_ascii_alphanumeric() && after != b'_';
        ends && (before == b"import" || before == b"from" || before.starts_with(b"import "))
    })
}

/// Takes out the files that `goes` names.
fn prune_files(
    group: &'static str,
    installed: &mut [Installed],
    goes: impl Fn(&Path, &BTreeSet<PathBuf>) -> bool,
) -> Pruned {
    let mut pruned = none_of(group);
    for one in installed {
        let folder = one.folder.clone();
        let there: BTreeSet<_> = one.files.keys().cloned().collect();
        one.files.retain(|path, taken| {
            let gone = !path.starts_with(&folder) && goes(path, &there);
            if gone {
                pruned.files += 1;
                pruned.bytes += taken.size();
            }
            !gone
        });
    }
    pruned
}

/// Takes out folders of tests that no module outside of them imports.
fn prune_tests(
    installed: &mut [Installed],
    site_packages: &Path,
    read: Read<'_>,
) -> Result<Pruned> {
    let mut needed: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for one in installed.iter() {
        folders.extend(
            one.files
                .keys()
                .filter_map(|path| tests_folder(path, site_packages)),
        );
    }
    if folders.is_empty() {
        return Ok(none_of("tests"));
    }
    for one in installed.iter() {
        for (path, taken) in &one.files {
            let is_module = path.extension().is_some_and(|extension| extension == "py");
            if !is_module || tests_folder(path, site_packages).is_some() {
                continue;
            }
            let text = read(&taken.file.content)?;
            if memmem::find(&text, b"tests").is_none() {
                continue;
            }
            for folder in &folders {
                if names_folder(&text, path, folder, site_packages) {
                    let who = format!("`{}` imports it", path.display());
                    needed.entry(folder.clone()).or_insert(who);
                }
            }
        }
    }
    let mut pruned = prune_files("tests", installed, |path, _| {
        tests_folder(path, site_packages).is_some_and(|folder| !needed.contains_key(&folder))
    });
    pruned.kept = needed
        .into_iter()
        .map(|(folder, needed_by)| Kept {
            what: folder.display().to_string(),
            needed_by,
        })
        .collect();
    Ok(pruned)
}

/// Returns the outermost folder `tests` that a path is in, when that is inside a package.
fn tests_folder(path: &Path, site_packages: &Path) -> Option<PathBuf> {
    let inside = path.strip_prefix(site_packages).ok()?;
    let parts: Vec<_> = inside.components().collect();
    let at = parts[..parts.len().saturating_sub(1)]
        .iter()
        .position(|part| part.as_os_str() == "tests")?;
    (at > 0).then(|| site_packages.join(parts[..=at].iter().collect::<PathBuf>()))
}

/// Returns whether a module imports from a folder: by its whole name, or relatively from a package above it.
fn names_folder(text: &[u8], module: &Path, folder: &Path, site_packages: &Path) -> bool {
    let Ok(inside) = folder.strip_prefix(site_packages) else {
        return false;
    };
    let dotted = inside.to_string_lossy().replace('/', ".");
    if memmem::find(text, dotted.as_bytes()).is_some() {
        return true;
    }
    let package = folder.parent().unwrap_or(folder);
    // `from .tests import x`, `from . import tests`, and one level down `from ..tests import x`.
    module.starts_with(package)
        && [&b".tests"[..], b"import tests"]
            .iter()
            .any(|words| memmem::find(text, words).is_some())
}

fn prune_stubs(installed: &mut [Installed]) -> Pruned {
    let mut modules = BTreeSet::new();
    for one in installed.iter() {
        modules.extend(one.files.keys().filter_map(|path| module_of(path)));
    }
    prune_files("stubs", installed, |path, _| {
        let is_stub = path
            .extension()
            .is_some_and(|extension| ["pyi", "pxd", "pyx"].iter().any(|stub| extension == *stub));
        is_stub && modules.contains(&path.with_extension(""))
    })
}

/// Returns the path of a module without what follows its name: `a/m.cpython-311-x86_64-linux-gnu.so` is `a/m`.
fn module_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let is_module = [".py", ".so"].iter().any(|end| name.ends_with(end));
    is_module.then(|| path.with_file_name(name.split('.').next().unwrap_or(name)))
}

/// Returns whether a file is a translation to another language than English, which programs fall back to.
fn is_translation(path: &Path) -> bool {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let Some(at) = parts.iter().position(|part| part == "LC_MESSAGES") else {
        return path.extension().is_some_and(|extension| extension == "pot");
    };
    let language = at
        .checked_sub(1)
        .map_or("", |before| parts[before].as_ref());
    let english = language == "en" || language.starts_with("en_") || language == "C";
    let is_catalogue = path
        .extension()
        .is_some_and(|extension| ["po", "mo", "pot"].iter().any(|kind| extension == *kind));
    is_catalogue && !english
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_wherever_they_stand() {
        for text in [
            "import pkg_resources",
            "x\n    from pkg_resources import y\n",
            "import os, pkg_resources\n",
            "import pkg_resources.extern",
        ] {
            assert!(imports(text.as_bytes(), "pkg_resources"), "{text}");
        }
        for text in [
            "# pkg_resources",
            "import pkg_resources2",
            "x = 'pkg_resources'",
        ] {
            assert!(!imports(text.as_bytes(), "pkg_resources"), "{text}");
        }
    }

    #[test]
    fn only_tests_inside_a_package_are_a_group() {
        let site = Path::new("lib/python3.11/site-packages");
        let folder = |path: &str| tests_folder(&site.join(path), site);
        assert_eq!(folder("a/tests/x/tests/b.py"), Some(site.join("a/tests")));
        assert_eq!(folder("tests/b.py"), None);
        assert_eq!(folder("a/tests.py"), None);
        assert_eq!(folder("a/test/b.py"), None);
    }

    #[test]
    fn english_stays_and_other_languages_go() {
        let gone = |path: &str| is_translation(Path::new(path));
        assert!(gone("d/locale/de/LC_MESSAGES/django.mo"));
        assert!(gone("d/locale/de/LC_MESSAGES/django.po"));
        assert!(gone("d/locale/django.pot"));
        assert!(!gone("d/locale/en/LC_MESSAGES/django.mo"));
        assert!(!gone("d/locale/en_GB/LC_MESSAGES/django.mo"));
        assert!(!gone("d/locale/de/formats.py"));
        assert!(!gone("d/locale/de/LC_MESSAGES/__init__.py"));
    }
}

//! The trees below the overlays: one for each release, one for each list of further packages; made once a week.
//!
//! A tree is kept unpacked, because an overlay over it is mounted in 10 ms, and unpacking would take 0.5 s each time. It
//! appears by a rename, so that a tree under its name is complete. Its lock is held shared by each root that uses it, and
//! exclusively by who makes or removes it.

use super::instance::Instance;
use super::keeper::{Keeper, Network, Scratch, Spec};
use super::origin::Origin;
use crate::failure::Failure;
use crate::sys::background::capture;
use crate::sys::environment::Environment;
use crate::sys::isolation::Isolation;
use crate::sys::lock::Lock;
use crate::sys::process::{Cmd, Runner};
use crate::sys::{clock, fs};
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// What every base has beyond the Essential packages and apt.
const BASE_PACKAGES: &str = "systemd-sysv,dbus,python3,adduser,curl,procps,iproute2";

const BASE: &str = include_str!("base.sh");
const LAYER: &str = include_str!("layer.sh");

const WEEK_SECONDS: u64 = 7 * 24 * 60 * 60;

/// A tree that stays as it is while this is held.
#[derive(Debug)]
pub(super) struct Tree {
    path: PathBuf,
    _in_use: Lock,
}

impl Tree {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The folder with the trees and the instances.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    week: u64,
}

impl Cache {
    /// Opens the cache at `folder`, or where the environment says; the folder is made.
    pub(super) fn open(folder: Option<&Path>) -> Result<Self> {
        let folder = match folder {
            Some(folder) => folder.to_path_buf(),
            None => default_folder(&Environment::read()?)?,
        };
        fs::create_dir_all(&folder)?;
        Ok(Cache {
            folder: fs::canonicalize(&folder)?,
            week: clock::unix_seconds() / WEEK_SECONDS,
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the trees of a root, the lowest first.
    pub(super) fn trees(&self, suite: &str, packages: &[String]) -> Result<Vec<Tree>> {
        check_words(suite, packages)?;
        let origin = Origin::of_machine(suite)?;
        let base = self.tree(
            &key(suite, self.week, &[&origin.identity(BASE_PACKAGES), BASE]),
            |folder| make_base(folder, suite, &origin),
        )?;
        let mut trees = vec![base];
        if !packages.is_empty() {
            let mut packages = packages.to_vec();
            packages.sort();
            packages.dedup();
            let name = key(
                suite,
                self.week,
                &[
                    &origin.identity(BASE_PACKAGES),
                    BASE,
                    LAYER,
                    &packages.join(" "),
                ],
            );
            let layer = self.tree(&name, |folder| {
                self.make_layer(folder, &trees[0], &packages)
            })?;
            trees.push(layer);
        }
        self.remove_old()?;
        Ok(trees)
    }

    fn tree(&self, name: &str, make: impl Fn(&Path) -> Result<()>) -> Result<Tree> {
        let trees = self.folder.join("trees");
        let path = trees.join(name);
        let lock = trees.join(format!("{name}.lock"));
        // Another process may remove the tree between the two locks; not for ever.
        for _ in 0..3 {
            let in_use = Lock::shared(&lock)?;
            if fs::is_dir(&path) {
                return Ok(Tree {
                    path,
                    _in_use: in_use,
                });
            }
            drop(in_use);
            let _alone = Lock::exclusive(&lock)?;
            if fs::is_dir(&path) {
                continue;
            }
            let making = trees.join(format!("{name}.making"));
            fs::remove_dir_all(&making).context("clearing a root that was not finished failed")?;
            fs::create_dir_all(&making)?;
            let made = make(&making);
            if made.is_ok() {
                fs::rename(making.join("tree"), &path)?;
            }
            fs::remove_dir_all(&making)?;
            made.with_context(|| format!("making the clean root `{name}` failed"))?;
        }
        Err(Failure::build(format!(
            "the clean root `{name}` is removed again and again"
        ))
        .into())
    }

    fn make_layer(&self, folder: &Path, base: &Tree, packages: &[String]) -> Result<()> {
        let instance = Instance::new(&self.folder)?;
        let keeper = Keeper::start(
            &instance,
            &Spec {
                lowers: &[base.path()],
                network: Network::Host,
                binds: &[],
                scratch: Scratch::choose(),
            },
        )?;
        let install = keeper.inside().wrapping(
            &Cmd::new("sh")
                .args(["-c", LAYER, "layer"])
                .args(packages)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        );
        let copy = keeper
            .enter()
            .args(["cp", "-a", "--"])
            .arg(keeper.upper())
            .arg(folder.join("tree"));
        for (what, cmd) in [("installing packages", install), ("keeping them", copy)] {
            let answer = capture(&cmd)?;
            if !answer.success() {
                let words = packages.join(" ");
                return Err(super::ran::told(
                    &format!("{what} into a clean root failed: `{words}`"),
                    &[
                        ("standard output", &answer.stdout),
                        ("standard error", &answer.stderr),
                    ],
                )
                .into());
            }
        }
        Ok(())
    }

    /// Removes trees of other weeks that no root uses.
    fn remove_old(&self) -> Result<()> {
        let trees = self.folder.join("trees");
        for name in fs::names_in(&trees)? {
            let name = name.to_string_lossy().into_owned();
            let stem = name.split('.').next().unwrap_or_default();
            if is_of_week(stem, self.week) {
                continue;
            }
            let lock_path = trees.join(format!("{stem}.lock"));
            if let Some(_alone) = Lock::try_exclusive(&lock_path)? {
                fs::remove_dir_all(&trees.join(stem))?;
                fs::remove_dir_all(&trees.join(format!("{stem}.making")))?;
                fs::remove_file(&lock_path)?;
            }
        }
        Ok(())
    }
}

fn make_base(folder: &Path, suite: &str, origin: &Origin) -> Result<()> {
    fs::write(&folder.join("debian.sources"), origin.sources.as_bytes())?;
    let mut cmd = Cmd::new("unshare")
        .args(["--mount", "--", "sh", "-c", BASE, "base"])
        .arg(folder)
        .args([Scratch::choose().word(), suite, BASE_PACKAGES]);
    for setting in &origin.settings {
        cmd = cmd.arg(format!("--aptopt={setting}"));
    }
    Runner::new(Isolation::probe()).run(&cmd, &folder.join("log"), &mut |_| {})
}

fn default_folder(environment: &Environment) -> Result<PathBuf> {
    environment
        .roots
        .clone()
        .or_else(|| Some(environment.cache.as_ref()?.join("deb-build-app/roots")))
        .ok_or_else(|| {
            Failure::host("there is no folder to keep clean roots in")
                .hint("set `HOME`, `XDG_CACHE_HOME` or `DEB_BUILD_APP_ROOTS` to an absolute path")
                .into()
        })
}

/// Returns the name of a tree: readable, with the week in it, and different when any part of `identity` is.
fn key(suite: &str, week: u64, identity: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in identity {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    // 48 bits tell the few trees of one week apart.
    let digest = hash.finalize();
    let digest = digest[..6]
        .iter()
        .fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
    format!("{suite}-w{week}-{digest:012x}")
}

fn is_of_week(name: &str, week: u64) -> bool {
    name.rsplit('-').nth(1) == Some(&format!("w{week}"))
}

/// The words end in command lines and in file names.
fn check_words(suite: &str, packages: &[String]) -> Result<()> {
    let fine = |word: &str, more: &str| {
        word.starts_with(|first: char| first.is_ascii_alphanumeric())
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c))
    };
    if !fine(suite, "-") {
        return Err(Failure::build(format!("`{suite}` is no name of a Debian release")).into());
    }
    for package in packages {
        if !fine(package, "+-.:=~") {
            return Err(Failure::build(format!("`{package}` is no name of a package")).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_the_release_the_week_and_the_rest_apart() {
        let base = key("bookworm", 2951, &["a", "b"]);
        assert!(base.starts_with("bookworm-w2951-"), "{base}");
        assert_eq!(base, key("bookworm", 2951, &["a", "b"]));
        assert_ne!(base, key("bookworm", 2951, &["ab", ""]));
        assert!(is_of_week(&base, 2951));
        assert!(!is_of_week(&base, 2952));
        assert!(!is_of_week("stray", 2951));
    }

    #[test]
    fn trees_of_other_weeks_go_unless_they_are_in_use() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = |week| Cache {
            week,
            ..Cache::open(Some(folder.path())).expect("a cache")
        };
        let make = |making: &Path| Ok(fs::write(&making.join("tree/file"), b"")?);
        let old = cache(1).tree("sid-w1-aa", make).expect("a tree");
        let unused = cache(1).tree("sid-w1-bb", make).expect("a tree").path;
        let new = cache(2).tree("sid-w2-aa", make).expect("a tree");
        cache(2).remove_old().expect("it can be cleared");
        assert!(fs::exists(&old.path().join("file")));
        assert!(!fs::exists(&unused));
        let no_longer_used = old.path.clone();
        drop(old);
        cache(2).remove_old().expect("it can be cleared");
        let left = fs::names_in(&folder.path().join("trees")).expect("a folder");
        assert_eq!(left, ["sid-w2-aa", "sid-w2-aa.lock"]);
        assert!(fs::exists(new.path()) && !fs::exists(&no_longer_used));
    }

    #[test]
    fn a_tree_that_could_not_be_made_is_not_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = Cache::open(Some(folder.path())).expect("a cache");
        let failed = cache.tree("sid-w1-aa", |making| {
            fs::write(&making.join("tree/half"), b"")?;
            anyhow::bail!("the disk is full")
        });
        assert_eq!(
            format!("{:#}", failed.expect_err("it failed")),
            "making the clean root `sid-w1-aa` failed: the disk is full"
        );
        let left = fs::names_in(&folder.path().join("trees")).expect("a folder");
        assert_eq!(left, ["sid-w1-aa.lock"]);
        let make = |making: &Path| Ok(fs::create_dir_all(making.join("tree"))?);
        assert!(cache.tree("sid-w1-aa", make).is_ok());
    }

    #[test]
    fn words_that_are_options_or_paths_are_refused() {
        assert!(check_words("bookworm", &["libc6:amd64".to_owned(), "g++".to_owned()]).is_ok());
        assert!(check_words("../x", &[]).is_err());
        assert!(check_words("", &[]).is_err());
        assert!(check_words("sid", &["-oDebug=1".to_owned()]).is_err());
        assert!(check_words("sid", &["./x.deb".to_owned()]).is_err());
    }

    #[test]
    fn the_environment_says_where_roots_are_kept() {
        let mut environment = Environment::default();
        assert!(default_folder(&environment).is_err());
        environment.cache = Some("/c".into());
        assert_eq!(
            default_folder(&environment).ok(),
            Some("/c/deb-build-app/roots".into())
        );
        environment.roots = Some("/r".into());
        assert_eq!(default_folder(&environment).ok(), Some("/r".into()));
    }
}

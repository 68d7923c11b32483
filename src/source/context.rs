//! The repository beside an export, for build backends that ask git: setuptools-scm, hatch-vcs, pbr, versioneer, dunamai.
//!
//! It is a `.git` made by hand: `HEAD` is the commit, there are the tags of its history, and its objects are those of the
//! repository that the export came from (gitrepository-layout(5), `objects/info/alternates`). No hooks, no filters, no
//! remotes. `git status` says clean: the index has the facts of the files as they were written, and where they are not
//! those of the commit, because of patches or extra sources, its tree stands for another one (git-replace(1)). So a patched
//! source has the version of its commit, not one with the date of the day, and files that a patch adds count as tracked.
//! Only a folder that is dirty is shown as such.
//!
//! Build commands are told to look no further than the work folder, and to trust what is in it (`plan::build_environment`). Nothing of
//! this reaches the package.
//!
//! # Limits
//! Tools that read objects without git, and know nothing of replacements, see the commit without its patches.

use super::history::{self, Tree};
use crate::sys::fs::{self, FileKind};
use crate::sys::{listing, stat};
use anyhow::{Context as _, Result};
use git2::{IndexEntry, IndexTime, ObjectType, Oid, Repository};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Nothing of the machine's git takes part: what the caller's configuration says of names and links would win otherwise.
const CONFIG: &str = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfilemode = true\n\tautocrlf = false\n\
                      \tignorecase = false\n\tprecomposeunicode = false\n\tsymlinks = true\n\
                      \thooksPath = /dev/null\n\tlogallrefupdates = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";

/// Files are compared as they are, whatever `.gitattributes` says (gitattributes(5): these win).
const ATTRIBUTES: &str = "* -text -filter -ident -working-tree-encoding\n";

/// Modes of the index.
const EXECUTABLE: u32 = 0o100_755;
const PLAIN: u32 = 0o100_644;
const LINK: u32 = 0o120_000;
const FOLDER: u32 = 0o040_000;
const GITLINK: u32 = 0o160_000;

/// A folder of the export that stands for a commit.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// Where it is in the export.
    pub(super) at: PathBuf,
    /// The repository that has its files.
    pub(super) repository: PathBuf,
    /// The repository that has its history and tags.
    pub(super) history: PathBuf,
    /// The commit.
    pub(super) commit: Oid,
    /// Which folder of the commit it is; empty for the whole.
    pub(super) inside: PathBuf,
    /// Whether the files are meant to be those of the commit.
    pub(super) tree: Tree,
}

/// Makes the repositories of all roots: those that are in others first.
pub(super) fn make_all(top: &Path, roots: &[Root]) -> Result<()> {
    let mut order: Vec<_> = roots.iter().collect();
    order.sort_by_key(|root| std::cmp::Reverse(root.at.components().count()));
    for root in order {
        let nested: Vec<_> = roots
            .iter()
            .filter(|other| other.at != root.at)
            .filter_map(|other| Some((other.at.strip_prefix(&root.at).ok()?, other.commit)))
            .collect();
        make(&top.join(&root.at), root, &nested)
            .with_context(|| format!("making the repository of `{}` failed", root.at.display()))?;
    }
    Ok(())
}

fn make(folder: &Path, root: &Root, nested: &[(&Path, Oid)]) -> Result<()> {
    let git = folder.join(".git");
    let source = Repository::open(&root.repository)?;
    let past = Repository::open(&root.history)?;
    fs::create_dir_all(git.join("refs"))?;
    fs::write(&git.join("HEAD"), format!("{}\n", root.commit).as_bytes())?;
    fs::write(&git.join("config"), CONFIG.as_bytes())?;
    fs::write(&git.join("info/attributes"), ATTRIBUTES.as_bytes())?;
    fs::write(
        &git.join("objects/info/alternates"),
        &alternates(&[&past, &source])?,
    )?;
    fs::write(&git.join("packed-refs"), &packed_tags(&past, root.commit)?)?;
    let shallow = past.commondir().join("shallow");
    if fs::is_file(&shallow) {
        // The cache knows of other commits too, and what this one is must not depend on them.
        let own = history::ancestors(&past, root.commit)?;
        let is_own = |line: &&str| Oid::from_str(line).is_ok_and(|id| own.contains(&id));
        let lines = fs::read_to_string(&shallow)?;
        let lines: Vec<_> = lines.lines().filter(is_own).collect();
        fs::write(&git.join("shallow"), (lines.join("\n") + "\n").as_bytes())?;
    }
    let repository = Repository::open(folder)?;
    let original = repository.find_commit(root.commit)?.tree()?;
    let shown = if root.inside == Path::new("") {
        original.id()
    } else {
        original
            .get_path(&root.inside)
            .map_or(original.id(), |entry| entry.id())
    };
    let tree = write_index(&repository, folder, root, shown, nested)?;
    if tree != original.id() {
        let name = format!("refs/replace/{}", original.id());
        repository.reference(&name, tree, true, "what was exported")?;
    }
    Ok(())
}

/// Renders `objects/info/alternates`.
fn alternates(repositories: &[&Repository]) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for repository in repositories {
        let objects = fs::canonicalize(repository.commondir().join("objects"))?;
        let mut line = objects.as_os_str().as_bytes().to_vec();
        line.push(b'\n');
        lines.push(line);
    }
    lines.dedup();
    Ok(lines.concat())
}

/// Renders the tags of the commit's history as git packs them.
fn packed_tags(repository: &Repository, commit: Oid) -> Result<Vec<u8>> {
    let mut text = b"# pack-refs with: peeled fully-peeled sorted \n".to_vec();
    for (name, tag) in history::tags(repository, commit)? {
        let mut line = String::new();
        write!(line, "{} refs/tags/", tag.target)?;
        text.extend(line.bytes());
        text.extend(name);
        text.push(b'\n');
        if tag.target != tag.commit {
            text.extend(format!("^{}\n", tag.commit).bytes());
        }
    }
    Ok(text)
}

/// Writes the index; returns the tree that the files are, or the one that they are compared with where they are dirty.
fn write_index(
    repository: &Repository,
    folder: &Path,
    root: &Root,
    shown: Oid,
    nested: &[(&Path, Oid)],
) -> Result<Oid> {
    let mut index = repository.index()?;
    let odb = repository.odb()?;
    if root.tree == Tree::Dirty {
        index.read_tree(&repository.find_tree(shown)?)?;
    }
    let skip =
        |path: &Path| path == Path::new(".git") || nested.iter().any(|(place, _)| path == *place);
    for found in listing::list(folder, &skip)? {
        let path = folder.join(&found.relative);
        let (id, mode) = match found.kind {
            FileKind::Directory => continue,
            FileKind::Link => {
                let target = fs::read_link(&path)?;
                let bytes = target.as_os_str().as_bytes();
                (written(&odb, ObjectType::Blob, bytes)?, LINK)
            }
            _ => {
                let id = Oid::hash_file(ObjectType::Blob, &path)?;
                if !odb.exists(id) && root.tree == Tree::Clean {
                    store(&odb, &path)?;
                }
                let is_plain = found.mode & 0o100 == 0;
                (id, if is_plain { PLAIN } else { EXECUTABLE })
            }
        };
        let known = index.get_path(&found.relative, 0);
        let is_same = known.is_some_and(|known| known.id == id && known.mode == mode);
        if root.tree == Tree::Clean || is_same {
            index.add(&entry(&found.relative, id, mode, stat::stat(&path)?))?;
        }
    }
    // Of one in another only the outer is seen from here.
    let outer = |place: &Path| {
        let mut others = nested.iter();
        !others.any(|(other, _)| *other != place && place.starts_with(other))
    };
    for (place, commit) in nested.iter().filter(|(place, _)| outer(place)) {
        index.add(&entry(place, *commit, GITLINK, NOTHING))?;
    }
    index.write()?;
    match root.tree {
        Tree::Clean => {
            let leaves = index
                .iter()
                .map(|entry| (entry.path, (entry.mode, entry.id)));
            Ok(write_tree(&odb, leaves.collect())?)
        }
        Tree::Dirty => Ok(shown),
    }
}

/// Writes what is not there yet. libgit2 would renew the time of an object that is there (`git_odb__freshen`), and that
/// object is the user's.
fn written(odb: &git2::Odb<'_>, kind: ObjectType, bytes: &[u8]) -> Result<Oid, git2::Error> {
    let id = Oid::hash_object(kind, bytes)?;
    if odb.exists(id) {
        return Ok(id);
    }
    odb.write(kind, bytes)
}

/// Modes and ids of files by their paths.
type Leaves = BTreeMap<Vec<u8>, (u32, Oid)>;

/// Writes the tree of files and all that are in it (gitformat-pack(5), "tree objects"), from their modes and ids by path.
fn write_tree(odb: &git2::Odb<'_>, leaves: Leaves) -> Result<Oid, git2::Error> {
    let mut folders: BTreeMap<Vec<u8>, Leaves> = BTreeMap::new();
    // A folder is sorted as if its name ended in a slash.
    let mut lines: BTreeMap<Vec<u8>, (Vec<u8>, u32, Oid)> = BTreeMap::new();
    for (path, leaf) in leaves {
        match path.iter().position(|byte| *byte == b'/') {
            None => {
                lines.insert(path.clone(), (path, leaf.0, leaf.1));
            }
            Some(at) => {
                let below = folders.entry(path[..at].to_vec()).or_default();
                below.insert(path[at + 1..].to_vec(), leaf);
            }
        }
    }
    for (name, below) in folders {
        let id = write_tree(odb, below)?;
        let sorted = [name.as_slice(), b"/"].concat();
        lines.insert(sorted, (name, FOLDER, id));
    }
    let mut bytes = Vec::new();
    for (name, mode, id) in lines.into_values() {
        bytes.extend(format!("{mode:o} ").bytes());
        bytes.extend(name);
        bytes.push(0);
        bytes.extend(id.as_bytes());
    }
    written(odb, ObjectType::Tree, &bytes)
}

/// Copies a file into the repository's own objects.
fn store(odb: &git2::Odb<'_>, path: &Path) -> Result<()> {
    let mut file = fs::open_regular(path)?;
    let size = usize::try_from(stat::stat(path)?.size)?;
    let mut writer = odb.writer(size, ObjectType::Blob)?;
    std::io::copy(&mut file, &mut writer)?;
    writer.finalize()?;
    Ok(())
}

/// The facts of what has none.
const NOTHING: stat::Stat = stat::Stat {
    changed: stat::FileTime {
        seconds: 0,
        nanoseconds: 0,
    },
    modified: stat::FileTime {
        seconds: 0,
        nanoseconds: 0,
    },
    device: 0,
    inode: 0,
    uid: 0,
    gid: 0,
    size: 0,
};

/// The index keeps the low 32 bits of each fact (gitformat-index(5)).
fn entry(relative: &Path, id: Oid, mode: u32, stat: stat::Stat) -> IndexEntry {
    let time = |time: stat::FileTime| {
        let low = |number: i64| u32::try_from(number & 0xffff_ffff).unwrap_or_default();
        IndexTime::new(
            i32::from_ne_bytes(low(time.seconds).to_ne_bytes()),
            low(time.nanoseconds),
        )
    };
    let low = |number: u64| u32::try_from(number & 0xffff_ffff).unwrap_or_default();
    IndexEntry {
        ctime: time(stat.changed),
        mtime: time(stat.modified),
        dev: low(stat.device),
        ino: low(stat.inode),
        mode,
        uid: stat.uid,
        gid: stat.gid,
        file_size: low(stat.size),
        id,
        flags: 0,
        flags_extended: 0,
        path: relative.as_os_str().as_bytes().to_vec(),
    }
}

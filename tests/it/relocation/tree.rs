//! Virtualenvs to move: made by venv and pip, by virtualenv, and by uv, or by hand, at any path.

use super::wheel::Wheel;
use crate::context::succeed;
use deb_build_app::deb::{ArchivePath, Content, Entry, Layer, Mode, Timestamp};
use deb_build_app::failure;
use deb_build_app::plan::{Access, Command as Planned, Interpreter, Places, at_prefix};
use deb_build_app::recipe::{Prefix, Prune};
use deb_build_app::sys::isolation::Isolation;
use deb_build_app::sys::process::{Answer, Runner};
use deb_build_app::venv::build::StagedVenv;
use deb_build_app::venv::{Reading, VenvTree, placed, read_stage};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Where every tree will be.
pub(super) const PREFIX: &str = "/opt/probe";

/// The folder of modules, below the virtualenv.
pub(super) const SITE: &str = "lib/python3.11/site-packages";

const PYTHON: &str = "/usr/bin/python3.11";

/// Who makes a virtualenv and installs into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    Pip,
    Virtualenv,
    Uv,
    UvRelocatable,
}

pub(super) const MAKERS: [Maker; 4] = [
    Maker::Pip,
    Maker::Virtualenv,
    Maker::Uv,
    Maker::UvRelocatable,
];

/// uv and virtualenv, installed once.
static INSTALLERS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = crate::context::kept().join("installers");
    if !folder.join("ready").exists() {
        let _ = std::fs::remove_dir_all(&folder);
        succeed(Command::new(PYTHON).args(["-m", "venv"]).arg(&folder));
        succeed(
            Command::new(folder.join("bin/pip"))
                .args(["install", "-q", "--disable-pip-version-check"])
                .args(["uv==0.13.8", "virtualenv==21.15.7"]),
        );
        std::fs::write(folder.join("ready"), "").unwrap();
    }
    folder
});

/// A stage that stands for `/`, with a virtualenv at [`PREFIX`] in it.
pub(super) struct Tree {
    folder: TempDir,
    pub(super) stage: PathBuf,
    pub(super) cache: PathBuf,
}

impl Tree {
    /// Makes the folders, with `name` as the last part of the stage's path.
    pub(super) fn at(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stage = folder.path().join(name);
        let cache = folder.path().join("cache");
        Tree {
            folder,
            stage,
            cache,
        }
    }

    /// Makes an empty virtualenv by hand.
    pub(super) fn by_hand() -> Self {
        let tree = Tree::at("stage");
        std::fs::create_dir_all(tree.venv().join(SITE)).unwrap();
        std::fs::create_dir_all(tree.venv().join("bin")).unwrap();
        tree
    }

    /// Makes a virtualenv with a maker, and installs wheels.
    pub(super) fn made_by(maker: Maker, name: &str, wheels: &[Wheel]) -> Self {
        let tree = Tree::at(name);
        std::fs::create_dir_all(tree.venv().parent().unwrap()).unwrap();
        let wheels: Vec<_> = wheels
            .iter()
            .map(|wheel| wheel.write(tree.folder.path()))
            .collect();
        let tool = |name: &str| {
            let mut command = Command::new(INSTALLERS.join("bin").join(name));
            command
                .env("UV_CACHE_DIR", &tree.cache)
                .env("UV_LINK_MODE", "hardlink")
                .env("UV_PYTHON_DOWNLOADS", "never");
            command
        };
        let with_pip = |tree: &Tree| {
            if wheels.is_empty() {
                return;
            }
            succeed(
                Command::new(tree.venv().join("bin/python"))
                    .args(["-m", "pip", "install", "-q", "--no-index", "--no-deps"])
                    .arg("--disable-pip-version-check")
                    .args(&wheels),
            );
        };
        match maker {
            Maker::Pip => {
                succeed(Command::new(PYTHON).args(["-m", "venv"]).arg(tree.venv()));
                with_pip(&tree);
            }
            Maker::Virtualenv => {
                succeed(
                    tool("virtualenv")
                        .args(["-q", "-p", PYTHON])
                        .arg(tree.venv()),
                );
                with_pip(&tree);
            }
            Maker::Uv | Maker::UvRelocatable => {
                let mut create = tool("uv");
                create.args(["venv", "-q", "--python", PYTHON]);
                if maker == Maker::UvRelocatable {
                    create.arg("--relocatable");
                }
                succeed(create.arg(tree.venv()));
                if wheels.is_empty() {
                    return tree;
                }
                let mut install = tool("uv");
                install
                    .args([
                        "pip",
                        "install",
                        "-q",
                        "--no-index",
                        "--no-deps",
                        "--python",
                    ])
                    .arg(tree.venv().join("bin/python"));
                succeed(install.args(&wheels));
            }
        }
        tree
    }

    /// Returns the virtualenv in the stage.
    pub(super) fn venv(&self) -> PathBuf {
        self.stage.join(&PREFIX[1..])
    }

    /// Writes a file below the virtualenv.
    pub(super) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.venv().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Writes a distribution that owns files; those below `bin` are named as they are from site-packages.
    pub(super) fn distribution(&self, name: &str, files: &[&str]) -> &Self {
        let info = format!("{SITE}/{name}-1.0.dist-info");
        self.write(
            &format!("{info}/METADATA"),
            format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"),
        );
        let mut record =
            format!("{name}-1.0.dist-info/METADATA,,\n{name}-1.0.dist-info/RECORD,,\n");
        for file in files {
            let file = match file.strip_prefix(&format!("{SITE}/")) {
                Some(inside) => inside.to_owned(),
                None => format!("../../../{file}"),
            };
            record.extend([file.as_str(), ",,\n"]);
        }
        self.write(&format!("{info}/RECORD"), record)
    }

    /// Compiles all modules as the build does.
    pub(super) fn compile(&self) -> &Self {
        self.compile_below("lib")
    }

    /// Compiles the modules below a folder of the virtualenv, or one module.
    pub(super) fn compile_below(&self, path: &str) -> &Self {
        let mut compile = Command::new(PYTHON);
        compile
            .args(["-s", "-m", "compileall", "-q", "-f", "-s"])
            .arg(&self.stage)
            .args(["-p", "/", "--invalidation-mode", "unchecked-hash"])
            .arg(self.venv().join(path))
            .env("PYTHONHASHSEED", "0");
        let _ = compile.output().unwrap();
        self
    }

    /// Reads the stage, with these groups left out.
    pub(super) fn read_without(&self, groups: &[Prune]) -> Result<VenvTree, String> {
        self.read_as(&groups.iter().copied().collect(), true)
    }

    fn read_as(&self, prune: &BTreeSet<Prune>, bytecode: bool) -> Result<VenvTree, String> {
        let staged = StagedVenv {
            build_requirements: None,
            stage: self.stage.clone(),
            installer: "a test".to_owned(),
            resolved: None,
            project: None,
            from_source: BTreeSet::new(),
            not_compiled: Vec::new(),
        };
        let interpreter = Interpreter::of_host(&deb_build_app::plan::RELEASES[0]);
        let prefix: Prefix = PREFIX.parse().unwrap();
        let reading = Reading {
            prefix: &prefix,
            interpreter: &interpreter,
            bytecode,
            prune,
        };
        read_stage(&staged, &reading).map_err(|error| failure::render(&error))
    }

    /// Reads the stage as a build does.
    pub(super) fn read(&self) -> VenvTree {
        self.read_without(&[Prune::Pip, Prune::Activate])
            .unwrap_or_else(|said| panic!("{said}"))
    }

    /// Reads a stage without bytecode.
    pub(super) fn read_sources(&self) -> VenvTree {
        self.read_as(&BTreeSet::from([Prune::Activate]), false)
            .unwrap()
    }

    /// Returns why the stage cannot be read.
    pub(super) fn refusal(&self) -> String {
        self.read_without(&[])
            .map_or_else(|said| said, |tree| panic!("{tree:?}"))
    }

    /// Runs words with the tree at its final path.
    pub(super) fn run(&self, tree: &VenvTree, words: &[&str]) -> Answer {
        let prefix: Prefix = PREFIX.parse().unwrap();
        let work = self.folder.path().join("work");
        let places = Places::new(self.cache.clone(), work, prefix.inside());
        placed::place(&[layer(tree)], &prefix, &places, placed::Sharing::Linked).unwrap();
        let inner = Planned::new(words[0]).args(&words[1..]);
        let isolation = Isolation::probe();
        let command =
            at_prefix(inner, Access::Read, "a test", &prefix, &places, isolation).unwrap();
        Runner::new(isolation)
            .ask(&command.complete().unwrap())
            .unwrap()
    }

    /// Runs words that must succeed in silence, and returns what they print.
    pub(super) fn output(&self, tree: &VenvTree, words: &[&str]) -> String {
        let answer = self.run(tree, words);
        assert!(
            answer.success() && answer.stderr.is_empty(),
            "{words:?}: {answer:?}"
        );
        answer.stdout
    }
}

/// Puts all of a tree into one layer.
fn layer(tree: &VenvTree) -> Layer {
    let files = tree.distributions.iter().flat_map(|one| &one.files);
    let files = files.chain(&tree.own_files).map(|(path, file)| {
        let mode = Mode::of_file(file.executable);
        let content = file.content.clone();
        (path.clone(), Entry::File { mode, content })
    });
    let links = tree.links.iter().map(|(path, target)| {
        let target = target.clone().into_bytes();
        (path.clone(), Entry::Link { target })
    });
    Layer {
        name: "tree".to_owned(),
        mtime: Timestamp::new(0).unwrap(),
        mtimes: BTreeMap::new(),
        entries: files.chain(links).collect(),
    }
}

fn path(inside: &str) -> ArchivePath {
    format!("{}/{inside}", &PREFIX[1..]).parse().unwrap()
}

/// Returns the bytes of a file of a tree; nothing when it is not in it.
pub(super) fn bytes(tree: &VenvTree, inside: &str) -> Option<Vec<u8>> {
    let path = path(inside);
    let files = tree.distributions.iter().map(|one| &one.files);
    let file = files
        .chain([&tree.own_files])
        .find_map(|files| files.get(&path))?;
    Some(match &file.content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::OnDisk { path, .. } => std::fs::read(path).unwrap(),
    })
}

/// Returns the text of a file that must be there.
pub(super) fn text(tree: &VenvTree, inside: &str) -> String {
    String::from_utf8(bytes(tree, inside).unwrap_or_else(|| panic!("no {inside}"))).unwrap()
}

/// Returns all files of a tree but bytecode, by their path in the package, with their bytes.
pub(super) fn all(tree: &VenvTree) -> BTreeMap<String, Vec<u8>> {
    let files = tree.distributions.iter().flat_map(|one| one.files.keys());
    files
        .chain(tree.own_files.keys())
        .map(ToString::to_string)
        .map(|path| {
            let inside = path.strip_prefix("opt/probe/").unwrap().to_owned();
            let bytes = bytes(tree, &inside).unwrap();
            (inside, bytes)
        })
        .collect()
}

/// Returns where a link of a tree leads.
pub(super) fn link<'a>(tree: &'a VenvTree, inside: &str) -> Option<&'a str> {
    tree.links.get(&path(inside)).map(String::as_str)
}

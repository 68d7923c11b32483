//! Trees that `pack` refuses or doubts, each with the whole text that says why: items 16 to 32 and 40 to 44 of the list in
//! deb.md 6. What no tree can express is given to the library.

mod control_files;
mod description;
mod files;
mod links;
mod names;
mod places;

use crate::context::{TestContext, outcome};
use crate::pack::HEAD;
use deb_build_app::deb::{Archive, Compression, write};
use deb_build_app::failure;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

/// A tree with one good file, to which a test adds what is wrong.
struct Tried {
    context: TestContext,
}

impl Tried {
    fn new() -> Self {
        let context = TestContext::new();
        context.write("tree/etc/demo.conf", "x=1\n");
        Tried { context }
    }

    /// Writes files of the tree.
    fn with(self, paths: &[&str]) -> Self {
        for path in paths {
            self.context.write(&format!("tree/{path}"), "x\n");
        }
        self
    }

    /// Makes a link of the tree.
    fn link(self, path: &str, target: &str) -> Self {
        let path = self.context.path("tree").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
        self
    }

    fn command(&self, description: &str) -> Command {
        self.context
            .write("demo.toml", &format!("{HEAD}{description}"));
        self.context
            .command(["pack", "-o", "out", "demo.toml", "tree"])
    }

    /// Packs, which must fail and leave nothing, and returns the exit code and the errors.
    fn refused(&self, description: &str) -> (i32, String) {
        self.refused_by(&mut self.command(description))
    }

    fn refused_by(&self, command: &mut Command) -> (i32, String) {
        let (output, code) = outcome(command);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        let left: Vec<_> = fs::read_dir(self.context.path("out")).unwrap().collect();
        assert!(left.is_empty(), "a refused tree leaves {left:?}");
        (code.unwrap(), self.context.plain(&output.stderr))
    }

    /// Packs, which must succeed, and returns the warnings.
    fn warned(&self, command: &mut Command) -> Vec<String> {
        let (output, code) = outcome(command);
        let said = self.context.plain(&output.stderr);
        assert_eq!(code, Some(0), "{said}");
        let lines = said
            .lines()
            .filter_map(|line| line.strip_prefix("warning: "));
        lines.map(str::to_owned).collect()
    }
}

fn build(text: &str) -> (i32, String) {
    (1, text.to_owned())
}

fn recipe(text: &str) -> (i32, String) {
    (3, text.to_owned())
}

/// Returns what the library says to a package that it must refuse.
fn refused_by_the_library(archive: &Archive) -> String {
    let room = tempfile::tempdir().unwrap();
    let error = write(
        archive,
        Compression::default(),
        1,
        &room.path().join("demo.deb"),
    )
    .unwrap_err();
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
    failure::render(&error)
}

/// The one entry that is refused, why, and what to do.
fn one_entry(why: &str, hint: &str) -> (i32, String) {
    build(&format!(
        "error: 1 entry of the tree cannot be packed\n  | {why}\n\nhint: {hint}\n"
    ))
}

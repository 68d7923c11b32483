//! Debian packages of the build machine: which are needed, which are missing, and how they come.

use super::command::Command;
use super::interpreter::{Interpreter, InterpreterOrigin};
use crate::deb::PackageName;
use crate::recipe::{EatMyData, ExtraSource, Origin, Recipe, Source};
use anyhow::Result;

/// The packages of a build.
#[derive(Clone, Debug)]
pub struct Packages {
    /// Those that must be there: the tool's own needs first, then the recipe's.
    pub needed: Vec<PackageName>,
    /// Those among them that are not installed.
    pub missing: Vec<PackageName>,
    /// How they are installed; nothing when none is missing.
    pub installation: Option<Installation>,
}

/// How missing packages are installed.
#[derive(Clone, Debug)]
pub struct Installation {
    /// What is run before all else to find out whether `sudo` asks for nothing; root needs none.
    pub sudo: Option<Command>,
    /// Whether the machine has lists of packages, so that the update is run only when the installation fails: old lists name
    /// files that the mirror no longer has. A fresh container has no lists at all.
    pub has_lists: bool,
    /// Fetches the lists.
    pub update: Command,
    /// Installs.
    pub install: Command,
}

/// What a build of the recipe needs on this machine; git, too, when the installer fetches with it.
///
/// # Errors
/// Never in truth: the names of the interpreter's packages are valid.
pub(super) fn needed(
    recipe: &Recipe,
    interpreter: &Interpreter,
    from_git: bool,
) -> Result<Vec<PackageName>> {
    let mut own = Vec::new();
    // A Python in a folder brings all of its own.
    if !matches!(interpreter.origin, InterpreterOrigin::Folder(_)) {
        own.push(interpreter.package());
        own.push(format!("{}-venv", interpreter.package()));
    }
    if from_git || recipe.source.as_ref().is_some_and(needs_git) {
        own.push("git".to_owned());
    }
    let own = own.iter().map(|name| {
        name.parse()
            .map_err(|error| anyhow::anyhow!("`{name}`: {error}"))
    });
    let eatmydata = (recipe.build.eatmydata == EatMyData::Always).then(|| {
        "eatmydata"
            .parse()
            .map_err(|error| anyhow::anyhow!("`eatmydata`: {error}"))
    });
    own.chain(eatmydata)
        .chain(recipe.build.apt.iter().cloned().map(Ok))
        .collect()
}

/// Returns whether putting the source together runs git. What the first source has on a server is fetched before.
pub fn needs_git(source: &Source) -> bool {
    let on_server = |extra: &ExtraSource| matches!(extra.origin, Origin::Fetched(..));
    source.submodules || !source.patches.is_empty() || source.extras.iter().any(on_server)
}

/// Decides how `missing` come.
pub(super) fn plan(
    needed: Vec<PackageName>,
    missing: Vec<PackageName>,
    root: bool,
    has_lists: bool,
) -> Packages {
    let installation = (!missing.is_empty()).then(|| Installation {
        sudo: (!root).then(|| Command::new("sudo").args(["-n", "true"]).may_finish()),
        has_lists,
        update: apt_get(root).arg("update"),
        install: apt_get(root)
            .args(["install", "-y", "--no-install-recommends", "--"])
            .args(missing.iter().map(PackageName::to_string)),
    });
    Packages {
        needed,
        missing,
        installation,
    }
}

/// apt-get may outlive us: killing dpkg half way would leave the machine broken.
pub(super) fn apt_get(root: bool) -> Command {
    let command = if root {
        Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive")
    } else {
        Command::new("sudo").args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
    };
    command
        .arg("-q")
        .args(["-o", "DPkg::Lock::Timeout=120"])
        .may_finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_installed_and_root_needs_no_sudo() {
        let names = |words: &[&str]| -> Vec<PackageName> {
            let parse = |word: &&str| word.parse().expect("a package name");
            words.iter().map(parse).collect()
        };
        let lines = |root| {
            let plan = plan(names(&["gcc", "tree"]), names(&["tree"]), root, true);
            let installation = plan.installation.expect("something is missing");
            let commands = [Some(installation.install), installation.sudo];
            commands.map(|command| command.map(|command| command.line()))
        };
        assert_eq!(
            lines(true),
            [
                Some(
                    "apt-get -q -o 'DPkg::Lock::Timeout=120' install -y --no-install-recommends -- tree"
                        .to_owned()
                ),
                None
            ]
        );
        assert_eq!(
            lines(false),
            [
                Some(
                    "sudo -n env 'DEBIAN_FRONTEND=noninteractive' apt-get -q -o 'DPkg::Lock::Timeout=120' install -y \
                     --no-install-recommends -- tree"
                        .to_owned()
                ),
                Some("sudo -n true".to_owned())
            ]
        );
        assert!(
            plan(names(&["gcc"]), Vec::new(), false, true)
                .installation
                .is_none()
        );
    }
}

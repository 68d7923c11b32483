//! The life of a package on its host, apart from the service managers: secrets, answers, tasks, users, files, commands, logs.
//!
//! One package has a bit of everything; each file asks for one thing that must be true of it.

mod accounts;
mod answers;
mod calls;
mod commands;
mod elsewhere;
mod failures;
mod judged;
mod lent;
mod logs;
mod secrets;
mod tasks;
mod terminal;
mod values;
mod versions;

use crate::context::{TestContext, repository};
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Has everything that postinst makes.
const RECIPE: &str = include_str!("../../../fixtures/life/life.toml");

/// What lies beside the recipe.
const BESIDE: &[&str] = &[
    "conf.d/10-first.cfg",
    "conf.d/sub/20-second.cfg",
    "hooks/before-configure.sh",
    "hooks/before-start.sh",
    "hooks/before-stop.sh",
    "hooks/purge.sh",
];

/// Writes the recipe and what lies beside it.
fn write(context: &TestContext, recipe: &str) -> PathBuf {
    for file in BESIDE {
        let text = std::fs::read_to_string(repository().join("fixtures/life").join(file));
        context.write(file, &text.unwrap());
    }
    context.write("life.toml", recipe)
}

/// Builds a variant of the recipe, as a package of this version.
fn build(version: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let context = TestContext::new();
    let recipe = RECIPE.replace("version = \"1.0\"", &format!("version = \"{version}\""));
    let built = context.build(&write(&context, &change(&recipe)));
    let kept = crate::context::kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| build("1.0", str::to_owned));
static NEXT: LazyLock<PathBuf> = LazyLock::new(|| build("1.1", str::to_owned));

fn booted() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11", "debconf", "cron"])
        .boot()
        .unwrap()
}

fn install(root: &Root, package: &Path) -> String {
    let ran = root.install(package).unwrap().succeeded().unwrap();
    ran.stdout + &ran.stderr
}

fn status(root: &Root) -> String {
    root.sh("dpkg-query -W -f '${Version} ${Status}' life")
        .unwrap()
}

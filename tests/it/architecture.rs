//! The rules of the map (DESIGN 2, 3): who may touch the machine, and which way the arrows point.

use crate::context::repository;
use std::path::{Path, PathBuf};

/// The modules outside `src/sys` that may use it: the edges and the glue. All others are pure.
const EDGES: &[&str] = &[
    "apt/mod.rs",
    "apt/python.rs",
    "commands/build.rs",
    "commands/check.rs",
    "commands/destination.rs",
    "commands/doctor.rs",
    "commands/forbidden.rs",
    "commands/man.rs",
    "commands/init.rs",
    "commands/machine.rs",
    "commands/pack.rs",
    "commands/planning.rs",
    "commands/shipped.rs",
    "commands/source_commit.rs",
    "commands/stages.rs",
    "commands/recipe_file.rs",
    "commands/package_file.rs",
    "depends/dpkg.rs",
    "deb/write/data_member.rs",
    "deb/write/mod.rs",
    "init/look.rs",
    "package/scan.rs",
    "source/archive/mod.rs",
    "source/archive/zip.rs",
    "source/context.rs",
    "source/download.rs",
    "source/files.rs",
    "source/folder.rs",
    "source/hooks.rs",
    "source/lookup.rs",
    "source/mod.rs",
    "source/objects.rs",
    "source/patches.rs",
    "source/remote/attempt.rs",
    "source/remote/cache.rs",
    "source/remote/mod.rs",
    "source/repository.rs",
    "source/submodule.rs",
    "source/tracked.rs",
    "source/tree_writer.rs",
    "venv/after.rs",
    "venv/build.rs",
    "venv/digests.rs",
    "venv/fix_up.rs",
    "venv/frame.rs",
    "venv/install.rs",
    "venv/interpreter/look.rs",
    "venv/interpreter/stage.rs",
    "venv/other_python.rs",
    "venv/placed.rs",
    "venv/project.rs",
    "venv/reader.rs",
    "venv/stage.rs",
    "venv/unchecked.rs",
    "venv/uv.rs",
];

/// Parts of `sys` that hold values and touch nothing.
const VALUES: &[&str] = &[
    "crate::sys::environment::Environment",
    "crate::sys::fs::FileKind",
    "crate::sys::fs::Found",
    "crate::sys::git_environment::GitEnvironment",
    "crate::sys::host::HostFacts",
    "crate::sys::isolation::Isolation",
    "crate::sys::masked",
    "crate::sys::panic::Panic",
    "crate::sys::process::{Cmd, SYSTEM_PATH}",
    "crate::sys::process::SYSTEM_PATH",
    "crate::sys::process::Cmd",
    "crate::sys::watch::End",
    "crate::sys::process::Line",
    "crate::sys::terminal::Terminal",
];

fn modules() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let source = repository().join("src");
    let mut files = Vec::new();
    walk(&source, &mut files);
    files.sort();
    files
        .iter()
        // Unit tests ask other programs, and make files for them.
        .filter(|path| !path.ends_with("tests.rs"))
        .map(|path| {
            let name = path
                .strip_prefix(&source)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let text = std::fs::read_to_string(path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
            (name, code)
        })
        .collect()
}

#[test]
fn only_the_edges_touch_the_machine() {
    let mut wrong = Vec::new();
    for edge in EDGES {
        let modules = modules();
        let mut codes = modules.iter().filter(|(name, _)| name == edge);
        if !codes.any(|(_, code)| code.contains("crate::sys::")) {
            wrong.push(format!("{edge}: no edge"));
        }
    }
    for (name, code) in modules() {
        if name.starts_with("sys/") || name.starts_with("target/") || EDGES.contains(&name.as_str())
        {
            continue;
        }
        let pure = VALUES
            .iter()
            .fold(code, |code, value| code.replace(value, ""));
        for word in [
            "crate::sys::",
            "fs_err::",
            "walkdir::",
            "tempfile::",
            "std::fs::",
            "std::process::Command",
        ] {
            if pure.contains(word) {
                wrong.push(format!("{name}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn arrows_point_down_only() {
    for (folder, forbidden) in [
        (
            "deb/",
            &[
                "recipe", "plan", "source", "venv", "package", "services", "commands", "report",
                "target", "inspect",
            ][..],
        ),
        (
            "inspect/",
            &[
                "recipe", "plan", "source", "venv", "package", "services", "commands", "report",
                "target", "apt",
            ],
        ),
        (
            "recipe/",
            &[
                "plan", "source", "venv", "package", "services", "commands", "report", "target",
            ],
        ),
        (
            "plan/",
            &[
                "source", "venv", "package", "services", "commands", "report", "target", "apt",
                "inspect",
            ],
        ),
        (
            "services/",
            &[
                "plan", "source", "venv", "package", "commands", "report", "target",
            ],
        ),
        (
            "venv/",
            &["package", "services", "commands", "report", "target"],
        ),
        ("package/", &["commands", "report", "target"]),
        (
            "depends/",
            &[
                "recipe", "plan", "source", "venv", "package", "services", "commands", "report",
                "target", "apt", "inspect",
            ],
        ),
        (
            "doctor/",
            &[
                "source", "venv", "package", "services", "commands", "report", "target",
            ],
        ),
        (
            "init/",
            &[
                "plan", "venv", "package", "services", "commands", "report", "target", "apt",
            ],
        ),
        (
            "source/",
            &[
                "venv", "package", "services", "commands", "report", "target",
            ],
        ),
        (
            "sys/",
            &[
                "recipe", "plan", "source", "venv", "package", "services", "commands", "report",
                "target", "deb",
            ],
        ),
    ] {
        for (name, code) in modules() {
            for module in forbidden {
                assert!(
                    !name.starts_with(folder) || !code.contains(&format!("crate::{module}::")),
                    "{name} uses {module}"
                );
            }
        }
    }
}

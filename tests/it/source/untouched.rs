use crate::context::TestContext;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Returns the facts and bytes of everything below a folder, `.git` too; access times are not among them.
fn snapshot(top: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut folders = vec![top.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let mut all = vec![folder.clone()];
        all.extend(
            std::fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path()),
        );
        for path in all {
            let it = path.symlink_metadata().unwrap();
            let facts = (
                it.ino(),
                it.mode(),
                it.uid(),
                it.gid(),
                it.nlink(),
                it.size(),
            );
            let times = (it.mtime(), it.mtime_nsec(), it.ctime(), it.ctime_nsec());
            let bytes = if it.is_file() {
                std::fs::read(&path).unwrap()
            } else {
                Vec::new()
            };
            lines.push(format!("{} {facts:?} {times:?} {bytes:?}", path.display()));
            if it.is_dir() && path != folder {
                folders.push(path);
            }
        }
    }
    lines.sort();
    lines
}

#[test]
fn a_build_leaves_the_checkout_byte_for_byte_and_stat_for_stat() {
    let context = TestContext::new();
    let setuptools = "[build-system]\nrequires = [\"setuptools==75.6.0\"]\nbuild-backend = \"setuptools.build_meta\"\n";
    context.write(
        "lib/pyproject.toml",
        &format!("{setuptools}[project]\nname = \"lib\"\nversion = \"1\"\n"),
    );
    context.write("lib/lib.py", "");
    context.commit("lib");
    context.write(
        "app/pyproject.toml",
        &format!("{setuptools}[project]\nname = \"demo\"\nversion = \"1\"\n[tool.setuptools]\npy-modules = [\"demo\"]\n"),
    );
    context.write("app/demo.py", "");
    context.write("app/.gitignore", "*.log\n");
    context.commit("app");
    let mut git = std::process::Command::new("sh");
    git.args([
        "-euc",
        "git submodule --quiet add ../lib vendor/lib; git commit -q -m lib",
    ])
    .current_dir(context.path("app"))
    .env("GIT_ALLOW_PROTOCOL", "file")
    .env("GIT_CONFIG_GLOBAL", "/dev/null")
    .envs(["AUTHOR", "COMMITTER"].iter().flat_map(|who| {
        [
            (format!("GIT_{who}_NAME"), "Ada"),
            (format!("GIT_{who}_EMAIL"), "ada@example.org"),
        ]
    }));
    crate::context::succeed(&mut git);
    // A file that is newer than the index makes git want to refresh it.
    context.write("app/demo.py", "");
    context.write("app/noise.log", "noise\n");
    let before = [
        snapshot(&context.path("app")),
        snapshot(&context.path("lib")),
    ];
    for source in ["git = \"app\"\nsubmodules = true", "path = \"app\""] {
        let recipe = context.write(
            "recipe.toml",
            &format!(
                "[package]\nname = \"demo\"\nversion = \"0.1\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small app\"\n\n\
                 [source]\n{source}\n"
            ),
        );
        context.build(&recipe);
        let after = [
            snapshot(&context.path("app")),
            snapshot(&context.path("lib")),
        ];
        let changed: Vec<_> = (before.iter().flatten().zip(after.iter().flatten()))
            .filter(|(before, after)| before != after)
            .map(|(before, after)| format!("{before:.200}\n{after:.200}"))
            .collect();
        assert_eq!(changed, Vec::<String>::new(), "{source}");
        assert_eq!(
            before.each_ref().map(Vec::len),
            after.each_ref().map(Vec::len),
            "{source}"
        );
    }
}

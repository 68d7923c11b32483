use super::{Workshop, plan};
use deb_build_app::plan::{OwnFiles, SourcePlan};
use deb_build_app::recipe::Origin;
use deb_build_app::source::look;

fn folder(workshop: &Workshop, relative: &str) -> SourcePlan {
    plan(Origin::Folder(workshop.path(relative)))
}

#[test]
fn git_says_what_is_part_of_a_folder() {
    let workshop = Workshop::new();
    workshop.write("app/.gitignore", "*.log\n/made/\n");
    workshop.write("app/kept.py", "one\n");
    workshop.write("app/gone.py", "gone\n");
    workshop.write("app/build/tracked.py", "tracked\n");
    workshop.write("app/run.sh", "#!/bin/sh\n");
    workshop.sh("chmod 700 app/run.sh; ln -s kept.py app/link");
    workshop.commit("app");
    workshop.sh("rm app/gone.py; echo two > app/kept.py; chmod 600 app/kept.py; cd app; git submodule --quiet deinit --all");
    workshop.write("app/new.py", "new\n");
    workshop.write("app/noise.log", "noise\n");
    workshop.write("app/made/x", "made\n");
    workshop.write("app/other/x", "other\n");
    workshop.commit("app/other");
    let tree = workshop.extract(&folder(&workshop, "app")).unwrap();
    assert_eq!(
        workshop.laid(),
        [
            ".gitignore 644 \"*.log\\n/made/\\n\"",
            "build/ 755",
            "build/tracked.py 644 \"tracked\\n\"",
            "kept.py 644 \"two\\n\"",
            "link -> kept.py",
            "new.py 644 \"new\\n\"",
            "run.sh 755 \"#!/bin/sh\\n\"",
        ]
    );
    assert_eq!(
        workshop.warnings(),
        [
            "`[HERE]/app/other` is a repository of its own, and is left out",
            "`[HERE]/app` has changes that are not committed: they are packaged",
        ]
    );
    let head = workshop.sh("git -C app rev-parse HEAD");
    assert_eq!(tree.commit, head.trim());
    assert_eq!(tree.time.seconds(), 1_770_091_506);
    assert!(tree.describe.ends_with("-dirty"), "{}", tree.describe);
    // A backend that asks sees the same state.
    assert_eq!(
        workshop.sh("git -C out status --porcelain"),
        " D gone.py\n M kept.py\n?? new.py\n"
    );
}

#[test]
fn a_clean_folder_is_its_commit_and_a_dirty_one_is_refused_when_locked() {
    let workshop = Workshop::new();
    workshop.write("app/a.py", "a\n");
    workshop.commit("app");
    workshop.sh("git -C app tag v1.0");
    let locked = SourcePlan {
        locked: true,
        ..folder(&workshop, "app")
    };
    let tree = workshop.extract(&locked).unwrap();
    assert_eq!(tree.describe, "v1.0");
    assert_eq!(workshop.warnings(), [""; 0]);
    assert_eq!(workshop.sh("git -C out status --porcelain"), "");
    std::fs::remove_dir_all(workshop.path("out")).unwrap();
    workshop.write("app/a.py", "b\n");
    assert_eq!(
        workshop.refused(&locked),
        "error: `[HERE]/app` has changes that are not committed, and a lock of sources takes commits only\n\n\
         hint: commit them, or build without `--lock` and `--locked`\n"
    );
}

#[test]
fn without_git_what_tools_made_is_left_out() {
    let workshop = Workshop::new();
    workshop.write("app/app.py", "app\n");
    workshop.write("app/pkg/__init__.py", "");
    for made in [
        "build/lib/old.py",
        "dist/app.whl",
        "app.egg-info/PKG-INFO",
        "pkg/__pycache__/x.pyc",
        "pkg/loose.pyc",
        ".tox/py/x",
        ".venv/pyvenv.cfg",
        "myenv/pyvenv.cfg",
        "myenv/lib/x.py",
        "node_modules/x/y.js",
        ".hg/store",
    ] {
        workshop.write(&format!("app/{made}"), "made\n");
    }
    workshop.write("app/nested/x.py", "nested\n");
    workshop.commit("app/nested");
    workshop.sh("mkdir app/empty; find app -exec touch -h -d 2020-01-02T03:04:05Z {} +; touch -d 2021-01-02T03:04:05Z app/app.py");
    let tree = workshop.extract(&folder(&workshop, "app")).unwrap();
    assert_eq!(
        workshop.laid(),
        [
            "app.py 644 \"app\\n\"",
            "empty/ 755",
            "pkg/ 755",
            "pkg/__init__.py 644 \"\"",
        ]
    );
    assert_eq!(
        workshop.warnings(),
        ["`[HERE]/app/nested` is a repository of its own, and is left out"]
    );
    assert_eq!(tree.time.seconds(), 1_609_556_645);
    assert!(tree.commit.starts_with("sha256:"), "{}", tree.commit);
}

#[test]
fn a_folder_that_an_outer_repository_ignores_is_read_as_one_without_git() {
    let workshop = Workshop::new();
    workshop.write("home/.gitignore", "*\n");
    workshop.write("home/app/app.py", "app\n");
    workshop.sh("cd home; git init -q; git add -f .gitignore; git commit -q -m dotfiles");
    let tree = workshop.extract(&folder(&workshop, "home/app")).unwrap();
    assert_eq!(workshop.laid(), ["app.py 644 \"app\\n\""]);
    assert!(tree.commit.starts_with("sha256:"));
}

#[test]
fn a_folder_in_a_repository_is_taken_alone_with_its_version() {
    let workshop = Workshop::new();
    workshop.write("all/a/app.py", "app\n");
    workshop.write("all/b/other.py", "other\n");
    workshop.commit("all");
    workshop.sh("git -C all tag v2.0");
    workshop.write("all/b/other.py", "changed\n");
    let tree = workshop.extract(&folder(&workshop, "all/a")).unwrap();
    assert_eq!(workshop.laid(), ["app.py 644 \"app\\n\""]);
    assert_eq!(tree.describe, "v2.0");
    assert_eq!(
        workshop.sh("cd out; git describe --tags --dirty; git ls-files; git status --porcelain"),
        "v2.0\napp.py\n"
    );
}

#[test]
fn what_the_build_writes_is_no_part_of_the_folder() {
    let workshop = Workshop::new();
    workshop.write("app/app.py", "app\n");
    workshop.write("app/cache/work/x", "x\n");
    workshop.write("app/out/demo_1.0-1_all.deb", "deb\n");
    workshop.write("app/out/notes.txt", "mine\n");
    for with_git in [false, true] {
        if with_git {
            workshop.sh("cd app; git init -q -b main; git add app.py; git commit -q -m one");
        }
        let plan = SourcePlan {
            own: OwnFiles {
                folders: vec![workshop.path("app/cache")],
                packages: Some((workshop.path("app/out"), "demo_".to_owned())),
            },
            ..folder(&workshop, "app")
        };
        workshop.extract(&plan).unwrap();
        assert_eq!(
            workshop.laid(),
            [
                "app.py 644 \"app\\n\"",
                "out/ 755",
                "out/notes.txt 644 \"mine\\n\""
            ]
        );
        std::fs::remove_dir_all(workshop.path("out")).unwrap();
    }
}

#[test]
fn what_is_no_file_or_leads_out_is_refused() {
    let workshop = Workshop::new();
    workshop.sh("mkdir app pipe link lfs; mkfifo pipe/p; ln -s /etc/passwd link/l");
    workshop.write(
        "lfs/data.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    );
    for (path, expected) in [
        (
            "none",
            "error: there is no folder `[HERE]/none`\n\nhint: `path` in `[source]` is relative to the recipe: `..` is the \
             folder above it\n",
        ),
        (
            "pipe",
            "error: `[HERE]/pipe/p` is a socket, a pipe or a device, which no source has\n\nhint: remove it, or end the \
             program that uses it\n",
        ),
        (
            "link",
            "error: the link `l` leads out of the source, to `/etc/passwd`\n\nhint: replace it by the file itself, and \
             commit that\n",
        ),
        (
            "lfs",
            "error: `data.bin` is a Git LFS pointer: its content is not in the repository\n\nhint: commit the file itself, \
             or package a checkout that has it with `path`, or fetch it in a wheel that the app depends on\n",
        ),
    ] {
        assert_eq!(workshop.refused(&folder(&workshop, path)), expected);
    }
}

#[test]
fn a_folder_is_looked_at_as_it_will_be_built() {
    let workshop = Workshop::new();
    workshop.write("app/req.txt", "flask\n");
    for with_git in [false, true] {
        if with_git {
            workshop.commit("app");
        }
        let plan = folder(&workshop, "app");
        let mut named = deb_build_app::plan::NamedPaths::default();
        named.files.insert("req.txt".into());
        let facts = look(&plan, &named).unwrap().unwrap();
        assert_eq!(facts.files[std::path::Path::new("req.txt")], b"flask\n");
        let tree = workshop.extract(&plan).unwrap();
        assert_eq!((facts.id, facts.time), (tree.commit.clone(), tree.time));
        std::fs::remove_dir_all(workshop.path("out")).unwrap();
    }
}

#[test]
fn a_folder_that_became_a_link_is_a_link() {
    let workshop = Workshop::new();
    for name in ["old", "new"] {
        workshop.write(&format!("app/{name}/x.py"), "x\n");
    }
    workshop.commit("app");
    workshop.sh("cd app; rm -r old; ln -s new old");
    workshop
        .extract(&plan(Origin::Folder(workshop.path("app"))))
        .unwrap();
    assert_eq!(
        workshop.laid(),
        ["new/ 755", "new/x.py 644 \"x\\n\"", "old -> new"]
    );
}

#[test]
fn a_change_that_git_was_told_to_overlook_is_a_change() {
    for flag in ["assume-unchanged", "skip-worktree"] {
        let workshop = Workshop::new();
        workshop.write("app/settings.py", "DEBUG = False\n");
        workshop.commit("app");
        workshop.sh(&format!("cd app; git update-index --{flag} settings.py"));
        let app = folder(&workshop, "app");
        let clean = workshop.extract(&app).unwrap();
        assert_eq!((clean.describe.len(), workshop.warnings().len()), (7, 0));
        std::fs::remove_dir_all(workshop.path("out")).unwrap();
        workshop.write("app/settings.py", "DEBUG = True\n");
        let dirty = workshop.extract(&app).unwrap();
        assert!(dirty.describe.ends_with("-dirty"), "{flag}");
        assert_eq!(
            workshop.warnings(),
            ["`[HERE]/app` has changes that are not committed: they are packaged"]
        );
    }
}

//! Errors of a source: what is no repository, not committed, or leads out of it.

use super::{REQUIREMENTS, failure};
use crate::context::TestContext;
use std::process::Command;

#[test]
fn a_missing_ref_names_the_nearest_one() {
    let context = TestContext::new();
    context.write("app/pyproject.toml", "");
    context.commit("app");
    assert_eq!(
        failure(&context, "[source]\ngit = \"app\"\nref = \"mian\"\n"),
        (
            1,
            "error: `mian` is not a tag, branch or commit of the repository at `[TEST]/app`\n\n\
             hint: did you mean `main`? set `ref` in `[source]`\n"
                .to_owned()
        )
    );
}

#[test]
fn a_folder_that_is_no_repository_says_so() {
    let context = TestContext::new();
    std::fs::create_dir(context.path("plain")).unwrap();
    assert_eq!(
        failure(&context, "[source]\ngit = \"plain\"\n"),
        (
            1,
            "error: `[TEST]/plain` is not in a git repository\n\n\
             hint: name the folder of a repository, or make it one with `git init` and a commit\n"
                .to_owned()
        )
    );
    assert_eq!(
        failure(&context, "[source]\ngit = \"nowhere\"\n"),
        (
            1,
            "error: there is no folder `[TEST]/nowhere`\n\n\
             hint: `git` in `[source]` is relative to the recipe: `..` is the folder above it\n"
                .to_owned()
        )
    );
}

#[test]
fn a_repository_without_a_commit_says_so() {
    let context = TestContext::new();
    std::fs::create_dir(context.path("app")).unwrap();
    let git = Command::new("git")
        .args(["init", "-q"])
        .current_dir(context.path("app"))
        .status();
    assert!(git.unwrap().success());
    assert_eq!(
        failure(&context, "[source]\ngit = \"app\"\n"),
        (
            1,
            "error: the repository at `[TEST]/app` has no commit yet\n\n\
             hint: commit the app first: what is packaged is exactly one commit\n"
                .to_owned()
        )
    );
}

#[test]
fn a_subdirectory_or_file_that_is_not_committed_says_so() {
    let context = TestContext::new();
    context.write("app/pyproject.toml", "");
    context.commit("app");
    assert_eq!(
        failure(
            &context,
            "[source]\ngit = \"app\"\nsubdirectory = \"src\"\n"
        ),
        (
            1,
            "error: there is no folder `src` in the source at `[TEST]/app`\n\n\
             hint: only what is committed counts; check `subdirectory` in `[source]`\n"
                .to_owned()
        )
    );
    context.write("app/requirements.txt", "not committed\n");
    let (code, said) = failure(&context, REQUIREMENTS);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "error: there is no file `requirements.txt` in the source\n\n\
         hint: only what is committed counts, and paths start at the `subdirectory` of `[source]`\n"
    );
    // A member of a workspace has no lock of its own.
    let member = "[source]\ngit = \"app\"\n[venv]\nlock = \"uv.lock\"\n";
    let (code, said) = failure(&context, member);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "error: there is no file `uv.lock` in the source\n\n\
         hint: only what is committed counts, and paths start at the `subdirectory` of `[source]`. The lock of a workspace is in its top folder: \
         for one member, write and commit `uv export --package MEMBER --no-dev --format pylock.toml -o pylock.MEMBER.toml` there, name that in \
         `lock`, and put `project = false` in place of `subdirectory`: that lock names the member, too\n"
    );
}

#[test]
fn links_that_lead_out_of_the_source_through_each_other_are_refused() {
    let context = TestContext::new();
    context.write("secret", "the builder's\n");
    std::fs::create_dir_all(context.path("app/a/b/c")).unwrap();
    std::os::unix::fs::symlink("../../..", context.path("app/a/b/c/up")).unwrap();
    std::os::unix::fs::symlink("up/../secret", context.path("app/a/b/c/out")).unwrap();
    context.commit("app");
    let recipe = "[source]\ngit = \"app\"\n[venv]\nproject = false\npackages = [\"six\"]\n\
                  [files]\n\"/etc/demo/x\" = { from-source = \"a/b/c/out\" }\n";
    let (code, said) = failure(&context, recipe);
    assert_eq!(code, 1);
    // On the disk `up` is the source itself: what is above it is not.
    assert!(said.contains("a/b/c/out"), "{said}");
    assert!(!said.contains("the builder's"), "{said}");
}

//! What docs/source.md decides of commits: raw bytes, no attributes, no pointers of LFS, no links out of the tree.

use super::{Workshop, plan, repository};
use std::fmt::Write as _;

fn committed(workshop: &Workshop, script: &str) {
    workshop.sh(&format!(
        "mkdir app; cd app; git init -q -b main; {script}; git add -A; git commit -q -m 'a commit'"
    ));
}

fn extract(workshop: &Workshop) {
    let plan = plan(repository(workshop.path("app"), "HEAD"));
    workshop.extract(&plan).unwrap();
}

fn refused(workshop: &Workshop) -> String {
    workshop.refused(&plan(repository(workshop.path("app"), "HEAD")))
}

#[test]
fn a_commit_is_its_raw_bytes_whatever_its_attributes_say() {
    let workshop = Workshop::new();
    committed(
        &workshop,
        "git config core.autocrlf true; git config filter.up.smudge 'tr a-z A-Z'; git config filter.up.clean cat; \
         printf '*.txt eol=crlf\\n*.up filter=up\\nsecret export-ignore\\nid export-subst ident\\n*.16 working-tree-encoding=UTF-16\\n' \
         > .gitattributes; printf 'a\\n' > a.txt; printf 'raw\\r\\n' > b.bin; echo up > c.up; echo kept > secret; \
         printf '$Format:%%H$ $Id$\\n' > id",
    );
    extract(&workshop);
    let mut laid = workshop.laid();
    laid.retain(|line| !line.starts_with(".gitattributes"));
    assert_eq!(
        laid,
        [
            "a.txt 644 \"a\\n\"",
            "b.bin 644 \"raw\\n\"",
            "c.up 644 \"up\\n\"",
            "id 644 \"$Format:%H$ $Id$\\n\"",
            "secret 644 \"kept\\n\"",
        ],
        "what git's own `add` made of `b.bin` is what the commit holds"
    );
    assert_eq!(workshop.sh("cd out; git status --porcelain"), "");
}

#[test]
fn a_pointer_of_lfs_is_an_error_with_the_cure() {
    let workshop = Workshop::new();
    committed(
        &workshop,
        "printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:0\\nsize 5\\n' > model.bin",
    );
    let refused = refused(&workshop);
    assert!(
        refused.starts_with(
            "error: `model.bin` is a Git LFS pointer: its content is not in the repository\n\nhint: "
        ),
        "{refused}"
    );
}

#[test]
fn links_that_leave_the_commit_are_refused_and_those_within_are_kept() {
    for (target, expected) in [
        ("/etc/passwd", true),
        ("../x", true),
        ("sub/../../x", true),
        ("sub/../a", false),
        ("nowhere", false),
    ] {
        let workshop = Workshop::new();
        committed(
            &workshop,
            &format!("mkdir sub; touch a sub/b; ln -s {target} l"),
        );
        let refused = refused(&workshop);
        let leaves = refused.starts_with(&format!(
            "error: the link `l` leads out of the source, to `{target}`\n"
        ));
        assert_eq!(leaves, expected, "{target}: {refused}");
        assert_eq!(
            refused == "it was put together",
            !expected,
            "{target}: {refused}"
        );
    }
}

#[test]
fn names_that_differ_in_case_and_names_that_are_no_text_are_files_like_others() {
    let workshop = Workshop::new();
    committed(
        &workshop,
        "echo 1 > README; echo 2 > readme; echo 3 > $(printf 'caf\\351'); echo 4 > 'a b'",
    );
    extract(&workshop);
    assert_eq!(workshop.laid().len(), 4, "{:?}", workshop.laid());
    assert_eq!(
        workshop.sh("cat out/README out/readme out/caf*"),
        "1\n2\n3\n"
    );
}

#[test]
fn a_tree_that_git_would_not_check_out_is_refused() {
    // git-fast-import(1) writes what git-add(1) refuses.
    for (name, shown) in [
        (".git/config", ".git/config"),
        (".GIT/config", ".GIT/config"),
        ("a/.git/hooks/x", "a/.git/hooks/x"),
    ] {
        let workshop = Workshop::new();
        let mut tree = String::new();
        let parts: Vec<_> = name.split('/').collect();
        for part in parts.iter().rev() {
            let kind = if tree.is_empty() {
                "100644 blob"
            } else {
                "040000 tree"
            };
            let _ = writeln!(
                tree,
                "x=$(printf '{kind} %s\\t{part}\\n' $x | git -C app mktree --missing)"
            );
        }
        workshop.sh(&format!(
            "git init -q -b main app; x=$(echo evil | git -C app hash-object -w --stdin); {tree} \
             git -C app update-ref refs/heads/main $(git -C app commit-tree -m evil $x)"
        ));
        let refused = refused(&workshop);
        let first = shown
            .split('/')
            .take_while(|part| !part.eq_ignore_ascii_case(".git"));
        let folder = first
            .chain([".git"])
            .collect::<Vec<_>>()
            .join("/")
            .to_lowercase();
        assert!(
            refused
                .to_lowercase()
                .contains(&format!("forbidden name `{folder}")),
            "{name}: {refused}"
        );
    }
}

#[test]
fn a_repository_without_a_commit_says_so() {
    let workshop = Workshop::new();
    workshop.sh("git init -q -b main app");
    assert_eq!(
        refused(&workshop),
        "error: the repository at `[HERE]/app` has no commit yet\n\n\
         hint: commit the app first: what is packaged is exactly one commit\n"
    );
}

#[test]
fn what_is_no_commit_is_named_for_what_it_is() {
    let workshop = Workshop::new();
    committed(&workshop, "touch a");
    workshop.sh("cd app; git tag files 'HEAD^{tree}'");
    assert_eq!(
        workshop.refused(&plan(repository(workshop.path("app"), "files"))),
        "error: `files` of the repository at `[HERE]/app` is not a commit but a tree\n\n\
         hint: name a tag, branch or commit with `ref` in `[source]`\n"
    );
}

#[test]
fn a_repository_that_is_not_whole_is_an_error_with_the_cure() {
    for (damage, cause) in [
        (
            "rm $file",
            "object not found - no match for id ([ID]); class=Odb (9); code=NotFound (-3)",
        ),
        // libgit2 would read this one for ever.
        (
            "truncate -s 500 $file",
            "the object [ID] is cut off; class=Odb (9)",
        ),
    ] {
        let workshop = Workshop::new();
        committed(&workshop, "mkdir sub; seq 9999 > sub/a");
        let id = workshop.sh("git -C app rev-parse HEAD:sub/a");
        let id = id.trim();
        let (folder, rest) = id.split_at(2);
        workshop.sh(&format!(
            "file=app/.git/objects/{folder}/{rest}; chmod u+w $file; {damage}"
        ));
        assert_eq!(
            refused(&workshop).replace(id, "[ID]"),
            format!(
                "error: the repository at `[HERE]/app` is not whole\n  caused by: reading `sub/a` failed\n  caused by: {cause}\n\n\
                 hint: `git fsck` in it says what is missing or broken; a clone without its files (`--filter`) gets them by \
                 `git checkout`\n"
            )
        );
    }
}

#[test]
fn a_repository_of_another_form_is_an_error_with_a_way_around() {
    let workshop = Workshop::new();
    workshop.sh(
        "git init -q -b main --object-format=sha256 app; cd app; touch a; git add a; git commit -q -m a",
    );
    assert_eq!(
        refused(&workshop),
        "error: the repository at `[HERE]/app` is of a form that is not supported\n  \
         caused by: unknown object format 'sha256'; class=Repository (6); code=Invalid (-21)\n\n\
         hint: make an archive of it with `git archive`, and name that with `archive` in `[source]`\n"
    );
}

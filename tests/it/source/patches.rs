use super::{Workshop, plan, repository};
use deb_build_app::plan::SourcePlan;

/// Makes a commit of `files`, and a patch of what `change` does to it.
fn patched(workshop: &Workshop, files: &str, change: &str) -> SourcePlan {
    workshop.sh(&format!("mkdir app; cd app; {files}"));
    workshop.commit("app");
    workshop.sh(&format!(
        "cp -r app changed; cd changed; {change}; git add -A; git diff --cached --binary -M HEAD > ../fix.patch"
    ));
    SourcePlan {
        patches: vec![workshop.path("fix.patch")],
        ..plan(repository(workshop.path("app"), "HEAD"))
    }
}

#[test]
fn whatever_git_writes_into_a_patch_is_applied() {
    let workshop = Workshop::new();
    let plan = patched(
        &workshop,
        "seq 30 > a.txt; echo old > old.txt; echo mode > run; printf 'a\\0b' > bin; printf 'one\\r\\ntwo\\r\\n' > dos.txt; \
         mkdir d; echo deep > d/gone.txt",
        "sed -i s/^20$/twenty/ a.txt; git mv old.txt renamed.txt; chmod +x run; printf 'c\\0d' > bin; git rm -q d/gone.txt; \
         printf 'one\\r\\n2\\r\\n' > dos.txt; mkdir new; echo new > new/file; ln -s a.txt link",
    );
    let tree = workshop.extract(&plan).unwrap();
    let numbers: String = (1..=30)
        .map(|number| match number {
            20 => "twenty\n".to_owned(),
            number => format!("{number}\n"),
        })
        .collect();
    assert_eq!(
        workshop.laid(),
        [
            format!("a.txt 644 {numbers:?}"),
            "bin 644 \"c\\0d\"".to_owned(),
            "dos.txt 644 \"one\\r\\n2\\r\\n\"".to_owned(),
            "link -> a.txt".to_owned(),
            "new/ 755".to_owned(),
            "new/file 644 \"new\\n\"".to_owned(),
            "renamed.txt 644 \"old\\n\"".to_owned(),
            "run 755 \"mode\\n\"".to_owned(),
        ]
    );
    // The commit is the same, and nothing of it looks changed: files of the patch count as committed.
    assert_eq!(
        workshop.sh("cd out; git rev-parse HEAD; git status --porcelain; git ls-files; git archive HEAD | tar t | grep -v /$"),
        format!(
            "{}\na.txt\nbin\ndos.txt\nlink\nnew/file\nrenamed.txt\nrun\na.txt\nbin\ndos.txt\nlink\nnew/file\nrenamed.txt\nrun\n",
            tree.commit
        )
    );
}

#[test]
fn patches_are_applied_in_order_and_may_be_off_by_lines() {
    let workshop = Workshop::new();
    workshop.sh("mkdir app; seq 40 > app/a.txt");
    workshop.commit("app");
    workshop.sh(
        "cp -r app one; cd one; sed -i s/^30$/thirty/ a.txt; git diff > ../1.patch; git commit -qam 1; \
         sed -i s/^thirty$/30+/ a.txt; git diff > ../2.patch; cd ../app; sed -i '1i zero\\nzero' a.txt; git commit -qam more",
    );
    let plan = SourcePlan {
        patches: vec![workshop.path("1.patch"), workshop.path("2.patch")],
        ..plan(repository(workshop.path("app"), "HEAD"))
    };
    workshop.extract(&plan).unwrap();
    assert_eq!(workshop.sh("grep -n 30 out/a.txt"), "32:30+\n");
}

#[test]
fn what_does_not_fit_is_named_with_its_hunk() {
    let workshop = Workshop::new();
    let plan = patched(
        &workshop,
        "seq 20 > a.txt",
        "sed -i 's/^4$/four/; s/^15$/fifteen/' a.txt",
    );
    // One line beside the change is another now: with fuzz it would fit.
    workshop.sh("cd app; sed -i s/^13$/XIII/ a.txt; git commit -qam other");
    assert_eq!(
        workshop.refused(&plan),
        "error: the patch `[HERE]/fix.patch` does not fit `a.txt`: its hunk at line 12 is not found there\n  \
         | the patch expects:\n  | 12\n  | 13\n  | 14\n  | 15\n  | 16\n  | 17\n  | 18\n  | `a.txt` has at line 12:\n  | 12\n  | XIII\n  \
         | 14\n  | 15\n  | 16\n  | 17\n  | 18\n\n\
         hint: make the patch anew from this commit; there is no fuzz: the lines around a change must be the same\n"
    );
}

#[test]
fn a_patch_that_leaves_the_source_or_is_none_is_refused() {
    let workshop = Workshop::new();
    workshop.write("app/a.txt", "a\n");
    workshop.sh("ln -s . app/link");
    workshop.commit("app");
    let new = |path: &str| {
        format!(
            "diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n"
        )
    };
    let link = "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n";
    for (text, expected) in [
        (
            new("../x"),
            "error: the patch `[HERE]/fix.patch` cannot be applied: invalid path '../x'",
        ),
        (
            new(".git/hooks/x"),
            "error: the patch `[HERE]/fix.patch` cannot be applied: invalid path '.git/hooks/x'",
        ),
        (
            new("link/x"),
            "error: the patch `[HERE]/fix.patch` cannot be applied: affected file 'link/x' is beyond a symbolic link",
        ),
        (
            new("a.txt"),
            "error: the patch `[HERE]/fix.patch` cannot be applied: a.txt: already exists in working directory",
        ),
        (
            link.to_owned(),
            "error: the link `l` leads out of the source, to `/etc/passwd`",
        ),
        (
            "nothing\n".to_owned(),
            "error: the patch `[HERE]/fix.patch` cannot be applied: No valid patches in input (allow with \"--allow-empty\")",
        ),
    ] {
        workshop.write("fix.patch", &text);
        let plan = SourcePlan {
            patches: vec![workshop.path("fix.patch")],
            ..plan(repository(workshop.path("app"), "HEAD"))
        };
        let refused = workshop.refused(&plan);
        assert_eq!(refused.lines().next(), Some(expected), "{text}");
    }
    let plan = SourcePlan {
        patches: vec![workshop.path("none.patch")],
        ..plan(repository(workshop.path("app"), "HEAD"))
    };
    assert_eq!(
        workshop.refused(&plan),
        "error: there is no patch `[HERE]/none.patch`\n\nhint: `patches` in `[source]` are relative to the recipe\n"
    );
    assert!(!workshop.path("x").exists());
}

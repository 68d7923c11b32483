use super::{Workshop, plan};
use deb_build_app::plan::SourcePlan;
use deb_build_app::recipe::Origin;

fn archive(workshop: &Workshop, relative: &str) -> SourcePlan {
    let sum = workshop.sh(&format!("sha256sum {relative} | cut -c1-64"));
    let sum = sum.trim().parse().unwrap();
    plan(Origin::Archive(workshop.path(relative), sum))
}

const TREE: &str = "mkdir -p demo-1.0/pkg; echo one > demo-1.0/pkg/a.py; printf '#!/bin/sh\\n' > demo-1.0/run; chmod 4775 demo-1.0/run; \
                    ln -s pkg/a.py demo-1.0/link; find demo-1.0 -exec touch -h -d 2020-01-02T03:04:06Z {} +; \
                    touch -d 2021-01-02T03:04:06Z demo-1.0/pkg/a.py";

/// Writes the same as a zip file, with links and modes as Info-ZIP has them.
const ZIP: &str = r#"
import os, stat, time, zipfile
with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for f in ["demo-1.0/", "demo-1.0/pkg/", "demo-1.0/pkg/a.py", "demo-1.0/run", "demo-1.0/link"]:
        s = os.lstat(f)
        i = zipfile.ZipInfo(f, time.gmtime(s.st_mtime)[:6])
        i.external_attr = s.st_mode << 16
        i.create_system = 3
        text = os.readlink(f) if stat.S_ISLNK(s.st_mode) else "" if f.endswith("/") else open(f).read()
        z.writestr(i, text, zipfile.ZIP_DEFLATED)
"#;

#[test]
fn archives_of_every_kind_give_the_same_tree() {
    let workshop = Workshop::new();
    workshop.sh(TREE);
    workshop.write("zip.py", ZIP);
    workshop.sh(
        "tar czf a.tar.gz demo-1.0; tar cJf a.tar.xz --format=posix ./demo-1.0; TZ=UTC python3 zip.py",
    );
    for name in ["a.tar.gz", "a.tar.xz", "a.zip"] {
        let tree = workshop.extract(&archive(&workshop, name)).unwrap();
        assert_eq!(
            workshop.laid(),
            [
                "link -> pkg/a.py",
                "pkg/ 755",
                "pkg/a.py 644 \"one\\n\"",
                "run 755 \"#!/bin/sh\\n\""
            ],
            "{name}"
        );
        assert_eq!(tree.time.seconds(), 1_609_556_646, "{name}");
        std::fs::remove_dir_all(workshop.path("out")).unwrap();
    }
}

#[test]
fn what_git_archive_makes_is_read_and_a_subdirectory_taken() {
    let workshop = Workshop::new();
    workshop.write("app/src/a.py", "a\n");
    workshop.write("app/doc/b", "b\n");
    workshop.commit("app");
    workshop.sh("git -C app archive --format=tar.gz --prefix=app-1/ -o ../a.tar.gz HEAD");
    let plan = SourcePlan {
        subdirectory: Some("src".parse().unwrap()),
        ..archive(&workshop, "a.tar.gz")
    };
    let tree = workshop.extract(&plan).unwrap();
    assert_eq!(tree.root, workshop.path("out/src"));
    assert_eq!(tree.time.seconds(), 1_770_091_506);
    std::fs::remove_dir_all(workshop.path("out")).unwrap();
    let plan = SourcePlan {
        subdirectory: Some("none".parse().unwrap()),
        ..plan
    };
    assert_eq!(
        workshop.refused(&plan),
        "error: there is no folder `none` in the source at `[HERE]/a.tar.gz`\n\nhint: only what is committed counts; check \
         `subdirectory` in `[source]`\n"
    );
}

#[test]
fn an_archive_without_a_folder_around_it_is_taken_as_it_is() {
    let workshop = Workshop::new();
    workshop.sh(
        "mkdir x; echo a > x/setup.py; mkdir x/pkg; echo b > x/pkg/b.py; tar czf a.tar.gz -C x .",
    );
    workshop.extract(&archive(&workshop, "a.tar.gz")).unwrap();
    assert_eq!(
        workshop.laid(),
        ["pkg/ 755", "pkg/b.py 644 \"b\\n\"", "setup.py 644 \"a\\n\""]
    );
}

#[test]
fn another_archive_is_refused_before_it_is_unpacked() {
    let workshop = Workshop::new();
    workshop.write("a.tar.gz", "no archive\n");
    let sum = "0".repeat(64).parse().unwrap();
    let found = workshop.sh("sha256sum a.tar.gz | cut -c1-64");
    assert_eq!(
        workshop.refused(&plan(Origin::Archive(workshop.path("a.tar.gz"), sum))),
        format!(
            "error: `[HERE]/a.tar.gz` is not the archive that the recipe means\n  | its SHA-256 is   {}\n  | the recipe says   {}\n\n\
             hint: a release that was made anew has another sum: look what changed, and then change `sha256`\n",
            found.trim(),
            "0".repeat(64)
        )
    );
    assert_eq!(
        workshop.refused(&archive(&workshop, "a.tar.gz")),
        "error: the archive `[HERE]/a.tar.gz` cannot be unpacked\n  caused by: it begins as none of them does\n\n\
         hint: archives are `.tar.gz`, `.tar.xz` and `.zip`, and hold files, folders and links\n"
    );
}

/// Writes an archive with Python's tarfile, which checks nothing.
fn hostile(workshop: &Workshop, members: &str) {
    let script = format!(
        "import io, tarfile\n\
         def add(name, kind=tarfile.REGTYPE, link='', data=b'x'):\n\
         \x20   i = tarfile.TarInfo(name); i.type = kind; i.linkname = link; i.size = len(data) if kind == tarfile.REGTYPE else 0\n\
         \x20   t.addfile(i, io.BytesIO(data))\n\
         with tarfile.open('a.tar.gz', 'w:gz') as t:\n{}",
        members
            .lines()
            .map(|line| format!("    {line}\n"))
            .collect::<String>()
    );
    workshop.write("make.py", script);
    workshop.sh("python3 make.py");
}

#[test]
fn hostile_archives_are_refused_before_a_byte_is_written() {
    for (members, expected) in [
        (
            "add('a'); add('../x')",
            "`../x` in it would be written outside of the source",
        ),
        (
            "add('a'); add('/x')",
            "`/x` in it would be written outside of the source",
        ),
        (
            "add('a'); add('b', tarfile.SYMTYPE, '/etc')",
            "the link `b` leads out of the source, to `/etc`",
        ),
        (
            "add('t/d/b', tarfile.SYMTYPE, '../../x')",
            "the link `d/b` leads out of the source, to `../../x`",
        ),
        (
            "add('a'); add('b', tarfile.LNKTYPE, 'a')",
            "`b` in it is a hard link",
        ),
        ("add('b', tarfile.CHRTYPE)", "`b` in it is a device"),
        ("add('b', tarfile.FIFOTYPE)", "`b` in it is a pipe"),
        ("add('a'); add('a')", "it holds `a` twice"),
        ("add('a'); add('./a')", "it holds `a` twice"),
        ("add('d', tarfile.DIRTYPE); add('d')", "it holds `d` twice"),
        (
            "add('.git/config')",
            "the source has a file of the forbidden name `.git/config`",
        ),
    ] {
        let workshop = Workshop::new();
        hostile(&workshop, members);
        let refused = workshop.refused(&archive(&workshop, "a.tar.gz"));
        let why = refused.lines().nth(1).unwrap_or_default();
        assert_eq!(
            why,
            format!("  caused by: {expected}"),
            "{members}\n{refused}"
        );
    }
}

#[test]
fn nothing_is_written_through_a_link_of_the_archive() {
    let workshop = Workshop::new();
    hostile(
        &workshop,
        "add('d', tarfile.SYMTYPE, 'e'); add('e/x'); add('d/y')",
    );
    assert_eq!(
        workshop
            .refused(&archive(&workshop, "a.tar.gz"))
            .lines()
            .nth(1),
        Some(
            "  caused by: the source has `d` twice, or has a file of a name that this file system takes for the same"
        )
    );
}

#[test]
fn names_that_differ_in_case_or_accents_are_two_files() {
    let workshop = Workshop::new();
    hostile(
        &workshop,
        "add('a', data=b'1'); add('A', data=b'2'); add('\\u00e9', data=b'3'); add('e\\u0301', data=b'4')",
    );
    workshop.extract(&archive(&workshop, "a.tar.gz")).unwrap();
    assert_eq!(
        workshop.laid(),
        [
            "A 644 \"2\"",
            "a 644 \"1\"",
            "e\u{301} 644 \"4\"",
            "\u{e9} 644 \"3\""
        ]
    );
}

#[test]
fn a_broken_archive_is_an_error_of_one_sentence() {
    let workshop = Workshop::new();
    workshop.sh(TREE);
    workshop.sh("tar czf whole.tar.gz demo-1.0; head -c 200 whole.tar.gz > a.tar.gz");
    let refused = workshop.refused(&archive(&workshop, "a.tar.gz"));
    assert!(
        refused
            .starts_with("error: the archive `[HERE]/a.tar.gz` cannot be unpacked\n  caused by: "),
        "{refused}"
    );
}

//! What `pack` makes of a plain tree, as dpkg, dpkg-deb and lintian see it.

use crate::context::{TestContext, outcome, succeed};
use crate::hostile::listing;
use crate::support::{dpkg, lintian, output_of};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every description begins with.
pub(crate) const HEAD: &str = r#"
[package]
name = "demo"
version = "1:2.0-1"
architecture = "all"
maintainer = "Ada <ada@example.org>"
section = "web"
summary = "small thing"
"#;

/// The time of the newest file of [`sane_tree`].
const NEWEST: &str = "1600000000";

/// Writes a tree with a program, a conffile, links, an empty folder and two times.
fn sane_tree(context: &TestContext, name: &str) -> PathBuf {
    let at = |path: &str| format!("{name}/{path}");
    context.write(&at("usr/bin/demo"), "#!/bin/sh\n");
    context.write(&at("usr/share/demo/a b"), "a\n");
    context.write(&at("usr/share/demo/ünï"), "u\n");
    context.write(
        &at(&format!("usr/share/demo/{}", "n".repeat(120))),
        "long\n",
    );
    context.write(&at("etc/demo/demo.conf"), "x=1\n");
    let root = context.path(name);
    fs::create_dir_all(root.join("usr/share/demo/none")).unwrap();
    symlink("demo", root.join("usr/bin/demo2")).unwrap();
    symlink("/etc/demo", root.join("usr/share/demo/etc")).unwrap();
    let program = fs::Permissions::from_mode(0o755);
    fs::set_permissions(root.join("usr/bin/demo"), program).unwrap();
    succeed(Command::new("find").arg(&root).args([
        "-exec",
        "touch",
        "-hd",
        "@1500000000",
        "{}",
        "+",
    ]));
    let newest = root.join("usr/share/demo/a b");
    succeed(
        Command::new("touch")
            .args(["-d", &format!("@{NEWEST}")])
            .arg(newest),
    );
    root
}

/// Packs a tree that must be good, and returns the package.
fn pack(context: &TestContext, description: &str, tree: &Path, options: &[&str]) -> PathBuf {
    let description = context.write("demo.toml", description);
    let mut command = context.command(["pack", "-q", "-o", "out"]);
    command.args(options).arg(description).arg(tree);
    PathBuf::from(succeed(&mut command).trim_end())
}

#[test]
fn dpkg_installs_verifies_and_purges_it() {
    let context = TestContext::new();
    let tree = sane_tree(&context, "tree");
    let modes = "[modes]\n\"/usr/bin/demo\" = \"4755\"\n\"/usr/share/demo/none\" = \"1777\"\n";
    let package = pack(&context, &format!("{HEAD}{modes}"), &tree, &[]);
    let root = context.path("root");
    fs::create_dir(&root).unwrap();
    let say = |words: &[&str]| {
        let output = dpkg(&root, words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    };
    say(&["-i", package.to_str().unwrap()]);
    assert_eq!(say(&["--verify", "demo"]), "");
    let mode = |path: &str| fs::metadata(root.join(path)).unwrap().permissions().mode();
    assert_eq!(mode("usr/bin/demo"), 0o104_755);
    assert_eq!(mode("usr/share/demo/none"), 0o041_777);
    assert_eq!(mode("etc/demo/demo.conf"), 0o100_644);
    let status = fs::read_to_string(root.join("var/lib/dpkg/status")).unwrap();
    assert!(
        status.contains("Conffiles:\n /etc/demo/demo.conf "),
        "{status}"
    );
    say(&["--purge", "demo"]);
    assert!(!root.join("usr").exists() && !root.join("etc").exists());
}

#[test]
fn its_content_and_fields_are_those_of_dpkg_deb() {
    let context = TestContext::new();
    let tree = sane_tree(&context, "tree");
    let more = r#"priority = "extra"
multi-arch = "foreign"
homepage = "https://example.org/"
pre-depends = ["aa"]
depends = ["bb (>= 1)", "cc | dd"]
recommends = ["ee"]
suggests = ["ff"]
enhances = ["gg"]
breaks = ["hh (<< 2)"]
conflicts = ["ii"]
replaces = ["jj"]
provides = ["kk (= 3)"]
fields = { XB-Team = "web" }
description = "It serves.\n\nAnd more."
"#;
    let ours = pack(&context, &format!("{HEAD}{more}"), &tree, &[]);
    context.write(
        "tree/DEBIAN/control",
        "Package: demo\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: Ada <ada@example.org>\nPre-Depends: aa\n\
         Depends: bb (>= 1), cc | dd\nRecommends: ee\nSuggests: ff\nEnhances: gg\nBreaks: hh (<< 2)\nConflicts: ii\n\
         Replaces: jj\nProvides: kk (= 3)\nSection: web\nPriority: extra\nMulti-Arch: foreign\n\
         Homepage: https://example.org/\nTeam: web\nDescription: small thing\n It serves.\n .\n And more.\n",
    );
    context.write("tree/DEBIAN/conffiles", "/etc/demo/demo.conf\n");
    let theirs = context.path("theirs.deb");
    succeed(
        Command::new("dpkg-deb")
            .args(["--root-owner-group", "-Znone", "-b"])
            .args([&tree, &theirs])
            .env("SOURCE_DATE_EPOCH", NEWEST),
    );
    let shown = |option: &str, package: &Path| {
        let text = output_of(
            &["dpkg-deb", option, package.to_str().unwrap()],
            &context.path(""),
        );
        let text = String::from_utf8(text).unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("Installed-Size: "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(shown("-f", &ours), shown("-f", &theirs));
    // Their directories keep the times of the tree, and their order is another.
    let entries = |package: &Path| {
        let mut lines = shown("-c", package);
        lines
            .iter_mut()
            .filter(|line| line.starts_with('d'))
            .for_each(|line| {
                let name = line.find("./").unwrap();
                line.replace_range(10..name, " ");
            });
        lines.sort();
        lines
    };
    assert_eq!(entries(&ours), entries(&theirs));
    let unpacked = |package: &Path, name: &str| {
        let (package, name) = (package.to_str().unwrap(), context.path(name));
        output_of(
            &["dpkg-deb", "-x", package, name.to_str().unwrap()],
            &context.path(""),
        );
        listing(&name)
    };
    let found = unpacked(&ours, "ours");
    assert_eq!(found, unpacked(&theirs, "theirs"));
    assert_eq!(found.len(), 14, "a dozen and two are in the tree");
}

#[test]
fn another_folder_mode_link_count_day_and_number_of_threads_give_the_same_bytes() {
    let context = TestContext::new();
    let tree = sane_tree(&context, "tree");
    // Enough for more than one job of the compressor.
    let noise: Vec<u8> = (0..6_000_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0])
        .collect();
    let large = tree.join("usr/share/demo/large");
    fs::write(&large, noise).unwrap();
    succeed(
        Command::new("touch")
            .args(["-d", "@1400000000"])
            .arg(&large),
    );
    let first = fs::read(pack(&context, HEAD, &tree, &["--jobs", "1"])).unwrap();
    for jobs in ["2", "8"] {
        let again = fs::read(pack(&context, HEAD, &tree, &["--jobs", jobs])).unwrap();
        assert!(first == again, "{jobs} threads");
    }

    let copy = context.path("a copy");
    succeed(Command::new("cp").arg("-a").args([&tree, &copy]));
    succeed(Command::new("chmod").args(["-R", "go-rwx"]).arg(&copy));
    fs::hard_link(
        copy.join("etc/demo/demo.conf"),
        context.path("another name"),
    )
    .unwrap();
    fs::write(copy.join("usr/new"), "").unwrap();
    fs::remove_file(copy.join("usr/new")).unwrap();
    assert!(
        first == fs::read(pack(&context, HEAD, &copy, &[])).unwrap(),
        "a copy"
    );

    succeed(Command::new("chmod").args(["-R", "g+w,o+w"]).arg(&copy));
    let epoch = |epoch: &str| {
        let mut command = context.command(["pack", "-q", "-o", "out", "demo.toml"]);
        command.arg(&copy).env("SOURCE_DATE_EPOCH", epoch);
        fs::read(succeed(&mut command).trim_end()).unwrap()
    };
    assert!(first == epoch(NEWEST), "the time of the newest file, given");
    assert!(first != epoch("1550000000"), "an earlier time");
    let times = "dpkg-deb -c out/demo_2.0-1_all.deb | awk '{print $4}' | sort -u";
    let times = output_of(&["sh", "-c", times], &context.path(""));
    assert_eq!(times, b"2014-05-13\n2017-07-14\n2019-02-12\n");
}

#[test]
fn lintian_finds_no_error_in_a_sane_tree() {
    let context = TestContext::new();
    context.write("tree/usr/bin/demo", "#!/bin/sh\necho demo\n");
    let program = fs::Permissions::from_mode(0o755);
    fs::set_permissions(context.path("tree/usr/bin/demo"), program).unwrap();
    context.write("tree/etc/demo/demo.conf", "x=1\n");
    let document = "tree/usr/share/doc/demo";
    context.write(
        &format!("{document}/copyright"),
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n\
         Files: *\nCopyright: 2026 Ada\nLicense: MIT\n\nLicense: MIT\n Do as you like.\n",
    );
    let changelog = context.write(
        &format!("{document}/changelog.Debian"),
        "demo (1:2.0-1) unstable; urgency=low\n\n  * A change.\n\n -- Ada <ada@example.org>  Sun, 13 Sep 2020 12:26:40 +0000\n",
    );
    succeed(Command::new("gzip").arg("-9n").arg(changelog));
    context.write("postinst", "#!/bin/sh\nset -e\nexit 0\n");
    let description = format!(
        "{HEAD}description = \"It does a small thing, and does it well enough for a test.\"\n[scripts]\npostinst = \"postinst\"\n"
    );
    let package = pack(&context, &description, &context.path("tree"), &[]);
    // Bookworm's lintian does not know zstd, which its dpkg reads.
    let said = lintian(&package, &["--suppress-tags", "malformed-deb-archive"]);
    assert!(!said.contains("E: "), "{said}");
}

#[test]
fn the_result_is_the_path_and_the_summary_is_on_standard_error() {
    let context = TestContext::new();
    let tree = sane_tree(&context, "tree");
    context.write(
        "demo.toml",
        &format!("{HEAD}[output]\ncompression = \"zstd:3\"\n"),
    );
    let pack = |options: &[&str]| {
        let mut command = context.command(["pack", "demo.toml"]);
        let (output, code) = outcome(command.arg(&tree).args(options));
        assert_eq!(code, Some(0));
        let package = context.path("demo_2.0-1_all.deb");
        let sum = succeed(Command::new("sha256sum").arg(package));
        let said = context.plain(&output.stderr);
        (
            context.plain(&output.stdout),
            said.replace(&sum[..64], "SUM"),
        )
    };
    let path = "[TEST]/demo_2.0-1_all.deb\n".to_owned();
    assert_eq!(pack(&["-q"]), (path.clone(), String::new()));
    let (printed, said) = pack(&["--compression", "zstd:1"]);
    assert_eq!(printed, path);
    let timeless = said.rsplit_once(" in ").unwrap().0;
    assert_eq!(
        timeless,
        "      7 files and links, zstd:1\n      sha256 SUM\npacked demo 1:2.0-1 (1.2 KiB, installed 15.0 KiB)"
    );
    assert!(pack(&[]).1.contains("zstd:3"));
}

#[test]
fn hard_links_are_ordinary_files_and_control_files_are_as_described() {
    let context = TestContext::new();
    let tree = sane_tree(&context, "tree");
    fs::hard_link(
        tree.join("etc/demo/demo.conf"),
        tree.join("usr/share/demo/hard"),
    )
    .unwrap();
    for script in ["config", "preinst", "postinst", "prerm", "postrm"] {
        context.write(script, "#!/bin/sh\nset -e\n");
    }
    context.write(
        "questions",
        "Template: demo/port\nType: string\nDescription: Port:\n Where it listens.\n",
    );
    let description = format!(
        "{HEAD}conffiles = []\ntemplates = \"questions\"\ntriggers = [\"interest-noawait /usr/share/fonts\"]\n[scripts]\n\
         config = \"config\"\npreinst = \"preinst\"\npostinst = \"postinst\"\nprerm = \"prerm\"\npostrm = \"postrm\"\n"
    );
    let package = pack(&context, &description, &tree, &[]);
    let list = format!(
        "ar p '{}' control.tar.gz | tar -tvzf - | tr -s ' ' | cut -d' ' -f1,2,6",
        package.display()
    );
    let list = output_of(&["sh", "-c", &list], &context.path(""));
    assert_eq!(
        String::from_utf8(list).unwrap(),
        "drwxr-xr-x root/root ./\n-rwxr-xr-x root/root ./config\n-rw-r--r-- root/root ./control\n\
         -rw-r--r-- root/root ./md5sums\n-rwxr-xr-x root/root ./postinst\n-rwxr-xr-x root/root ./postrm\n\
         -rwxr-xr-x root/root ./preinst\n-rwxr-xr-x root/root ./prerm\n-rw-r--r-- root/root ./templates\n\
         -rw-r--r-- root/root ./triggers\n"
    );
    let hard = format!(
        "dpkg-deb -c '{}' | grep -c -- '^-.*\\(demo.conf\\|hard\\)$'",
        package.display()
    );
    assert_eq!(output_of(&["sh", "-c", &hard], &context.path("")), b"2\n");
}

#[test]
fn a_full_disk_leaves_nothing_and_says_where() {
    let context = TestContext::new();
    let tree = context.path("tree");
    fs::create_dir_all(tree.join("opt/demo")).unwrap();
    let noise: Vec<u8> = (0..9_000_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0])
        .collect();
    fs::write(tree.join("opt/demo/large"), noise).unwrap();
    context.write("demo.toml", HEAD);
    let mut command = context.command([
        "pack",
        "-q",
        "--compression",
        "none",
        "-o",
        "out",
        "demo.toml",
        "tree",
    ]);
    let tool = command.get_program().to_owned();
    let script = "mkdir -p out && mount -t tmpfs -o size=4m none out && { \"$@\"; code=$?; ls -A out; exit $code; }";
    command = {
        let mut inside = Command::new("unshare");
        inside
            .args(["-m", "sh", "-c", script, "sh"])
            .arg(tool)
            .args(command.get_args());
        context.set_environment(&mut inside);
        inside.current_dir(context.path(""));
        inside
    };
    let (output, code) = outcome(&mut command);
    assert_eq!(
        (
            context.plain(&output.stderr).lines().next(),
            code,
            output.stdout.as_slice()
        ),
        (
            Some("error: the disk is too full for `[TEST]/out/demo_2.0-1_all.deb`"),
            Some(1),
            &b""[..]
        )
    );
}

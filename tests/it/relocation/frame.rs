//! The virtualenv itself is the same whoever made it.

use super::tree::{MAKERS, Maker, PREFIX, SITE, Tree, bytes, link, text};
use super::wheel::probe;
use deb_build_app::recipe::Prune;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::process::Command;

const CONFIGURATION: &str =
    "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n";

#[test]
fn test_10_11_every_shell_activates_the_moved_virtualenv() {
    for maker in [Maker::Pip, Maker::Virtualenv, Maker::Uv] {
        let tree = Tree::made_by(maker, "a b's", &[]);
        let read = tree.read_without(&[Prune::Pip]).unwrap();
        let stage = tree.stage.to_str().unwrap();
        // fish makes folders in it.
        let home = tempfile::tempdir().unwrap();
        let home = format!("HOME={}", home.path().display());
        for (shell, script, call) in [
            ("bash", "activate", ". {}; echo $VIRTUAL_ENV"),
            ("dash", "activate", ". {}; echo $VIRTUAL_ENV"),
            (
                "csh",
                "activate.csh",
                "set prompt = x; source {}; echo $VIRTUAL_ENV",
            ),
            ("fish", "activate.fish", "source {}; echo $VIRTUAL_ENV"),
        ] {
            let script = format!("bin/{script}");
            assert!(!text(&read, &script).contains(stage), "{maker:?} {script}");
            let call = call.replace("{}", &format!("{PREFIX}/{script}"));
            let answer = tree.run(&read, &["env", &home, shell, "-c", &call]);
            assert_eq!(
                answer.stdout,
                format!("{PREFIX}\n"),
                "{maker:?} {shell}: {answer:?}"
            );
        }
        // Shells that Debian does not have, nushell and PowerShell, and xonsh, whose version in Debian 12 cannot read the script of
        // virtualenv before the move either: no byte of the stage is left in their scripts.
        for script in [
            "activate.nu",
            "activate.xsh",
            "activate.bat",
            "activate_this.py",
            "Activate.ps1",
        ] {
            if let Some(bytes) = bytes(&read, &format!("bin/{script}")) {
                let text = String::from_utf8(bytes).unwrap();
                assert!(
                    !text.contains(stage) && !text.contains("a b"),
                    "{maker:?} {script}"
                );
            }
        }
        let left_out = tree.read();
        assert_eq!(bytes(&left_out, "bin/activate"), None);
    }
}

#[test]
fn test_10_12_the_configuration_is_written_anew() {
    let tree = Tree::by_hand();
    for old in [
        "HOME = /build/bin\r\nInclude-System-Site-Packages = true\r\nprompt = 'x'\r\n",
        "home = /root/.pyenv/versions/3.11.7/bin\ncommand = /build/python -m venv /stage\n",
        "",
    ] {
        tree.write("pyvenv.cfg", old);
        assert_eq!(text(&tree.read(), "pyvenv.cfg"), CONFIGURATION, "{old:?}");
    }
    for maker in MAKERS {
        let tree = Tree::made_by(maker, "stage", &[]);
        assert_eq!(text(&tree.read(), "pyvenv.cfg"), CONFIGURATION, "{maker:?}");
    }
}

#[test]
fn test_10_13_whatever_made_it_the_interpreter_is_the_distributions() {
    let expected = |tree: &Tree| {
        let read = tree.read();
        assert_eq!(link(&read, "bin/python"), Some("/usr/bin/python3.11"));
        assert_eq!(link(&read, "bin/python3"), Some("python"));
        assert_eq!(link(&read, "bin/python3.11"), Some("python"));
        assert_eq!(
            bytes(&read, "bin/python3.11"),
            None,
            "a copy becomes a link"
        );
    };
    for maker in MAKERS {
        expected(&Tree::made_by(maker, "stage", &[]));
    }
    for words in [
        &["/usr/bin/python3", "-m", "venv", "--without-pip"][..],
        &[
            "/usr/bin/python3.11",
            "-m",
            "venv",
            "--without-pip",
            "--copies",
        ],
    ] {
        let tree = Tree::at("stage");
        let made = Command::new(words[0])
            .args(&words[1..])
            .arg(tree.venv())
            .status()
            .unwrap();
        assert!(made.success());
        expected(&tree);
    }
    // Built by a Python under a home folder, and by that of another virtualenv.
    let tree = Tree::by_hand();
    symlink(
        "/root/.pyenv/versions/3.11.7/bin/python3.11",
        tree.venv().join("bin/python"),
    )
    .unwrap();
    expected(&tree);
    // Another version has its modules in another folder, and they are nobody's.
    let tree = Tree::by_hand();
    tree.write("lib/python3.12/site-packages/x.py", "");
    assert_eq!(
        tree.refusal(),
        "error: `lib/python3.12/site-packages/x.py` is of no installed distribution\n\n\
         hint: an installer or a build script made it on the side: it would be lost or wrong on the host\n"
    );
}

#[test]
fn test_10_14_links_that_stay_inside_move_and_all_others_are_refused_at_once() {
    let tree = Tree::by_hand();
    let site = tree.venv().join(SITE);
    tree.write(&format!("{SITE}/x/a.py"), "a = 1\n");
    symlink(site.join("x"), site.join("folder")).unwrap();
    symlink("x/a.py", site.join("b.py")).unwrap();
    symlink(tree.venv().join("lib"), tree.venv().join("lib64")).unwrap();
    tree.distribution(
        "x",
        &[
            &format!("{SITE}/x/a.py"),
            &format!("{SITE}/b.py"),
            &format!("{SITE}/folder"),
        ],
    );
    let read = tree.read();
    assert_eq!(link(&read, &format!("{SITE}/b.py")), Some("x/a.py"));
    assert_eq!(
        link(&read, &format!("{SITE}/folder")),
        Some(format!("../../../{SITE}/x").as_str())
    );
    assert_eq!(link(&read, "lib64"), None);
    let import = [
        &format!("{PREFIX}/bin/python"),
        "-c",
        "import b, folder.a; print(b.a)",
    ]
    .map(ToString::to_string);
    let import: Vec<_> = import.iter().map(String::as_str).collect();
    assert_eq!(tree.output(&read, &import), "1\n");

    let tree = Tree::by_hand();
    let site = tree.venv().join(SITE);
    symlink("loop", site.join("loop")).unwrap();
    symlink("nothing", site.join("dangling")).unwrap();
    symlink("/etc/passwd", site.join("absolute")).unwrap();
    symlink("../../../../../../etc", site.join("climbs")).unwrap();
    assert_eq!(
        tree.refusal(),
        "error: there are 4 things in the virtualenv that cannot go into a package\n  \
         | the link `lib/python3.11/site-packages/absolute` leads to `/etc/passwd`, out of the virtualenv\n  \
         | the link `lib/python3.11/site-packages/climbs` leads to `../../../../../../etc`, out of the virtualenv\n  \
         | the link `lib/python3.11/site-packages/dangling` leads to `nothing`, where nothing is\n  \
         | the link `lib/python3.11/site-packages/loop` leads to `loop`, where nothing is\n\n\
         hint: leave the distribution out that brings it, or have its build make a file\n"
    );
}

#[test]
fn test_10_15_the_cache_of_uv_is_as_it_was() {
    let tree = Tree::made_by(Maker::Uv, "stage", &[probe()]);
    let files = |folder: &std::path::Path| {
        let listing = Command::new("sh")
            .args(["-c", "cd \"$0\" && find . -type f -exec stat -c '%a %i %n' {} + -exec sha256sum {} + | sort"])
            .arg(folder)
            .output()
            .unwrap();
        String::from_utf8(listing.stdout).unwrap()
    };
    let module = tree.venv().join(SITE).join("probe.py");
    assert!(
        std::fs::metadata(&module).unwrap().nlink() > 1,
        "uv has linked the file to its cache"
    );
    let before = files(&tree.cache);
    let read = tree.read();
    // A program that writes into its own files meets a read-only file system.
    let write = format!("echo x >> {PREFIX}/{SITE}/probe.py");
    assert!(!tree.run(&read, &["sh", "-c", &write]).success());
    tree.output(&read, &[&format!("{PREFIX}/bin/probe")]);
    assert_eq!(files(&tree.cache), before);
}

#[test]
fn test_10_16_modes_of_the_stage_do_not_matter() {
    let tree = Tree::by_hand();
    tree.write("bin/x", "#!/bin/sh\n")
        .write(&format!("{SITE}/a.py"), "")
        .write(&format!("{SITE}/b.so"), "")
        .write(".lock", "")
        .distribution(
            "x",
            &["bin/x", &format!("{SITE}/a.py"), &format!("{SITE}/b.so")],
        );
    for (path, mode) in [
        ("bin/x", 0o600),
        (&format!("{SITE}/a.py"), 0o444),
        (&format!("{SITE}/b.so"), 0o700),
        (".lock", 0o666),
    ] {
        let path = tree.venv().join(path);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let read = tree.read();
    let modes: Vec<_> = read.distributions[0]
        .files
        .iter()
        .filter(|(path, _)| !path.to_string().contains("dist-info"))
        .map(|(path, file)| (path.to_string(), file.executable))
        .collect();
    assert_eq!(
        modes,
        [
            ("opt/probe/bin/x".to_owned(), true),
            (format!("opt/probe/{SITE}/a.py"), false),
            (format!("opt/probe/{SITE}/b.so"), true),
        ]
    );
    assert_eq!(bytes(&read, ".lock"), None);
}

//! Steps that fail under dpkg itself (Policy §6.6 to 6.8, deb.md 3.1): the calls that it then makes, in their order, and the old
//! version that runs again with all its files; and a dpkg that is killed.
//!
//! Both versions say which of their scripts was called, and fail where `/root/fail` wants it.

use super::{NEXT, PACKAGE, booted};
use deb_build_app::target::Root;
use std::time::{Duration, Instant};

/// Makes of `$1` a package `$2` whose scripts note their calls; it has the file `$3` besides.
const NOTING: &str = r#"
set -e
rm -rf /tmp/x
dpkg-deb -R "$1" /tmp/x
version=$(dpkg-deb -f "$1" Version)
printf '#!/bin/sh\nset -e\numask 022\n' >/tmp/x/DEBIAN/preinst
chmod 755 /tmp/x/DEBIAN/preinst
cat >/tmp/noted <<END
said="${version%-1} \$DPKG_MAINTSCRIPT_NAME \$*"
printf '%s\n' "\$said" >>/root/calls
if grep -qxF "\$said" /root/fail 2>/dev/null; then exit 1; fi
END
for script in preinst postinst prerm postrm; do
    sed -i '/^umask 022$/r /tmp/noted' "/tmp/x/DEBIAN/$script"
done
# The power goes before the last task.
sed -i "s,^        run_task 'gate',        if [ -e /root/cut ]; then rm /root/cut; kill -9 \$(pidof dpkg) \$\$; fi\n&," /tmp/x/DEBIAN/postinst
if [ -n "$3" ]; then
    echo new >"/tmp/x/$3"
fi
dpkg-deb -Znone --root-owner-group -b /tmp/x "$2" >/dev/null
"#;

/// Makes the package `$1` with further fields and, if there is one, a preinst.
const SMALL: &str = r#"
set -e
rm -rf /tmp/small
mkdir -p "/tmp/small/DEBIAN" "/tmp/small/usr/share/$1"
printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.c>\nDescription: x\n%s\n' "$1" "$2" >/tmp/small/DEBIAN/control
if [ -n "$3" ]; then
    mkdir -p "/tmp/small/$(dirname "$3")"
    echo "$1" >"/tmp/small/$3"
else
    printf '#!/bin/sh\nexit 1\n' >/tmp/small/DEBIAN/preinst
    chmod 755 /tmp/small/DEBIAN/preinst
fi
dpkg-deb -b /tmp/small "/tmp/$1.deb" >/dev/null
"#;

/// A host with the old version, and both versions in `/tmp`.
fn prepared() -> Root {
    let root = booted();
    root.put(&PACKAGE, "/tmp/first.deb").unwrap();
    root.put(&NEXT, "/tmp/second.deb").unwrap();
    root.write("/tmp/noting", NOTING).unwrap();
    root.write("/tmp/small-package", SMALL).unwrap();
    root.sh("sh /tmp/noting /tmp/first.deb /tmp/old.deb ''
         sh /tmp/noting /tmp/second.deb /tmp/new.deb usr/share/life/zz-new
         sh /tmp/small-package clash '' usr/share/life/zz-new
         sh /tmp/small-package breaker 'Breaks: life' ''
         sh /tmp/small-package rival 'Conflicts: life
Replaces: life' ''
         dpkg -i /tmp/old.deb")
        .unwrap();
    root
}

/// Returns the version and the state of the package, whatever dpkg was last asked to do with it.
fn status(root: &Root) -> String {
    root.sh("dpkg-query -W -f '${Version} ${db:Status-Status}' life")
        .unwrap()
}

/// Returns the state of the package and of its service, and what dpkg finds changed; waits until somebody answers.
fn state(root: &Root) -> String {
    let start = Instant::now();
    let answers = || {
        let page = ["curl", "-fsS", "http://127.0.0.1:8123/plain.txt"];
        root.run(&page).unwrap().stdout == "plain\n"
    };
    while !answers() && start.elapsed() < Duration::from_mins(5) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let verified = root.run(&["dpkg", "--verify", "life"]).unwrap();
    let leftover = root
        .sh("find / -xdev \\( -name '*.dpkg-new' -o -name '*.dpkg-tmp' \\); ls -d /run/life.deb-build-app* 2>/dev/null || true")
        .unwrap();
    format!(
        "{}{}{}{leftover}",
        status(root),
        if answers() { ", answers" } else { "" },
        verified.stdout
    )
}

/// Lets calls fail and runs a command; returns the calls that dpkg made.
fn calls(root: &Root, failing: &[&str], command: &str) -> Vec<String> {
    root.write("/root/fail", failing.join("\n") + "\n").unwrap();
    root.sh(&format!("set +e; rm -f /root/calls; {command}; true"))
        .unwrap();
    root.sh("rm -f /root/fail; touch /root/calls").unwrap();
    let calls = root.read("/root/calls").unwrap();
    calls.lines().map(ToOwned::to_owned).collect()
}

const OLD_RUNS: &str = "1.0-1 installed, answers";
const NEW_RUNS: &str = "1.1-1 installed, answers";

/// What fails, the command, the calls that follow, and the state after them.
type Case = (
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
    &'static str,
);

const CASES: &[Case] = &[
    (
        &["1.1 preinst upgrade 1.0-1 1.1-1"],
        "dpkg -i /tmp/new.deb",
        &[
            "1.0 prerm upgrade 1.1-1",
            "1.1 preinst upgrade 1.0-1 1.1-1",
            "1.1 postrm abort-upgrade 1.0-1 1.1-1",
            "1.0 postinst abort-upgrade 1.1-1",
        ],
        OLD_RUNS,
    ),
    (
        &[
            "1.0 prerm upgrade 1.1-1",
            "1.1 prerm failed-upgrade 1.0-1 1.1-1",
        ],
        "dpkg -i /tmp/new.deb",
        &[
            "1.0 prerm upgrade 1.1-1",
            "1.1 prerm failed-upgrade 1.0-1 1.1-1",
            "1.0 postinst abort-upgrade 1.1-1",
        ],
        OLD_RUNS,
    ),
    (
        &[
            "1.0 postrm upgrade 1.1-1",
            "1.1 postrm failed-upgrade 1.0-1 1.1-1",
        ],
        "dpkg -i /tmp/new.deb",
        &[
            "1.0 prerm upgrade 1.1-1",
            "1.1 preinst upgrade 1.0-1 1.1-1",
            "1.0 postrm upgrade 1.1-1",
            "1.1 postrm failed-upgrade 1.0-1 1.1-1",
            "1.0 preinst abort-upgrade 1.1-1",
            "1.1 postrm abort-upgrade 1.0-1 1.1-1",
            "1.0 postinst abort-upgrade 1.1-1",
        ],
        OLD_RUNS,
    ),
    // A file of another package stands in the way in the middle of unpacking.
    (
        &[],
        "dpkg -i /tmp/clash.deb; dpkg -i /tmp/new.deb; dpkg -P clash",
        &[
            "1.0 prerm upgrade 1.1-1",
            "1.1 preinst upgrade 1.0-1 1.1-1",
            "1.1 postrm abort-upgrade 1.0-1 1.1-1",
            "1.0 postinst abort-upgrade 1.1-1",
        ],
        OLD_RUNS,
    ),
    (
        &["1.0 prerm remove"],
        "dpkg -r life",
        &["1.0 prerm remove", "1.0 postinst abort-remove"],
        OLD_RUNS,
    ),
    (
        &[],
        "dpkg --auto-deconfigure -i /tmp/breaker.deb",
        &[
            "1.0 prerm deconfigure in-favour breaker 1",
            "1.0 postinst abort-deconfigure in-favour breaker 1",
        ],
        OLD_RUNS,
    ),
    (
        &["1.0 prerm deconfigure in-favour breaker 1"],
        "dpkg --auto-deconfigure -i /tmp/breaker.deb",
        &[
            "1.0 prerm deconfigure in-favour breaker 1",
            "1.0 postinst abort-deconfigure in-favour breaker 1",
        ],
        OLD_RUNS,
    ),
    (
        &[],
        "dpkg --auto-deconfigure -i /tmp/rival.deb",
        &[
            "1.0 prerm remove in-favour rival 1",
            "1.0 postinst abort-remove in-favour rival 1",
        ],
        OLD_RUNS,
    ),
    // The new version comes to the rescue of the old one.
    (
        &["1.0 prerm upgrade 1.1-1"],
        "dpkg -i /tmp/new.deb",
        &[
            "1.0 prerm upgrade 1.1-1",
            "1.1 prerm failed-upgrade 1.0-1 1.1-1",
            "1.1 preinst upgrade 1.0-1 1.1-1",
            "1.0 postrm upgrade 1.1-1",
            "1.1 postinst configure 1.0-1",
        ],
        NEW_RUNS,
    ),
    (
        &["1.1 postrm upgrade 1.0-1"],
        "dpkg -i /tmp/old.deb",
        &[
            "1.1 prerm upgrade 1.0-1",
            "1.0 preinst upgrade 1.1-1 1.0-1",
            "1.1 postrm upgrade 1.0-1",
            "1.0 postrm failed-upgrade 1.1-1 1.0-1",
            "1.0 postinst configure 1.1-1",
        ],
        OLD_RUNS,
    ),
    // A removal that was begun is ended later.
    (
        &["1.0 postrm remove"],
        "dpkg -r life; rm /root/fail; dpkg -r life; dpkg -i /tmp/old.deb",
        &[
            "1.0 prerm remove",
            "1.0 postrm remove",
            "1.0 postrm remove",
            "1.0 preinst install 1.0-1 1.0-1",
            "1.0 postinst configure 1.0-1",
        ],
        OLD_RUNS,
    ),
];

#[test]
fn where_a_step_fails_dpkg_goes_back_to_an_old_version_that_runs_and_is_whole() {
    let root = prepared();
    assert_eq!(state(&root), OLD_RUNS);
    let secrets = root.read("/etc/life/secrets.env").unwrap();
    for (failing, command, made, after) in CASES {
        let found = calls(&root, failing, command);
        assert_eq!(found, *made, "{failing:?} {command}");
        assert_eq!(state(&root), *after, "{failing:?} {command}");
        assert_eq!(root.read("/etc/life/secrets.env").unwrap(), secrets);
    }

    // An installation after a removal fails before anything is unpacked: what was kept is kept.
    // What Python has compiled meanwhile is no hindrance.
    root.sh(
        "cd /opt/life/lib/python3.11; mkdir __pycache__; touch __pycache__/stray.pyc site-packages/__pycache__/stray.pyc
         dpkg -r life; test ! -e /opt/life",
    )
    .unwrap();
    let found = calls(
        &root,
        &["1.1 preinst install 1.0-1 1.1-1"],
        "dpkg -i /tmp/new.deb",
    );
    assert_eq!(
        found,
        [
            "1.1 preinst install 1.0-1 1.1-1",
            "1.1 postrm abort-install 1.0-1 1.1-1"
        ]
    );
    assert_eq!(status(&root), "1.0-1 config-files");
    assert_eq!(root.read("/etc/life/secrets.env").unwrap(), secrets);

    // All files are taken over by another package: dpkg forgets this one, and its data are somebody's now.
    root.sh(
        "dpkg -i /tmp/old.deb; rm -rf /tmp/x; dpkg-deb -R /tmp/first.deb /tmp/x; cd /tmp/x
         rm -r DEBIAN/*inst DEBIAN/*rm DEBIAN/config DEBIAN/templates
         printf 'Package: heir\\nVersion: 1\\nArchitecture: all\\nMaintainer: A <a@b.c>\\nDescription: x\\nReplaces: life\\n' >DEBIAN/control
         dpkg-deb -b . /tmp/heir.deb",
    )
    .unwrap();
    assert_eq!(
        calls(&root, &[], "dpkg -i --force-confold /tmp/heir.deb"),
        ["1.0 postrm disappear heir 1"]
    );
    assert_eq!(root.read("/etc/life/secrets.env").unwrap(), secrets);
    root.sh("curl -fsS http://127.0.0.1:8123/plain.txt")
        .unwrap();
}

#[test]
fn an_installation_that_fails_at_once_leaves_nothing() {
    let root = prepared();
    root.sh("dpkg -P life; deluser --quiet --system life; deluser --quiet --system lifeguest; rm -rf /srv/life")
        .unwrap();
    let before = root.snapshot().unwrap();
    let found = calls(&root, &["1.0 preinst install"], "dpkg -i /tmp/old.deb");
    assert_eq!(found, ["1.0 preinst install", "1.0 postrm abort-install"]);
    root.sh("dpkg -P life; rm -f /root/calls").unwrap();
    let ignored = [
        crate::lifecycle::NOT_THE_PACKAGES,
        &["/root/calls", "/root", "/var/cache/debconf"],
    ]
    .concat();
    assert_eq!(
        before.difference(&root.snapshot().unwrap(), &ignored),
        Vec::<String>::new()
    );
    assert!(!root.run(&["getent", "passwd", "life"]).unwrap().success());
}

/// A `dpkg-deb` that gives dpkg half of the files, and then kills it.
const HALF: &str = r#"#!/bin/sh
case "$*" in
    *--fsys-tarfile*)
        /usr/bin/dpkg-deb "$@" >/tmp/whole.tar
        head -c "$(($(stat -c %s /tmp/whole.tar) / 2))" /tmp/whole.tar
        while [ -z "$(find /opt/life /usr/share/life /etc/life -name '*.dpkg-new' -print -quit)" ]; do sleep 0.1; done
        kill -9 "$PPID"
        ;;
    *) exec /usr/bin/dpkg-deb "$@" ;;
esac
"#;

#[test]
fn a_dpkg_that_is_killed_goes_on_where_it_was() {
    let root = prepared();
    root.write("/tmp/half/dpkg-deb", HALF).unwrap();
    root.sh("chmod 755 /tmp/half/dpkg-deb").unwrap();
    let secrets = root.read("/etc/life/secrets.env").unwrap();
    for package in ["new", "old"] {
        let wanted = if package == "new" { NEW_RUNS } else { OLD_RUNS };
        // In the middle of unpacking; the host starts anew with half of the files.
        let ran = root
            .run(&[
                "env",
                "PATH=/tmp/half:/usr/sbin:/usr/bin:/sbin:/bin",
                "dpkg",
                "-i",
                &format!("/tmp/{package}.deb"),
            ])
            .unwrap();
        assert_ne!(ran.status, 0, "{}", ran.stderr);
        assert!(!status(&root).ends_with(" installed"), "{}", status(&root));
        root.sh(&format!(
            "rm -rf /run/life.deb-build-app*; dpkg --configure -a; dpkg -i /tmp/{package}.deb"
        ))
        .unwrap();
        assert_eq!(state(&root), wanted);

        // In the middle of postinst.
        root.sh("touch /root/cut").unwrap();
        let ran = root
            .run(&["dpkg", "-i", &format!("/tmp/{package}.deb")])
            .unwrap();
        assert_ne!(ran.status, 0);
        assert!(!root.exists("/root/cut").unwrap());
        root.sh("dpkg --configure -a").unwrap();
        assert_eq!(state(&root), wanted);
    }
    assert_eq!(root.read("/etc/life/secrets.env").unwrap(), secrets);

    // The first installation of all is cut off too.
    root.sh("dpkg -P life; touch /root/cut; dpkg -i /tmp/new.deb || true; test ! -e /root/cut; dpkg --configure -a")
        .unwrap();
    assert_eq!(state(&root), NEW_RUNS);
}

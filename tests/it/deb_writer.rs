//! The writer is judged by other people's readers.

use crate::hostile::{expected, hostile, listing};
use crate::support::{dpkg, file, layer, link, output_of, package, path, written};
use deb_build_app::deb::{Archive, Compression, Content, Entry, Mode, ScriptName, write};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

#[test]
fn hostile_names_come_out_of_dpkg_deb_as_they_went_in() {
    let room = tempfile::tempdir().unwrap();
    let archive = hostile();
    let report = written(&archive, &room.path().join("demo.deb"));
    output_of(&["dpkg-deb", "-I", "demo.deb"], room.path());
    let contents = output_of(&["dpkg-deb", "-c", "demo.deb"], room.path());
    let expected = expected(&archive);
    let lines = contents.split(|b| *b == b'\n').count() - 1;
    assert_eq!(
        lines,
        expected.len() + 1,
        "one line for each entry, and the root"
    );
    output_of(&["dpkg-deb", "-x", "demo.deb", "out"], room.path());
    let found = listing(&room.path().join("out"));
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, wanted) in &expected {
        let found = &found[name];
        let name = String::from_utf8_lossy(name);
        assert_eq!(found.0, wanted.0, "the kind, mode or time of {name}");
        assert!(found.1 == wanted.1, "the content of {name}");
    }
    assert_eq!(
        report.files,
        archive
            .layers
            .iter()
            .map(|layer| layer.entries.len())
            .sum::<usize>()
    );
    let sums = output_of(&["sha256sum", "demo.deb"], room.path());
    assert_eq!(sums, format!("{}  demo.deb\n", report.sha256).into_bytes());
    assert_eq!(
        fs::metadata(room.path().join("demo.deb")).unwrap().len(),
        report.size
    );
}

#[test]
fn other_readers_see_three_members_and_gnu_tar_ordered_as_designed() {
    let room = tempfile::tempdir().unwrap();
    let mut archive = package(vec![
        layer(
            "one",
            [(path(b"usr/b"), link(b"a")), (path(b"usr/z"), file(b"z"))],
        ),
        layer(
            "two",
            [
                (path(b"opt/b/c"), file(b"c")),
                (path(b"opt/b-a"), file(b"a")),
            ],
        ),
    ]);
    archive
        .scripts
        .insert(ScriptName::Prerm, b"#!/bin/sh\n".to_vec());
    written(&archive, &room.path().join("demo.deb"));
    let members = output_of(&["ar", "t", "demo.deb"], room.path());
    assert_eq!(members, b"debian-binary\ncontrol.tar.gz\ndata.tar.zst\n");
    let list = "ar p demo.deb data.tar.zst | zstd -dc | tar --full-time --utc -tvf - | tr -s ' '";
    let data = output_of(&["sh", "-c", list], room.path());
    assert_eq!(
        String::from_utf8(data).unwrap(),
        "drwxr-xr-x root/root 0 2017-07-14 02:40:00 ./\n\
         drwxr-xr-x root/root 0 2017-07-14 02:40:00 ./opt/\n\
         drwxr-xr-x root/root 0 2017-07-14 02:40:00 ./opt/b/\n\
         drwxr-xr-x root/root 0 2017-07-14 02:40:00 ./usr/\n\
         -rw-r--r-- root/root 1 2009-02-13 23:31:30 ./usr/z\n\
         -rw-r--r-- root/root 1 2009-02-13 23:31:30 ./opt/b/c\n\
         -rw-r--r-- root/root 1 2009-02-13 23:31:30 ./opt/b-a\n\
         lrwxrwxrwx root/root 0 2009-02-13 23:31:30 ./usr/b -> a\n"
    );
    let list = "ar p demo.deb control.tar.gz | tar -tvzf - | tr -s ' ' | cut -d' ' -f1,6";
    assert_eq!(
        output_of(&["sh", "-c", list], room.path()),
        b"drwxr-xr-x ./\n-rw-r--r-- ./control\n-rw-r--r-- ./md5sums\n-rwxr-xr-x ./prerm\n"
    );
}

#[test]
fn ar_takes_the_members_out_as_they_are() {
    let room = tempfile::tempdir().unwrap();
    written(&hostile(), &room.path().join("demo.deb"));
    let list = output_of(&["ar", "tv", "demo.deb"], room.path());
    let list = String::from_utf8(list).unwrap();
    let shown: Vec<_> = list
        .lines()
        .map(|line| (&line[..13], line.rsplit(' ').next().unwrap()))
        .collect();
    assert_eq!(
        shown,
        [
            ("rw-r--r-- 0/0", "debian-binary"),
            ("rw-r--r-- 0/0", "control.tar.gz"),
            ("rw-r--r-- 0/0", "data.tar.zst"),
        ]
    );
    output_of(&["ar", "x", "demo.deb"], room.path());
    assert_eq!(
        fs::read(room.path().join("debian-binary")).unwrap(),
        b"2.0\n"
    );
    output_of(&["gzip", "--test", "control.tar.gz"], room.path());
    output_of(&["zstd", "--quiet", "--test", "data.tar.zst"], room.path());
}

#[test]
fn dpkg_deb_takes_it_apart_and_puts_it_together() {
    let room = tempfile::tempdir().unwrap();
    let archive = hostile();
    written(&archive, &room.path().join("demo.deb"));
    output_of(
        &["dpkg-deb", "--raw-extract", "demo.deb", "tree"],
        room.path(),
    );
    let control = listing(&room.path().join("tree/DEBIAN"));
    let modes: Vec<_> = control
        .iter()
        .map(|(name, (kind, _))| {
            format!(
                "{} {}",
                String::from_utf8_lossy(name),
                kind.split(' ').next().unwrap()
            )
        })
        .collect();
    assert_eq!(
        modes,
        [
            "conffiles 100644",
            "control 100644",
            "md5sums 100644",
            "postinst 100755",
            "triggers 100644"
        ]
    );
    fs::rename(room.path().join("tree/DEBIAN"), room.path().join("DEBIAN")).unwrap();
    assert!(listing(&room.path().join("tree")) == expected(&archive));
    fs::rename(room.path().join("DEBIAN"), room.path().join("tree/DEBIAN")).unwrap();
    // Its own checks of control fields, conffiles and modes.
    output_of(
        &[
            "dpkg-deb",
            "-Znone",
            "--root-owner-group",
            "--build",
            "tree",
            "again.deb",
        ],
        room.path(),
    );
}

#[test]
fn md5sum_agrees_with_md5sums() {
    let room = tempfile::tempdir().unwrap();
    written(&hostile(), &room.path().join("demo.deb"));
    output_of(&["dpkg-deb", "-R", "demo.deb", "out"], room.path());
    let root = room.path().join("out");
    output_of(
        &["md5sum", "--strict", "--quiet", "-c", "DEBIAN/md5sums"],
        &root,
    );
    let sums = fs::read(root.join("DEBIAN/md5sums")).unwrap();
    let listed = sums.split(|b| *b == b'\n').count() - 1;
    let files = listing(&root)
        .into_values()
        .filter(|(kind, _)| kind.starts_with("100"));
    // All but the conffile and the five files of DEBIAN.
    assert_eq!(listed, files.count() - 6);
    assert!(!String::from_utf8_lossy(&sums).contains("etc/"));
    assert_eq!(
        fs::read(root.join("DEBIAN/conffiles")).unwrap(),
        b"/etc/demo/a b.conf\n"
    );
}

#[test]
fn installed_size_is_what_dpkg_gencontrol_says() {
    let room = tempfile::tempdir().unwrap();
    let report = written(&hostile(), &room.path().join("demo.deb"));
    output_of(&["dpkg-deb", "-x", "demo.deb", "out"], room.path());
    fs::create_dir(room.path().join("debian")).unwrap();
    let source =
        "Source: demo\nMaintainer: A <a@b.c>\n\nPackage: demo\nArchitecture: all\nDescription: d\n";
    fs::write(room.path().join("debian/control"), source).unwrap();
    let log = "demo (1) unstable; urgency=low\n\n  * x\n\n -- A <a@b.c>  Thu, 01 Jan 1970 00:00:00 +0000\n";
    fs::write(room.path().join("debian/changelog"), log).unwrap();
    let fields = output_of(&["dpkg-gencontrol", "-pdemo", "-Pout", "-O"], room.path());
    let fields = String::from_utf8(fields).unwrap();
    let line = format!("Installed-Size: {}\n", report.installed_size_kib);
    assert!(fields.contains(&line), "{line} is not in {fields}");
}

#[test]
fn dpkg_installs_verifies_and_purges_it() {
    let room = tempfile::tempdir().unwrap();
    let deb = room.path().join("demo.deb");
    let mut archive = hostile();
    // A script would need a shell in the new root.
    archive.scripts.clear();
    written(&archive, &deb);
    let root = room.path().join("root");
    fs::create_dir(&root).unwrap();
    let check = |words: &[&str]| {
        let output = dpkg(&root, words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "{words:?}: {said}"
        );
        output.stdout
    };
    check(&["-i", deb.to_str().unwrap()]);
    assert_eq!(check(&["--verify", "demo"]), b"", "nothing is modified");
    for (name, entry) in expected(&archive) {
        let here = fs::symlink_metadata(root.join(OsStr::from_bytes(&name))).unwrap();
        assert_eq!(
            format!("{:o}", here.mode()),
            entry.0.split(' ').next().unwrap()
        );
    }
    fs::write(root.join("opt/demo/large"), "changed").unwrap();
    assert_eq!(
        check(&["--verify", "demo"]),
        b"??5??????   /opt/demo/large\n"
    );
    check(&["--purge", "demo"]);
    assert!(!root.join("opt").exists() && !root.join("etc").exists());
}

#[test]
fn the_bytes_depend_on_nothing_but_the_package() {
    let room = tempfile::tempdir().unwrap();
    let archive = hostile();
    let mut reversed = archive.clone();
    for layer in &mut reversed.layers {
        let entries = std::mem::take(&mut layer.entries);
        layer.entries = entries.into_iter().rev().collect();
    }
    let bytes = |archive: &Archive, threads, name: &str| {
        let output = room.path().join(name);
        write(archive, Compression::default(), threads, &output).unwrap();
        fs::read(output).unwrap()
    };
    let one = bytes(&archive, 1, "one.deb");
    assert!(one == bytes(&archive, 2, "two.deb"));
    assert!(one == bytes(&reversed, 3, "elsewhere/three.deb"));
}

#[test]
fn a_file_on_disk_is_packed_as_it_was_planned_or_not_at_all() {
    let room = tempfile::tempdir().unwrap();
    let source = room.path().join("source");
    let output = room.path().join("out/demo.deb");
    let on_disk = |size| {
        let content = Content::OnDisk {
            path: source.clone(),
            size,
        };
        let entry = Entry::File {
            mode: Mode::FILE,
            content,
        };
        package(vec![layer("app", [(path(b"opt/demo/a"), entry)])])
    };
    let said = |size| {
        let error = write(&on_disk(size), Compression::default(), 1, &output).unwrap_err();
        assert_eq!(fs::read_dir(room.path().join("out")).unwrap().count(), 0);
        format!("{error:#}")
    };
    assert!(
        said(5).contains("source"),
        "a file that is not there is named"
    );
    fs::write(&source, "12345").unwrap();
    fs::set_permissions(&source, fs::Permissions::from_mode(0o600)).unwrap();
    for wrong in [0, 4, 6] {
        let named = format!(
            "`{}` changed while it was packed: it had {wrong} bytes before",
            source.display()
        );
        assert_eq!(said(wrong), named);
    }
    written(&on_disk(5), &output);
    let data = "dpkg-deb --fsys-tarfile out/demo.deb | tar -xOf - ./opt/demo/a";
    assert_eq!(output_of(&["sh", "-c", data], room.path()), b"12345");
    let before = fs::read(&output).unwrap();
    write(&on_disk(4), Compression::default(), 1, &output).unwrap_err();
    assert!(
        before == fs::read(&output).unwrap(),
        "what had the name is not touched"
    );
    assert_eq!(fs::metadata(&output).unwrap().mode() & 0o7777, 0o644);
}

#[test]
fn a_package_of_nothing_is_a_package() {
    let room = tempfile::tempdir().unwrap();
    let report = written(&package(Vec::new()), &room.path().join("demo.deb"));
    assert_eq!((report.files, report.installed_size_kib), (0, 1));
    let list = output_of(&["dpkg-deb", "-c", "demo.deb"], room.path());
    assert_eq!(
        list,
        b"drwxr-xr-x root/root         0 2017-07-14 02:40 ./\n"
    );
    let name = package(Vec::new()).control.file_name();
    assert_eq!(name, "demo_2.0-1_all.deb");
}

//! Packages that are right, of this program and of dpkg-deb.

use crate::hostile::hostile;
use crate::raw_deb::CONTROL;
use crate::support::{output_of, written};
use deb_build_app::deb::check_package;
use deb_build_app::deb::read::{Kind, Severity, read};
use std::path::Path;

#[test]
fn packages_of_this_program_have_no_errors() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("demo.deb");
    let report = written(&hostile(), &path);
    let package = read(std::fs::read(&path).unwrap().as_slice()).unwrap();
    let errors = check_package(&package)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.collect::<Vec<_>>(), []);
    assert_eq!(package.size, report.size);
    let links = |kind: Kind| {
        package
            .entries
            .iter()
            .filter(move |entry| entry.kind == kind)
            .count()
    };
    assert_eq!(links(Kind::File) + links(Kind::Symlink), report.files);
}

/// Makes a folder that `dpkg-deb -b` takes, and nothing is wrong with.
pub(super) fn sane_tree(root: &Path) {
    let make = "umask 022; mkdir -p tree/DEBIAN tree/usr/bin tree/usr/share/doc/demo tree/etc
        printf '#!/bin/sh\\n' >tree/usr/bin/demo; chmod 755 tree/usr/bin/demo; ln -s demo tree/usr/bin/second
        ln tree/usr/bin/demo tree/usr/bin/third
        echo a=1 >tree/etc/demo; echo /etc/demo >tree/DEBIAN/conffiles
        head -c 300000 /dev/zero >tree/usr/share/doc/demo/zeros
        echo MIT >tree/usr/share/doc/demo/copyright; echo x >tree/usr/share/doc/demo/changelog
        printf '#!/bin/sh\\nset -e\\n' >tree/DEBIAN/postinst; chmod 755 tree/DEBIAN/postinst
        cd tree; find usr -type f -exec md5sum {} + >DEBIAN/md5sums";
    output_of(&["sh", "-ec", make], root);
    let control = CONTROL.replace("Size: 1", "Size: 305");
    std::fs::write(root.join("tree/DEBIAN/control"), control).unwrap();
}

#[test]
fn packages_of_dpkg_deb_have_nothing_wrong_in_every_compression() {
    let room = tempfile::tempdir().unwrap();
    sane_tree(room.path());
    for method in ["none", "gzip", "xz", "zstd"] {
        let deb = format!("{method}.deb");
        let option = format!("-Z{method}");
        output_of(
            &[
                "dpkg-deb",
                "--root-owner-group",
                &option,
                "-b",
                "tree",
                &deb,
            ],
            room.path(),
        );
        let bytes = std::fs::read(room.path().join(&deb)).unwrap();
        let package = read(bytes.as_slice()).unwrap();
        assert_eq!(check_package(&package), [], "{method}");
        let methods = package.members.iter().filter_map(|member| member.method);
        assert_eq!(
            methods
                .map(deb_build_app::deb::Method::as_str)
                .collect::<Vec<_>>(),
            [method, method]
        );
    }
}

//! What a root can be asked for: folders of the machine, its network, further packages, a place on the disk.

use super::traces::link_trees;
use anyhow::Result;
use deb_build_app::target::{Access, Root};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

#[test]
fn folders_of_the_machine_are_bound_as_asked() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("file"), "of the machine")?;
    let root = Root::builder("bookworm")
        .bind(folder.path(), "/srv/read", Access::ReadOnly)
        .bind(folder.path(), "/srv/write", Access::ReadWrite)
        .start()?;
    assert_eq!(root.sh("cat /srv/read/file")?, "of the machine");
    assert!(!root.run(&["touch", "/srv/read/new"])?.success());
    root.sh("touch /srv/write/new")?;
    assert!(folder.path().join("new").exists());
    let root = root.boot()?;
    assert_eq!(root.sh("cat /srv/read/file")?, "of the machine");
    drop(root);
    assert!(folder.path().join("file").exists());
    Ok(())
}

#[test]
fn a_build_root_has_the_network_of_the_machine_and_its_certificates() -> Result<()> {
    let root = Root::builder("bookworm").share_host_network().start()?;
    assert_eq!(root.sh("ls /sys/class/net")?, {
        let mut names: Vec<_> = fs::read_dir("/sys/class/net")?
            .flatten()
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names.join("\n")
    });
    assert_eq!(
        root.read("/etc/resolv.conf")?,
        fs::read_to_string("/etc/resolv.conf")?
    );
    let certificates = "/etc/ssl/certs/ca-certificates.crt";
    if Path::new(certificates).exists() {
        assert_eq!(root.read(certificates)?, fs::read_to_string(certificates)?);
        assert!(!root.run(&["touch", "/etc/ssl/certs/x"])?.success());
    }
    assert!(root.boot().is_err());
    Ok(())
}

#[test]
fn further_packages_are_in_a_layer_of_their_own() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("script");
    fs::write(&script, "#!/bin/sh\necho ran\n")?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o750))?;
    let root = Root::builder("bookworm").packages(["runit"]).start()?;
    root.sh("dpkg-query -W runit; test ! -e /usr/sbin/policy-rc.d; test ! -e /etc/resolv.conf")?;
    root.put(&script, "/usr/local/bin/")?;
    assert_eq!(root.sh("script")?, "ran");
    assert_eq!(
        fs::metadata(root.path("/usr/local/bin/script")?)?.mode() & 0o7777,
        0o750
    );
    let root = root.boot()?;
    assert_eq!(root.sh("systemctl is-system-running")?, "running");
    Ok(())
}

#[test]
fn a_root_on_disk_in_a_folder_with_an_odd_name_works_as_any_other() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cache = folder.path().join("a: b,c\\d 'e'");
    fs::create_dir(&cache)?;
    link_trees(&cache);
    let root = Root::builder("bookworm").cache(&cache).on_disk().boot()?;
    root.write("/srv/file", "here")?;
    assert_eq!(root.sh("cat /srv/file; rm /srv/file")?, "here");
    drop(root);
    assert_eq!(fs::read_dir(cache.join("instances"))?.count(), 0);
    Ok(())
}

#[test]
fn binds_that_lead_out_of_a_root_are_refused() -> Result<()> {
    // /bin is a link in every release since buster.
    for inside in ["/bin/x", "/srv/../etc", "srv"] {
        let refused = Root::builder("bookworm")
            .bind("/etc/hostname", inside, Access::ReadOnly)
            .start();
        assert!(refused.is_err(), "{inside}");
    }
    let root = Root::builder("bookworm")
        .bind("/etc/passwd", "/srv/one file", Access::ReadOnly)
        .env("NAME", "value of a variable")
        .start()?;
    assert_eq!(
        root.read("/srv/one file")?,
        fs::read_to_string("/etc/passwd")?
    );
    assert_eq!(root.sh("echo $NAME")?, "value of a variable");
    Ok(())
}

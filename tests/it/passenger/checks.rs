//! What foreign checkers say of the packages, and every call that dpkg can make where Apache does not run.

use super::app::{APACHE2, STANDALONE, left};
use crate::context::{TestContext, succeed};
use crate::managers::calls::CALLS;
use crate::support::lintian;
use deb_build_app::target::Root;
use std::path::Path;
use std::process::Command;

fn field(package: &Path, name: &str) -> String {
    let mut ask = Command::new("dpkg-deb");
    succeed(ask.arg("-f").arg(package).arg(name))
}

#[test]
fn foreign_checkers_accept_the_packages() {
    for package in [&*STANDALONE, &*APACHE2] {
        let context = TestContext::new();
        let unpacked = context.path("unpacked");
        let mut unpack = Command::new("dpkg-deb");
        succeed(unpack.arg("-R").arg(package).arg(&unpacked));
        let mut scripts: Vec<_> = ["postinst", "prerm", "postrm"]
            .map(|script| unpacked.join("DEBIAN").join(script))
            .into();
        let python = unpacked.join("opt/glance/libexec/passenger-python");
        scripts.extend(python.exists().then_some(python));
        for script in scripts {
            succeed(Command::new("shellcheck").args(["-s", "sh"]).arg(&script));
            succeed(Command::new("checkbashisms").arg("--posix").arg(&script));
        }
        assert_eq!(lintian(package, &[]), "");
    }
    assert_eq!(
        field(&STANDALONE, "Depends"),
        "python3.11, python3:any, adduser, passenger (>= 6.0)\n"
    );
    assert_eq!(field(&STANDALONE, "Recommends"), "nginx\n");
    assert_eq!(
        field(&APACHE2, "Depends"),
        "python3.11, python3:any, adduser, apache2, libapache2-mod-passenger (>= 6.0)\n"
    );
}

#[test]
fn every_call_succeeds_twice_where_apache_does_not_run() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "apache2", "libapache2-mod-passenger"])
        .start()
        .unwrap();
    let before = root.snapshot().unwrap();
    root.put(&APACHE2, "/root/glance.deb").unwrap();
    root.forbid_services().unwrap();
    root.sh("dpkg -i /root/glance.deb; rm /root/glance.deb")
        .unwrap();
    for call in CALLS {
        for time in ["first", "second"] {
            let script = call.split(' ').next().unwrap();
            root.sh(&format!(
                "export DPKG_MAINTSCRIPT_PACKAGE=glance DPKG_MAINTSCRIPT_NAME={script}
                 sh /var/lib/dpkg/info/glance.{call} </dev/null && apache2ctl configtest"
            ))
            .unwrap_or_else(|error| panic!("{time}: {call}: {error:#}"));
        }
    }
    root.sh("dpkg -P glance").unwrap();
    root.allow_services().unwrap();
    assert_eq!(left(&root, &before), Vec::<String>::new());
}

//! Every call that dpkg can make where nginx is there and does not run, and what foreign checkers say of the package.

use super::app::SHOP;
use crate::context::{TestContext, succeed};
use crate::managers::calls::CALLS;
use crate::support::lintian;
use deb_build_app::target::Root;
use std::process::Command;

#[test]
fn every_call_succeeds_twice_under_dash_and_busybox() {
    let root = Root::builder("bookworm")
        .packages(["python3.11", "nginx", "busybox"])
        .start()
        .unwrap();
    for shell in ["dash", "busybox sh"] {
        let before = root.snapshot().unwrap();
        root.put(&SHOP, "/root/shop.deb").unwrap();
        root.sh("dpkg -i /root/shop.deb; rm /root/shop.deb")
            .unwrap();
        for call in CALLS {
            for time in ["first", "second"] {
                root.sh(&format!(
                    "export DPKG_MAINTSCRIPT_PACKAGE=shop; {shell} -u /var/lib/dpkg/info/shop.{call} </dev/null && nginx -t"
                ))
                .unwrap_or_else(|error| panic!("{shell}, {time}: {call}: {error:#}"));
            }
        }
        root.sh("dpkg -P shop").unwrap();
        let left: Vec<_> = before
            .difference(&root.snapshot().unwrap(), &["/var/lib/dpkg"])
            .into_iter()
            .filter(|line| line.contains("shop") || line.contains("deb-build-app"))
            .collect();
        assert_eq!(left, Vec::<String>::new(), "{shell}");
    }
}

#[test]
fn foreign_checkers_accept_the_package() {
    let context = TestContext::new();
    let control = context.path("control");
    succeed(Command::new("dpkg-deb").arg("-e").arg(&*SHOP).arg(&control));
    for script in ["postinst", "prerm", "postrm"] {
        succeed(
            Command::new("shellcheck")
                .args(["-s", "sh"])
                .arg(control.join(script)),
        );
        succeed(
            Command::new("checkbashisms")
                .arg("--posix")
                .arg(control.join(script)),
        );
    }
    assert_eq!(
        std::fs::read_to_string(control.join("triggers")).unwrap(),
        "interest-noawait /usr/sbin/nginx\n"
    );
    let recommended = succeed(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(&*SHOP)
            .arg("Recommends"),
    );
    assert_eq!(recommended, "nginx\n");
    assert_eq!(lintian(&SHOP, &[]), "");
}

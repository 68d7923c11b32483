//! Files of sites: with slips, with lines that nginx refuses, with a certificate, of two sites for one app, and taken away.

use super::super::host::page;
use super::host::{SITE, both_answer, processes, push};
use crate::context::{TestContext, succeed};
use deb_build_app::target::Root;
use std::process::Command;

const FOLDER: &str = "/etc/pypaas/domains";

/// Writes the sites anew, which ends with a status and says something.
fn web(root: &Root, status: i32, said: &str) {
    let ran = root.run(&["pypaas-web"]).unwrap();
    assert_eq!(ran.status, status, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
}

/// Nor is what would leave its site behind deployed.
pub(super) fn slips_take_nothing_away(root: &Root) {
    root.sh(&format!(
        "cd {FOLDER}; cp -p hello.yml /root/; echo 'extr: x' >>hello.yml"
    ))
    .unwrap();
    web(
        root,
        3,
        "/etc/pypaas/domains/hello.yml: nothing is known of extr\n",
    );
    both_answer(root, "the second version");
    let ran = push(root, "true");
    assert!(
        ran.status != 0 && ran.stderr.contains("nothing is known of extr"),
        "{}",
        ran.stderr
    );

    root.sh(&format!(
        "sed '$aextra: nonsense;' /root/hello.yml >{FOLDER}/hello.yml"
    ))
    .unwrap();
    web(
        root,
        3,
        "hello: nginx refuses it, see /var/lib/pypaas/nginx/hello.conf.broken: ",
    );
    both_answer(root, "the second version");
}

/// Until then, and with several names, the site speaks http; all of it goes with the file.
pub(super) fn https_comes_with_its_certificate(root: &Root) {
    root.sh(&format!(
        "sed -e 's/^ssl: .*/ssl: true/' -e 's/^names: .*/names: [hello.localhost, www.localhost]/' /root/hello.yml >{FOLDER}/hello.yml"
    ))
    .unwrap();
    web(
        root,
        0,
        "hello: https is not enabled, because /etc/ssl/private/httpd/hello.localhost/cert.pem is not there",
    );
    assert_eq!(root.sh("ls /var/lib/pypaas/nginx").unwrap(), "hello.conf");
    both_answer(root, "the second version");
    page(
        root,
        "http://www.localhost/",
        "host www.localhost\nscheme http\n",
    );
    let made = TestContext::new();
    succeed(
        Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=hello.localhost",
            ])
            .args(["-keyout", "key.pem", "-out", "cert.pem"])
            .current_dir(made.path("")),
    );
    for file in ["key.pem", "cert.pem"] {
        root.put(&made.path(file), "/etc/ssl/private/httpd/hello.localhost/")
            .unwrap();
    }
    web(root, 0, "");
    // Nobody adds a line to the answer.
    for path in ["/x?y", "/%0d%0aSet-Cookie:%20x=y"] {
        let answer = page(root, &format!("{SITE}{path}"), "HTTP/1.1 301 ");
        let moved = format!("\r\nLocation: https://hello.localhost{path}\r\n");
        assert!(
            answer.contains(&moved) && !answer.contains("\nSet-Cookie"),
            "{answer}"
        );
    }
    let answer = root.sh("curl -sSk https://hello.localhost/").unwrap();
    assert!(
        answer.contains("the second version\n") && answer.ends_with("scheme https"),
        "{answer}"
    );
    root.sh(&format!("rm {FOLDER}/hello.yml; pypaas-web"))
        .unwrap();
    assert_eq!(root.sh("ls /var/lib/pypaas/nginx").unwrap(), "");
    is_not_served(root, "hello.localhost");
    assert_eq!(
        root.run(&["curl", "-sSk", "https://hello.localhost/"])
            .unwrap()
            .stderr
            .split(" port ")
            .next(),
        Some("curl: (7) Failed to connect to hello.localhost")
    );
}

/// One app has two sites: each goes when the administrator says so, or with the next deployment, and the app runs on without.
pub(super) fn leave_with_their_files(root: &Root) {
    root.sh(&format!(
        "cd {FOLDER}; cp -p /root/hello.yml site.yml; sed 's/^names: .*/names: [also.localhost]/' site.yml >also.yml; pypaas-web"
    ))
    .unwrap();
    both_answer(root, "the second version");
    page(root, "http://also.localhost/", "host also.localhost\n");

    root.sh(&format!("rm {FOLDER}/also.yml; pypaas-web"))
        .unwrap();
    is_not_served(root, "also.localhost");
    both_answer(root, "the second version");

    root.sh(&format!("rm {FOLDER}/site.yml")).unwrap();
    let said = root.sh("pypaas deploy hello").unwrap();
    assert!(said.ends_with(" runs"), "{said}");
    is_not_served(root, "hello.localhost");
    assert_eq!(root.sh("ls /var/lib/pypaas/nginx").unwrap(), "");
    let shown = root
        .sh("curl -sS http://127.0.0.1:61800/apps.json")
        .unwrap();
    assert!(shown.contains("\"sites\": []"), "{shown}");
    assert_eq!(processes(root).len(), 4);

    root.sh(&format!("cp -p /root/hello.yml {FOLDER}/site.yml"))
        .unwrap();
    web(root, 0, "");
    both_answer(root, "the second version");
}

/// What answers is Debian's own site.
fn is_not_served(root: &Root, host: &str) {
    page(root, &format!("http://{host}/"), "Welcome to nginx!");
}

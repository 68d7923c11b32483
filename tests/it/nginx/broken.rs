//! What goes wrong with a site, and who may say what is served.

use super::app::{NEXT, SHOP, ask, ask_with, booted, build, certify, install, once, recipe, said};
use crate::managers::app::until;
use deb_build_app::target::Root;

const SHOP_SITE: &str = "http://shop.example.org/static/site.css";
const LIVE: &str = "http://shop.example.org/live";
const OTHER_SITE: &str = "http://other.example.org/";
const SECURE: &str = "shop_https_secure.example.org";

/// A site of the administrator's own.
fn add_other_site(root: &Root) {
    root.write(
        "/etc/nginx/sites-available/other",
        "server { listen 80; server_name other.example.org; return 200 other; }\n",
    )
    .unwrap();
    root.sh("ln -s ../sites-available/other /etc/nginx/sites-enabled/; systemctl reload nginx")
        .unwrap();
    ask(root, OTHER_SITE, "200 other");
}

fn enabled(root: &Root) -> String {
    root.sh("ls /etc/nginx/sites-enabled").unwrap()
}

fn reconfigure(root: &Root) -> String {
    let ran = root.run(&["dpkg-reconfigure", "shop"]).unwrap();
    ran.succeeded().unwrap().stderr
}

#[test]
fn a_site_that_nginx_refuses_is_taken_out_and_all_others_are_served() {
    let root = booted();
    let before = root.snapshot().unwrap();
    add_other_site(&root);

    // Without its certificate, https waits, and the rest is served.
    let waits = format!(
        "the site {SECURE} waits for /etc/ssl/shop/site.pem: when that is there, run 'dpkg-reconfigure shop'"
    );
    assert_eq!(said(&install(&root, &SHOP)), [waits.as_str()]);
    assert_eq!(enabled(&root), "default\nother\nshop");
    ask(&root, SHOP_SITE, "200 body {}");
    root.sh("mkdir -p /var/www/html/.well-known/acme-challenge; echo proof >/var/www/html/.well-known/acme-challenge/token")
        .unwrap();
    let challenge = "http://secure.example.org/.well-known/acme-challenge/token";
    assert_eq!(once(&root, &[], challenge), "200 proof\n");
    certify(&root);
    assert_eq!(said(&reconfigure(&root)), Vec::<&str>::new());
    let secure = ["--cacert", "/etc/ssl/shop/root.pem"];
    ask_with(&root, &secure, "https://secure.example.org/", "200 ");
    assert_eq!(enabled(&root), format!("default\nother\nshop\n{SECURE}"));

    // Broken by hand, the upgrade takes it out, and nginx starts without it.
    root.sh("cp /etc/nginx/sites-available/shop /root/kept; echo 'server { oops;' >>/etc/nginx/sites-available/shop")
        .unwrap();
    let lines = root.sh("wc -l </etc/nginx/sites-available/shop").unwrap();
    let refused = format!(
        "nginx goes on without the site shop, which it refuses: unknown directive \"oops\" in /etc/nginx/sites-enabled/shop:{lines}"
    );
    assert_eq!(
        said(&install(&root, &NEXT)),
        [
            refused.as_str(),
            "mend /etc/nginx/sites-available/shop and run 'dpkg-reconfigure shop'"
        ]
    );
    assert_eq!(enabled(&root), format!("default\nother\n{SECURE}"));
    root.sh("systemctl restart nginx").unwrap();
    ask(&root, OTHER_SITE, "200 other");
    ask_with(&root, &secure, "https://secure.example.org/", "200 ");
    root.sh("cp /root/kept /etc/nginx/sites-available/shop")
        .unwrap();
    assert_eq!(said(&reconfigure(&root)), Vec::<&str>::new());
    ask(&root, SHOP_SITE, "200 body {}");

    // A fault of others is theirs: what is served goes on, and no site of the package is touched.
    root.sh("echo oops >>/etc/nginx/sites-available/other")
        .unwrap();
    assert_eq!(
        said(&install(&root, &SHOP)),
        [
            "nginx refuses its configuration, also without the sites of this package: unexpected end of file, expecting \";\" or \"}\" in /etc/nginx/sites-enabled/other:3",
            "mend that and run 'systemctl reload nginx'"
        ]
    );
    assert_eq!(enabled(&root), format!("default\nother\nshop\n{SECURE}"));
    ask(&root, SHOP_SITE, "200 body {}");
    root.sh("sed -i /oops/d /etc/nginx/sites-available/other; rm -r /etc/ssl/shop")
        .unwrap();
    assert_eq!(said(&install(&root, &NEXT)), [waits.as_str()]);
    ask(&root, SHOP_SITE, "200 body {}");

    // What the administrator took out stays out, also when the package was away.
    root.sh("rm /etc/nginx/sites-enabled/shop").unwrap();
    install(&root, &SHOP);
    assert_eq!(enabled(&root), "default\nother");
    root.sh("dpkg -r shop").unwrap();
    install(&root, &SHOP);
    assert_eq!(enabled(&root), "default\nother");
    root.sh("ln -s ../sites-available/shop /etc/nginx/sites-enabled/")
        .unwrap();
    install(&root, &NEXT);
    ask(&root, SHOP_SITE, "200 body {}");

    removal_takes_the_site_before_the_services(&root);

    // Removed, it is no site; the file waits for the next installation.
    root.sh("dpkg -r shop").unwrap();
    assert_eq!(enabled(&root), "default\nother");
    ask(&root, SHOP_SITE, "404 ");
    assert!(root.exists("/etc/nginx/sites-available/shop").unwrap());
    install(&root, &NEXT);
    ask(&root, SHOP_SITE, "200 body {}");
    root.sh("dpkg -P shop && nginx -t").unwrap();
    ask(&root, OTHER_SITE, "200 other");
    let left: Vec<_> = before
        .difference(
            &root.snapshot().unwrap(),
            &["/var/lib/dpkg", "/var/log/journal"],
        )
        .into_iter()
        .filter(|line| line.contains("shop") || line.contains("deb-build-app"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

/// A visitor comes whenever a copy of `live` has stopped: in an upgrade the site is still there, at a removal it is not.
fn removal_takes_the_site_before_the_services(root: &Root) {
    root.write(
        "/etc/systemd/system/shop-live@.service.d/visitor.conf",
        "[Service]\nExecStopPost=+/bin/sh -c 'curl -s -o /dev/null -w \"%%{http_code}\\n\" -H \"Host: shop.example.org\" http://127.0.0.1/live >>/root/visits'\n",
    )
    .unwrap();
    root.sh("systemctl daemon-reload").unwrap();
    let visits = || {
        let seen = until(
            root,
            "[ \"$(wc -l </root/visits)\" = 2 ] && cat /root/visits",
        );
        root.sh("rm /root/visits").unwrap();
        seen
    };
    install(root, &SHOP);
    let seen = visits();
    assert!(seen.lines().all(|status| status != "404"), "{seen}");
    ask(root, LIVE, "200 ");
    root.sh("dpkg -r shop").unwrap();
    assert_eq!(visits(), "404\n404");
    root.sh("rm -r /etc/systemd/system/shop-live@.service.d; systemctl daemon-reload")
        .unwrap();
    install(root, &NEXT);
    ask(root, SHOP_SITE, "200 body {}");
}

#[test]
fn nginx_may_be_stopped_masked_forbidden_or_absent() {
    let root = booted();
    let waits = |text: &str| {
        let lines = said(text);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].contains("waits for /etc/ssl/shop/site.pem"),
            "{lines:?}"
        );
    };

    // Stopped, it stays so, and serves the site when it starts.
    root.sh("systemctl stop nginx").unwrap();
    waits(&install(&root, &SHOP));
    assert_eq!(
        root.sh("systemctl is-active nginx || true").unwrap(),
        "inactive"
    );
    root.sh("systemctl start nginx").unwrap();
    ask(&root, SHOP_SITE, "200 body {}");

    // Where a policy forbids it, nothing is reloaded: the old configuration is served.
    root.sh("sed -i 's/files.example.org/other.example.org/' /etc/nginx/sites-available/shop")
        .unwrap();
    root.forbid_services().unwrap();
    install(&root, &NEXT);
    ask(&root, "http://files.example.org/site.css", "200 body {}");
    root.allow_services().unwrap();
    root.sh("systemctl stop nginx; systemctl mask nginx")
        .unwrap();
    waits(&install(&root, &NEXT));
    root.sh("systemctl unmask nginx; systemctl start nginx")
        .unwrap();
    ask(&root, "http://other.example.org/site.css", "200 body {}");

    // When it comes later, the site comes with it.
    root.sh("dpkg -P shop").unwrap();
    root.sh(
        "mkdir -p /tmp/nginx/DEBIAN /tmp/nginx/usr/sbin
         cp /usr/sbin/nginx /tmp/nginx/usr/sbin/
         printf 'Package: nginx\\nVersion: %s\\nArchitecture: %s\\nMaintainer: A <a@b.c>\\nDescription: x\\n' \
             \"$(dpkg-query -W -f '${Version}' nginx)\" \"$(dpkg --print-architecture)\" >/tmp/nginx/DEBIAN/control
         dpkg-deb -b /tmp/nginx /tmp/nginx.deb
         systemctl stop nginx
         dpkg -r --force-depends nginx",
    )
    .unwrap();
    let text = install(&root, &SHOP);
    assert_eq!(
        said(&text),
        ["nginx is not here yet: the site is served as soon as it is"]
    );
    assert_eq!(enabled(&root), "default");
    root.sh("dpkg -i /tmp/nginx.deb").unwrap();
    assert_eq!(enabled(&root), "default\nshop");
    root.sh("systemctl start nginx").unwrap();
    ask(&root, SHOP_SITE, "200 body {}");
}

#[test]
fn a_name_that_two_sites_have_is_told_and_so_is_a_second_default() {
    let root = booted();
    certify(&root);
    root.write(
        "/etc/nginx/sites-available/a",
        "server { listen 80; server_name files.example.org; return 200 first; }\n",
    )
    .unwrap();
    root.sh("ln -s ../sites-available/a /etc/nginx/sites-enabled/; systemctl reload nginx")
        .unwrap();
    let text = install(&root, &SHOP);
    assert_eq!(
        said(&text),
        [
            "another site of nginx has the name files.example.org on 0.0.0.0:80 too: only one of the two is served"
        ]
    );
    ask(&root, SHOP_SITE, "200 body {}");

    // Debian's own site answers where no other does, until the administrator takes it out.
    let nameless = build(&recipe("2.0").replace(
        r#"server-name = ["files.example.org"]"#,
        r#"server-name = ["_"]"#,
    ));
    let text = install(&root, &nameless);
    assert_eq!(
        said(&text),
        [
            "nginx goes on without the site shop, which it refuses: a duplicate default server for 0.0.0.0:80 in /etc/nginx/sites-enabled/shop:91",
            "another site is the default one already: take that out, such as with 'rm /etc/nginx/sites-enabled/default', and run 'dpkg-reconfigure shop'"
        ]
    );
    root.sh("rm /etc/nginx/sites-enabled/default").unwrap();
    reconfigure(&root);
    ask(&root, "http://127.0.0.1/site.css", "200 body {}");
    assert_eq!(enabled(&root), format!("a\nshop\n{SECURE}"));

    // A version without sites takes them away, but for what the administrator wrote.
    root.sh(&format!(
        "echo '# mine' >>/etc/nginx/sites-available/{SECURE}"
    ))
    .unwrap();
    let recipe = recipe("3.0");
    install(&root, &build(recipe.split("[[nginx]]").next().unwrap()));
    assert_eq!(enabled(&root), "a");
    assert_eq!(
        root.sh("ls /etc/nginx/sites-available; nginx -t").unwrap(),
        format!("a\ndefault\n{SECURE}.dpkg-bak")
    );
    ask(&root, "http://files.example.org/", "200 first");
    ask(&root, SHOP_SITE, "200 first");

    // dpkg does not bring them back by itself.
    let text = install(&root, &nameless);
    assert_eq!(
        said(&text),
        [format!(
            "not everything can run, because these files were removed: /etc/nginx/sites-available/shop /etc/nginx/sites-available/{SECURE}: \
             'dpkg --force-confmiss -i' of the package brings them back"
        )]
    );
    root.put(&nameless, "/root/shop.deb").unwrap();
    root.sh("dpkg --force-confmiss -i /root/shop.deb").unwrap();
    assert_eq!(enabled(&root), format!("a\nshop\n{SECURE}"));
    ask(&root, "http://127.0.0.1/site.css", "200 body {}");
}

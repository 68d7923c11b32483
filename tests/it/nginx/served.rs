//! What is served: services, files, redirects, websockets, certificates.

use super::app::{SHOP, SPEAK, ask, ask_with, booted, certify, install, once, said};
use deb_build_app::target::Root;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const SHOP_ADDRESS: &str = "http://shop.example.org";

fn json(answer: &str) -> serde_json::Value {
    let (_, text) = answer.split_once('{').unwrap();
    serde_json::from_str(&format!("{{{text}")).unwrap()
}

/// Asks until so many instances have answered: nginx leaves one out for a while that was not up when it was asked.
fn all_that_answer(root: &Root, address: &str, count: usize) -> BTreeSet<String> {
    let start = Instant::now();
    let mut found = BTreeSet::new();
    while found.len() < count && start.elapsed() < Duration::from_mins(2) {
        found.insert(json(&ask(root, address, "200 "))["at"].to_string());
    }
    found
}

#[test]
fn three_sites_are_served_as_the_recipe_says() {
    let root = booted();
    certify(&root);
    assert_eq!(said(&install(&root, &SHOP)), Vec::<&str>::new());
    // Everybody may read the certificates, and there is nothing else.
    assert_eq!(
        root.sh(
            "cd /var/lib/deb-build-app/shop; stat -c %a nginx-*.pem; grep -h -e ----- nginx-*.pem"
        )
        .unwrap(),
        "644\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"
    );

    services_answer(&root);
    files_come_first(&root);
    headers_and_limits_are_those_of_the_recipe(&root);
    root.write("/root/speak.py", SPEAK).unwrap();
    assert_eq!(
        root.sh("python3.11 /root/speak.py").unwrap(),
        "101 s3pPLMBiTxaQ9kYGzzhZRbK+xOo= hello"
    );
    http_leads_to_https(&root);

    // Files are nginx's own: they are there when the app is not.
    root.sh("systemctl stop shop.target shop-web.target shop-live.target")
        .unwrap();
    assert!(once(&root, &[], SHOP_ADDRESS).starts_with("502 "));
    for site in ["shop.example.org/static", "files.example.org"] {
        let answer = once(&root, &[], &format!("http://{site}/site.css"));
        assert_eq!(answer, "200 body {}\n", "{site}");
    }
}

/// Every instance gets requests, and is told who asks for what.
fn services_answer(root: &Root) {
    let shop = SHOP_ADDRESS;
    let answer = json(&ask(root, &format!("{shop}/a%20b?c=d"), "200 "));
    assert_eq!(answer["path"], "/a%20b?c=d");
    for (name, value) in [
        ("Host", "shop.example.org"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Proto", "http"),
        ("X-Real-IP", "127.0.0.1"),
    ] {
        assert_eq!(answer["headers"][name], value, "{answer}");
    }
    assert_eq!(answer["headers"]["Connection"], serde_json::Value::Null);
    let instances = all_that_answer(root, shop, 4);
    let expected = ["\"61600\"", "\"61601\"", "\"61602\"", "\"61603\""];
    assert_eq!(
        instances,
        expected.iter().map(ToString::to_string).collect()
    );
    let sockets = all_that_answer(root, &format!("{shop}/live"), 2);
    let expected = [
        "\"/run/shop/live-61700.sock\"",
        "\"/run/shop/live-61701.sock\"",
    ];
    assert_eq!(sockets, expected.iter().map(ToString::to_string).collect());
    let answer = json(&ask_with(
        root,
        &["-H", "Host: any.shop.example.org"],
        shop,
        "200 ",
    ));
    assert_eq!(answer["headers"]["Host"], "any.shop.example.org");
    assert_eq!(
        once(
            root,
            &["-g", "-H", "Host: shop.example.org"],
            "http://[::1]/about.html"
        ),
        "200 about 1.0\n"
    );
}

/// Nothing beside the files is a file of the site.
fn files_come_first(root: &Root) {
    let shop = SHOP_ADDRESS;
    for (path, expected) in [
        ("/about.html", "200 about 1.0\n"),
        ("/static/site.css", "200 body {}\n"),
        ("/favicon.ico", "200 icon\n"),
        ("/static", "301 http://shop.example.org/static/ "),
        ("/static/none", "404 "),
        ("/old", "308 http://shop.example.org/new "),
        ("/old/page", "308 http://shop.example.org/new "),
    ] {
        let answer = once(root, &["--path-as-is"], &format!("{shop}{path}"));
        assert!(answer.starts_with(expected), "{path}: {answer}");
    }
    for path in [
        "/static/../secret.txt",
        "/static../secret.txt",
        "/staticky",
        "/older",
    ] {
        let answer = once(root, &["--path-as-is"], &format!("{shop}{path}"));
        assert_eq!(json(&answer)["path"], path, "the service answers");
    }
}

/// Headers are there also where nothing is found.
fn headers_and_limits_are_those_of_the_recipe(root: &Root) {
    let shop = SHOP_ADDRESS;
    for path in ["/", "/static/none"] {
        let headers = root
            .sh(&format!(
                "curl -s -D - -o /dev/null -H 'Host: shop.example.org' http://127.0.0.1{path} | grep -i -e ^x-frame -e ^content-security | sort | tr -d '\\r'"
            ))
            .unwrap();
        assert_eq!(
            headers,
            "Content-Security-Policy: default-src 'self'; img-src *\nX-Frame-Options: DENY"
        );
    }
    root.sh("head -c 2048 /dev/zero >/root/small; head -c 2049 /dev/zero >/root/large")
        .unwrap();
    let answer = once(root, &["--data-binary", "@/root/small"], shop);
    assert_eq!(json(&answer)["length"], 2048);
    let answer = once(root, &["--data-binary", "@/root/large"], shop);
    assert!(answer.starts_with("413 "), "{answer}");
}

/// A browser that knows the authority alone trusts the certificate.
fn http_leads_to_https(root: &Root) {
    assert_eq!(
        once(root, &[], "http://secure.example.org/a?b=c"),
        "301 https://secure.example.org/a?b=c <html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n\
         <center><h1>301 Moved Permanently</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
            .replace("<center>nginx</center>", &server_line(root))
    );
    let trusting = ["--cacert", "/etc/ssl/shop/root.pem"];
    let answer = json(&ask_with(
        root,
        &trusting,
        "https://secure.example.org/",
        "200 ",
    ));
    assert_eq!(answer["headers"]["X-Forwarded-Proto"], "https");
    for (version, expected) in [("1.1", "000 "), ("1.2", "200 "), ("1.3", "200 ")] {
        let words = ["-k", &format!("--tlsv{version}"), "--tls-max", version];
        let words = [&words[..], &["--ciphers", "DEFAULT:@SECLEVEL=0"]].concat();
        let answer = once(root, &words, "https://secure.example.org/");
        assert!(answer.starts_with(expected), "{version}: {answer}");
    }
}

/// Returns how this nginx signs its pages.
fn server_line(root: &Root) -> String {
    let page = once(root, &[], "http://secure.example.org/");
    let line = page.split("<hr>").nth(1).unwrap();
    line.split("\r\n").next().unwrap().to_owned()
}

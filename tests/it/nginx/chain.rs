//! The file in which nginx reads a certificate and its chain holds certificates and nothing else, whatever stands beside them.

use crate::context::{TestContext, repository, succeed};
use std::process::Command;

const SITE: &str = "-----BEGIN CERTIFICATE-----\nU0lURQ==\n-----END CERTIFICATE-----\n";
const CHAIN: &str =
    "-----BEGIN TRUSTED CERTIFICATE-----\nQ0hBSU4=\n-----END TRUSTED CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----\n";
/// A certificate of which a copy broke off.
const CUT: &str = "-----BEGIN CERTIFICATE-----\nQ1VU\n";

/// Joins these two, where `before` was joined earlier, and returns what is there then; nothing when no file is.
fn joined(certificate: &str, chain: &str, before: &str) -> String {
    let context = TestContext::new();
    for (name, text) in [
        ("site.pem", certificate),
        ("chain.pem", chain),
        ("nginx-shop.pem", before),
    ] {
        if !text.is_empty() {
            context.write(name, text);
        }
    }
    let snippet = repository().join("src/services/nginx/chain.sh");
    let script = "set -eu; NOTED=$PWD; . \"$0\"; join_chain shop site.pem chain.pem; cat nginx-shop.pem || true; ls *.new || true";
    let mut sh = Command::new("sh");
    sh.args(["-c", script]).arg(snippet);
    succeed(sh.current_dir(context.path("")))
}

#[test]
fn whole_certificates_are_joined_in_their_order() {
    let both = format!("{SITE}{CHAIN}");
    assert_eq!(joined(SITE, CHAIN, ""), both);
    // Without a line break at the end, with words before each, and with the line breaks of another system.
    assert_eq!(joined(SITE.trim_end(), CHAIN, "old\n"), both);
    assert_eq!(joined(&format!("subject=shop\n{SITE}"), CHAIN, ""), both);
    let foreign = SITE.replace('\n', "\r\n");
    assert_eq!(joined(&foreign, CHAIN, ""), format!("{foreign}{CHAIN}"));
}

#[test]
fn a_key_is_never_copied() {
    for (certificate, expected) in [
        (format!("{KEY}{SITE}"), SITE),
        (format!("{SITE}{KEY}"), SITE),
        (format!("{CUT}{KEY}"), ""),
        (format!("{CUT}{KEY}{SITE}"), SITE),
        // The key stands in the line in which the certificate broke off.
        (format!("{}{KEY}{SITE}", CUT.trim_end()), SITE),
        (format!("{CUT}{KEY}-----END CERTIFICATE-----\n"), ""),
        (CUT.to_owned(), ""),
    ] {
        let said = joined(&certificate, CHAIN, "");
        assert_eq!(said, format!("{expected}{CHAIN}"), "{certificate}");
    }
}

#[test]
fn what_was_joined_earlier_loses_all_else() {
    let before = format!("{SITE}\n{KEY}\n{CHAIN}");
    assert_eq!(joined("", CHAIN, &before), format!("{SITE}{CHAIN}"));
    assert_eq!(joined(SITE, "", &before), format!("{SITE}{CHAIN}"));
    assert_eq!(joined("", "", KEY), "");
    assert_eq!(joined("", "", ""), "");
}

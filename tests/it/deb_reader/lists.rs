//! The lists of the control member: conffiles, triggers, md5sums.

use super::Dpkg::{Refuses, Takes};
use super::{broken, judge};
use crate::raw_deb::{CONTROL, deb_with_control};

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn conffiles_and_triggers_are_read_as_dpkg_reads_them() {
    let conffiles = |text: &str| deb_with_control(&[("control", CONTROL), ("conffiles", text)]);
    let triggers = |text: &str| {
        deb_with_control(&[
            ("control", CONTROL),
            ("conffiles", "/etc/demo\n"),
            ("triggers", text),
        ])
    };
    let cases = [
        (
            "a relative conffile",
            conffiles("etc/demo\n"),
            "error conffiles-line, warning etc-file-not-conffile",
            Refuses,
        ),
        (
            "a conffile without a line feed",
            conffiles("/etc/demo"),
            "error conffiles-line",
            Refuses,
        ),
        (
            "an unknown flag",
            conffiles("/etc/demo\nkeep /etc/x\n"),
            "error conffiles-line",
            Refuses,
        ),
        (
            "a flag and two spaces",
            conffiles("/etc/demo\nremove-on-upgrade  /etc/x\n"),
            "error conffiles-line",
            Refuses,
        ),
        (
            "a flag and no space",
            conffiles("/etc/demo\nremove-on-upgrade/etc/x\n"),
            "error conffiles-line",
            Refuses,
        ),
        (
            "a flag and a tab",
            conffiles("/etc/demo\nremove-on-upgrade\t/etc/x\n"),
            "error conffiles-line",
            Refuses,
        ),
        (
            "a shipped file to remove",
            conffiles("remove-on-upgrade /etc/demo\n"),
            "error conffile-shipped, warning etc-file-not-conffile",
            Refuses,
        ),
        (
            "a gone file to remove",
            conffiles("/etc/demo\nremove-on-upgrade /etc/x\n"),
            "",
            Takes,
        ),
        (
            "a conffile that is not there",
            conffiles("/etc/demo\n/etc/x\n"),
            "error conffile-shipped",
            Takes,
        ),
        (
            "a conffile outside",
            conffiles("/etc/demo\n/opt/file\n"),
            "warning conffile-outside-etc",
            Takes,
        ),
        (
            "a link as a conffile",
            conffiles("/etc/demo\n/opt/link\n"),
            "error conffile-shipped",
            Takes,
        ),
        (
            "a conffile twice",
            conffiles("/etc/demo\n/etc/demo \n\n"),
            "warning conffiles-untidy",
            Takes,
        ),
        (
            "triggers",
            triggers("# x\n\n activate-noawait\tldconfig\ninterest-noawait /usr/bin\n"),
            "",
            Takes,
        ),
        (
            "an unknown directive",
            triggers("watch /usr\n"),
            "error triggers-line",
            Refuses,
        ),
        (
            "a trigger without a name",
            triggers("interest\n"),
            "error triggers-line",
            Refuses,
        ),
        (
            "a trigger without a line feed",
            triggers("interest /usr"),
            "error triggers-line",
            Refuses,
        ),
        (
            "a trigger that is too long",
            triggers(&format!("interest /{}\n", "a".repeat(260))),
            "error triggers-line",
            Refuses,
        ),
        (
            "a name outside ASCII",
            triggers("interest /ü\n"),
            "error triggers-line",
            Refuses,
        ),
    ];
    judge(&cases);
}

#[test]
fn md5sums_must_say_what_is_in_the_package() {
    let sums = |text: &str| {
        broken(&deb_with_control(&[
            ("control", CONTROL),
            ("conffiles", "/etc/demo\n"),
            ("md5sums", text),
        ]))
    };
    let right = "9dd4e461268c8034f5c8564e155c67a6";
    assert_eq!(sums(&format!("{right}  opt/file\n")), "");
    assert_eq!(sums(""), "warning md5sums-list");
    assert_eq!(
        sums(&format!("{right}  ./opt/file\n")),
        "warning md5sums-list"
    );
    assert_eq!(
        sums(&format!("{right}  opt/file\n{right}  etc/demo\n")),
        "error md5sums-differ"
    );
    assert_eq!(
        sums(&format!("{right}  opt/file\n{right}  opt/gone\n")),
        "error md5sums-differ"
    );
    assert_eq!(
        sums(&format!("{right}  opt/file\n{right}  opt/link\n")),
        "error md5sums-differ"
    );
    let wrong = [
        format!("{right} opt/file\n"),
        format!("{right} *opt/file\n"),
        format!("\\{right}  opt/file\n"),
        format!("{}  opt/file\n", right.to_uppercase()),
        "\n".to_owned(),
    ];
    for bad in wrong {
        assert_eq!(
            sums(&bad),
            "error md5sums-line, warning md5sums-list",
            "{bad:?}"
        );
    }
    assert_eq!(sums(&format!("{right}  opt/file")), "error md5sums-line");
}

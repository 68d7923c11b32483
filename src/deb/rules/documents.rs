//! The documents that every package has (Policy 12.5, 12.7).

use super::paths::Paths;
use crate::deb::read::{Findings, Kind, Package, Rule};

const COPYRIGHT: Rule = Rule::warning(
    "no-copyright",
    "pack the licence as /usr/share/doc/NAME/copyright (Policy 12.5)",
);
const CHANGELOG: Rule = Rule::warning(
    "no-changelog",
    "pack /usr/share/doc/NAME/changelog.Debian.gz (Policy 12.7)",
);

/// The licence is there.
pub(super) fn copyright(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    expect(&COPYRIGHT, &["copyright"], package, paths, findings);
}

/// The changelog is there.
pub(super) fn changelog(package: &Package, paths: &Paths<'_>, findings: &mut Findings) {
    let names = [
        "changelog.Debian.gz",
        "changelog.gz",
        "changelog.Debian",
        "changelog",
    ];
    expect(&CHANGELOG, &names, package, paths, findings);
}

fn expect(
    rule: &Rule,
    names: &[&str],
    package: &Package,
    paths: &Paths<'_>,
    findings: &mut Findings,
) {
    let Some(name) = package.field("Package") else {
        return;
    };
    let folder = format!("usr/share/doc/{name}");
    // A package may share the documents of another one (Policy 12.3).
    let is_shared = paths
        .entry(folder.as_bytes())
        .is_some_and(|entry| entry.kind == Kind::Symlink);
    let has = |file: &&str| paths.entry(format!("{folder}/{file}").as_bytes()).is_some();
    if !is_shared && !names.iter().any(has) {
        let problem = format!("`/{folder}/{}` is not in it", names[0]);
        findings.add(rule, "the package", problem);
    }
}

//! Judges a package that was read: what dpkg, apt, Policy or this program's own rules refuse.
//!
//! One small function for each rule, in files by subject. An error is what dpkg or apt refuse or take differently, what
//! Policy forbids, and what does harm on a host; a warning is what works and hardly anybody wants. What can only be seen
//! while the bytes pass, such as an extended header, is found by [`read`](super::read) already.
//!
//! # Limits
//!
//! Of the content of files only the hash is known here, and the machine of ELF files.

mod conffiles;
mod control_files;
mod documents;
mod fields;
mod installed_size;
mod layout;
mod links;
mod machine_code;
mod md5sums;
mod names;
mod paths;
mod permissions;
mod places;
mod relations;
mod triggers;

use super::read::{Finding, Findings, Package};
use paths::Paths;

/// A rule that is judged by a package and its paths.
type Judge = fn(&Package, &Paths<'_>, &mut Findings);

const JUDGES: &[Judge] = &[
    fields::names,
    fields::required,
    fields::grammar,
    fields::own_rules,
    fields::reserved,
    fields::description,
    fields::multi_arch,
    fields::essential,
    relations::grammar,
    relations::itself,
    relations::twice,
    installed_size::estimate,
    control_files::plain,
    control_files::modes,
    control_files::known,
    control_files::scripts,
    conffiles::lines,
    conffiles::shipped,
    conffiles::missing,
    md5sums::lines,
    md5sums::agreement,
    md5sums::missing,
    triggers::lines,
    names::spelling,
    names::text,
    layout::root,
    layout::parents,
    layout::duplicates,
    layout::case_twins,
    links::targets,
    links::across,
    links::hard_links,
    permissions::special,
    permissions::owners,
    permissions::dangerous,
    permissions::unusual,
    machine_code::machine,
    places::forbidden,
    places::top_level,
    documents::copyright,
    documents::changelog,
];

/// Returns everything that is wrong with a package, the errors first.
pub fn check_package(package: &Package) -> Vec<Finding> {
    let mut findings = package.findings.clone();
    let paths = Paths::new(package);
    for judge in JUDGES {
        judge(package, &paths, &mut findings);
    }
    findings.into_sorted()
}

//! Names of licences: the short name of what metadata states, and whether Debian has the text.
//!
//! # Limits
//! `BSD` is left out: that file is the licence of one university. `GPL` without a version names no text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Where Debian has the texts of licences that much software is under (Policy §12.5).
const COMMON_LICENSES: &str = "/usr/share/common-licenses";

/// How such a licence begins as [`plain`] has it, and its file.
const COMMON: &[(&str, &str)] = &[
    ("apache-2", "Apache-2.0"),
    ("artistic-1", "Artistic"),
    ("cc0", "CC0-1.0"),
    ("gfdl-1.2", "GFDL-1.2"),
    ("gfdl-1.3", "GFDL-1.3"),
    ("gpl-1", "GPL-1"),
    ("gpl-2", "GPL-2"),
    ("gpl-3", "GPL-3"),
    ("lgpl-2.1", "LGPL-2.1"),
    ("lgpl-2", "LGPL-2"),
    ("lgpl-3", "LGPL-3"),
    ("mpl-1.1", "MPL-1.1"),
    ("mpl-2", "MPL-2.0"),
];

/// What people write for what [`COMMON`] begins with, in small letters and without blanks; replaced in this order.
const SPELLINGS: &[(&str, &str)] = &[
    ("gnu-", ""),
    ("lesser-general-public-license", "lgpl"),
    ("library-general-public-license", "lgpl"),
    ("general-public-license", "gpl"),
    ("free-documentation-license", "gfdl"),
    ("mozilla-public-license", "mpl"),
    ("apache-software-license", "apache"),
    ("-license", ""),
    ("-version", ""),
    (">=", ""),
    ("--", "-"),
];

/// Returns lines that say where on Debian the texts of a stated licence are; nothing when they are not.
pub(super) fn common_texts(stated: &str) -> String {
    let files = common_licenses(stated).into_iter();
    let lines = files.map(|file| format!(" On Debian systems it is in {COMMON_LICENSES}/{file}\n"));
    lines.collect()
}

/// Returns the files in [`COMMON_LICENSES`] that hold a stated licence.
fn common_licenses(stated: &str) -> BTreeSet<&'static str> {
    let name = short_name(stated);
    let found = name.split([' ', '/']).filter_map(|word| {
        let word = plain(word);
        // Debian's is version 1, which is what the name alone means.
        let word = if word == "artistic" {
            "artistic-1"
        } else {
            &word
        };
        let mut common = COMMON.iter();
        common.find(|(beginning, _)| word.starts_with(beginning))
    });
    found.map(|(_, file)| *file).collect()
}

/// Returns the name of one licence as `gpl-3+`, however it is written: `GPLv3+`, `GNU General Public License v3`.
fn plain(word: &str) -> String {
    let mut word = word.to_ascii_lowercase();
    for (spelling, plain) in SPELLINGS {
        word = word.replace(spelling, plain);
    }
    let word = word.trim_matches('-');
    // The version comes after the letters, with or without `-` and `v`.
    let Some(at) = word.find(|c: char| c.is_ascii_digit()) else {
        return word.to_owned();
    };
    let (name, version) = word.split_at(at);
    let name = name.strip_suffix('v').unwrap_or(name);
    match name.strip_suffix('-').unwrap_or(name) {
        // The digit is of the name.
        "cc" => word.to_owned(),
        name => format!("{name}-{version}"),
    }
}

/// Returns a licence as a short name: expressions in small letters, other names without blanks.
pub(super) fn short_name(license: &str) -> String {
    let words: Vec<_> = license
        .split(|c: char| c.is_whitespace() || "()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return "not-stated".to_owned();
    }
    let mut name = String::new();
    for word in words {
        let joins = matches!(word, "OR" | "AND" | "or" | "and" | "WITH" | "with");
        if joins && !name.is_empty() {
            let word = if word == "WITH" {
                "with".to_owned()
            } else {
                word.to_lowercase()
            };
            let _ = write!(name, " {word} ");
        } else {
            if !name.is_empty() && !name.ends_with(' ') {
                name.push('-');
            }
            name.push_str(word.trim_matches(','));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_become_short_names() {
        for (stated, name) in [
            ("MIT", "MIT"),
            ("Apache-2.0 OR BSD-3-Clause", "Apache-2.0 or BSD-3-Clause"),
            ("BSD License", "BSD-License"),
            ("GPL (>= 2)", "GPL->=-2"),
            ("", "not-stated"),
            (" \n", "not-stated"),
        ] {
            assert_eq!(short_name(stated), name, "{stated:?}");
        }
    }

    #[test]
    fn what_debian_has_the_text_of_is_found_there() {
        for (stated, files) in [
            ("Apache-2.0", vec!["Apache-2.0"]),
            ("Apache 2", vec!["Apache-2.0"]),
            (
                "(LGPL-2.1-or-later OR MPL-2.0) AND MIT",
                vec!["LGPL-2.1", "MPL-2.0"],
            ),
            ("GPL-3.0-only", vec!["GPL-3"]),
            ("GPLv3", vec!["GPL-3"]),
            ("LGPLv2+", vec!["LGPL-2"]),
            ("GPL (>= 2)", vec!["GPL-2"]),
            ("Apache License 2.0", vec!["Apache-2.0"]),
            ("Apache License, Version 2.0", vec!["Apache-2.0"]),
            ("Apache2", vec!["Apache-2.0"]),
            ("Mozilla Public License 2.0 (MPL 2.0)", vec!["MPL-2.0"]),
            (
                "GNU Lesser General Public License v3 or later (LGPLv3+)",
                vec!["LGPL-3"],
            ),
            ("MIT/Apache-2.0", vec!["Apache-2.0"]),
            ("Artistic OR GPL-1.0-or-later", vec!["Artistic", "GPL-1"]),
            ("Artistic License", vec!["Artistic"]),
            ("Artistic-2.0", vec![]),
            ("CC0-1.0", vec!["CC0-1.0"]),
            ("AGPL-3.0-only", vec![]),
            ("GNU Affero General Public License v3", vec![]),
            ("GPL", vec![]),
            ("BSD-3-Clause", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(
                common_licenses(stated).into_iter().collect::<Vec<_>>(),
                files,
                "{stated}"
            );
        }
    }
}

//! Where an override holds: in folders of distributions, and nowhere else. What the app or the recipe brings is theirs to mend, and lintian
//! says so.
//!
//! A pattern of lintian knows `*` and `?` alone: the brackets around a path are just that.

use crate::deb::ArchivePath;
use crate::plan::OWN_PYTHON;
use crate::recipe::Prefix;
use std::collections::BTreeSet;

/// Returns patterns for files of distributions: the folder in `site-packages` that a file is in, the Python that the package brings, or the
/// file itself.
pub(super) fn contexts<'a>(
    paths: impl IntoIterator<Item = &'a ArchivePath>,
    prefix: &Prefix,
) -> BTreeSet<String> {
    let python = format!("{}/{OWN_PYTHON}/", prefix.inside());
    let paths = paths.into_iter();
    paths
        .map(|path| context(path.as_bytes(), &python))
        .collect()
}

fn context(path: &[u8], python: &str) -> String {
    if path.starts_with(python.as_bytes()) {
        return format!("[{python}*]");
    }
    let site = b"/site-packages/";
    let below = memchr::memmem::find(path, site).map(|at| at + site.len());
    let folder = below.and_then(|at| Some(at + memchr::memchr(b'/', &path[at..])?));
    match folder {
        Some(end) => format!("[{}/*]", pattern(&path[..end])),
        None => format!("[{}]", pattern(path)),
    }
}

/// Returns a path in which letters that patterns or lines of overrides take for something else are any letter.
fn pattern(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path);
    let letters = text.chars().map(|c| match c {
        // How many letters lintian sees there is not known.
        char::REPLACEMENT_CHARACTER => '*',
        c if c.is_whitespace() || c.is_control() || "*?\\".contains(c) => '?',
        c => c,
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_folder_in_site_packages() {
        let site = "opt/demo/lib/python3.11/site-packages";
        for (path, expected) in [
            (format!("{site}/a/b/c.so"), format!("[{site}/a/*]")),
            (
                format!("{site}/a/site-packages/b/c"),
                format!("[{site}/a/*]"),
            ),
            (format!("{site}/one.py"), format!("[{site}/one.py]")),
            (format!("{site}/a b*/x"), format!("[{site}/a?b?/*]")),
            (
                "opt/demo/bin/tool".to_owned(),
                "[opt/demo/bin/tool]".to_owned(),
            ),
            (
                "opt/demo/python/lib/python3.11/cgi.py".to_owned(),
                "[opt/demo/python/*]".to_owned(),
            ),
        ] {
            assert_eq!(context(path.as_bytes(), "opt/demo/python/"), expected);
        }
    }
}

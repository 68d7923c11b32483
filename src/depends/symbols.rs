//! `symbols` files: the version of a package since which it has a symbol (deb-symbols(5), deb-src-symbols(5)).
//!
//! `#include` is for sources and is passed over. Tags are read; a symbol with one that makes it a pattern names no single
//! symbol, and is kept out, as `dpkg-shlibdeps` does when it looks symbols up. So is one that the library no longer has
//! (`#MISSING`), which only counts for the oldest version.

use crate::deb::Version;
use std::collections::BTreeMap;

/// The libraries of a `symbols` file by soname.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols(BTreeMap<String, Library>);

/// One library: templates of relations, and its symbols.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Library {
    /// The template, then its alternatives; `#MINVER#` is where the bound goes.
    templates: Vec<String>,
    /// `NAME@VERSION` to the version that has it and the number of its template.
    symbols: BTreeMap<String, Since>,
    /// The oldest version that any symbol of the first template needs.
    oldest: Option<Version>,
}

/// Since when a symbol is there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Since {
    version: Version,
    template: usize,
}

impl Symbols {
    /// Reads a file. Lines that make no sense are left out, with which `dpkg-shlibdeps` does the same after a warning.
    pub fn parse(text: &str) -> Self {
        let mut libraries: BTreeMap<String, Library> = BTreeMap::new();
        let mut current: Option<String> = None;
        for line in text.lines() {
            let library = current.as_ref().and_then(|name| libraries.get_mut(name));
            if let Some((deprecated, symbol)) = symbol_line(line) {
                if let Some(library) = library {
                    library.add(symbol, deprecated);
                }
            } else if let Some(template) = line.strip_prefix('|') {
                if let Some(library) = library {
                    library.templates.push(template.trim_start().to_owned());
                }
            } else if line.starts_with(['#', '*']) || line.starts_with('(') {
                // A comment, a field such as `Build-Depends-Package`, which needs a source package, or an include with tags.
            } else if let Some((soname, template)) = line.split_once(char::is_whitespace) {
                let library = libraries.entry(soname.to_owned()).or_default();
                library.templates = vec![template.trim_start().to_owned()];
                current = Some(soname.to_owned());
            }
        }
        Symbols(libraries)
    }

    /// Returns a library.
    pub(super) fn library(&self, soname: &str) -> Option<&Library> {
        self.0.get(soname)
    }
}

/// Returns the rest of a line about a symbol, and whether the library no longer has it.
fn symbol_line(line: &str) -> Option<(bool, &str)> {
    for mark in ["#MISSING: ", "#DEPRECATED: "] {
        if let Some(rest) = line.strip_prefix(mark) {
            let (_, symbol) = rest.split_once('#')?;
            return Some((true, symbol.trim_start()));
        }
    }
    let symbol = line.trim_start();
    (symbol.len() < line.len() && !symbol.is_empty()).then_some((false, symbol))
}

impl Library {
    fn add(&mut self, specification: &str, deprecated: bool) {
        let Some((name, rest, pattern)) = split_tags(specification) else {
            return;
        };
        let mut words = rest.split_whitespace();
        let Some(version) = words.next().and_then(|it| Version::parse_foreign(it).ok()) else {
            return;
        };
        let template = words.next().and_then(|it| it.parse().ok()).unwrap_or(0);
        if pattern {
            return;
        }
        if template == 0 && self.oldest.as_ref().is_none_or(|oldest| version < *oldest) {
            self.oldest = Some(version.clone());
        }
        if !deprecated {
            let since = Since { version, template };
            self.symbols.insert(name.to_owned(), since);
        }
    }

    /// Returns the template that every user of the library gets, with the version to begin with.
    pub(super) fn base(&self) -> (&str, Option<&Version>) {
        let template = self.templates.first().map_or("", String::as_str);
        (template, self.oldest.as_ref())
    }

    /// Returns the template and version of a symbol, which is `NAME@VERSION`.
    pub(super) fn find(&self, symbol: &str) -> Option<(&str, &Version)> {
        let since = self.symbols.get(symbol)?;
        let template = self.templates.get(since.template)?;
        Some((template, &since.version))
    }
}

/// Splits `(tags)NAME VERSION TEMPLATE` into the name, the rest, and whether the name is a pattern. A name with tags may be
/// quoted.
fn split_tags(specification: &str) -> Option<(&str, &str, bool)> {
    let Some((tags, rest)) = specification
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .filter(|(tags, _)| !tags.is_empty())
    else {
        let (name, rest) = specification.split_once(char::is_whitespace)?;
        return Some((name, rest, name.starts_with("*@")));
    };
    let pattern = tags
        .split('|')
        .any(|tag| ["c++", "symver", "regex"].contains(&tag));
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c));
    let (name, rest) = match quote {
        Some(quote) => rest[1..].split_once(quote)?,
        None => rest.split_once(char::is_whitespace)?,
    };
    Some((name, rest, pattern || name.starts_with("*@")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
libdemo.so.1 libdemo1 #MINVER#
| libdemo1 #MINVER#, libdemo1 (<< 2)
| libdemo1 (>> 1.9)
* Build-Depends-Package: libdemo-dev
* Ignore-Blacklist-Groups: aeabi
# a comment
 first@Base 0.9
 second@DEMO_1.2 1:1.2~beta1-1 1
 third@DEMO_1.4 1.4+dfsg
#MISSING: 1.5# gone@Base 0.1
#DEPRECATED: 1.5#old@Base 0.2
 (optional)maybe@Base 1.1
 (arch=amd64 arm64|optional=templ inst)some@Base 1.3
 (optional)\"quoted name@Base\" 1.6
 (c++)\"demo::run(int)@Base\" 1.0
 (c++)\"demo::stop()\"@Base 1.0
 (symver)DEMO_2 2.0
 (regex)\"^any@DEMO_.*$\" 1.0
 *@DEMO_3 3.0
 lacksversion@Base
 badversion@Base x
 far@Base 1.0 7
(optional)#include \"more.symbols\"
libother-2.0.so libother2
 x@Base 0
";

    fn found(soname: &str, symbol: &str) -> Option<String> {
        let symbols = Symbols::parse(FILE);
        let (template, version) = symbols.library(soname)?.find(symbol)?;
        Some(format!("{template} = {version}"))
    }

    #[test]
    fn each_symbol_has_its_version_and_template() {
        for (symbol, expected) in [
            ("first@Base", Some("libdemo1 #MINVER# = 0.9")),
            (
                "second@DEMO_1.2",
                Some("libdemo1 #MINVER#, libdemo1 (<< 2) = 1:1.2~beta1-1"),
            ),
            ("third@DEMO_1.4", Some("libdemo1 #MINVER# = 1.4+dfsg")),
            ("maybe@Base", Some("libdemo1 #MINVER# = 1.1")),
            ("some@Base", Some("libdemo1 #MINVER# = 1.3")),
            ("quoted name@Base", Some("libdemo1 #MINVER# = 1.6")),
            ("gone@Base", None),
            ("old@Base", None),
            ("demo::run(int)@Base", None),
            ("DEMO_2", None),
            ("any@DEMO_1", None),
            ("x@DEMO_3", None),
            ("lacksversion@Base", None),
            ("badversion@Base", None),
            ("far@Base", None),
            ("x@Base", None),
        ] {
            assert_eq!(
                found("libdemo.so.1", symbol).as_deref(),
                expected,
                "{symbol}"
            );
        }
        assert_eq!(
            found("libother-2.0.so", "x@Base").as_deref(),
            Some("libother2 = 0")
        );
    }

    #[test]
    fn the_oldest_version_counts_symbols_that_are_gone_too() {
        let symbols = Symbols::parse(FILE);
        let base = |soname: &str| {
            let library = symbols.library(soname)?;
            let (template, oldest) = library.base();
            Some((template.to_owned(), oldest.map(ToString::to_string)))
        };
        assert_eq!(
            base("libdemo.so.1"),
            Some(("libdemo1 #MINVER#".to_owned(), Some("0.1".to_owned())))
        );
        assert_eq!(base("libmore.so.1"), None);
    }

    #[test]
    fn a_soname_that_comes_again_gets_the_later_template() {
        let symbols = Symbols::parse("a.so.1 a1\n x@Base 1\na.so.1 a2\n y@Base 2\n");
        let library = symbols.library("a.so.1").expect("it is there");
        assert_eq!(library.base().0, "a2");
        assert!(library.find("x@Base").is_some() && library.find("y@Base").is_some());
    }

    #[test]
    fn a_symbol_before_any_library_is_left_out() {
        assert_eq!(Symbols::parse(" x@Base 1\n| x\n"), Symbols::default());
    }
}

//! `shlibs` files: which packages a library needs, without regard to what is used of it (deb-shlibs(5)).

/// The lines of a `shlibs` file that are about packages of the system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shlibs(Vec<Line>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    typed: bool,
    library: String,
    version: String,
    relations: String,
}

impl Shlibs {
    /// Reads a file. A line with a type other than `deb:` is about installers and is left out, as is one with too few words.
    pub fn parse(text: &str) -> Self {
        Shlibs(text.lines().filter_map(parse_line).collect())
    }

    /// Returns the relations of a soname, comma between them: a line for packages of the type `deb` comes before one without a
    /// type. They may be empty: the library is there on every system.
    pub fn find(&self, soname: &str) -> Option<&str> {
        let (library, version) = split_soname(soname)?;
        let fits = |line: &&Line| line.library == library && line.version == version;
        let mut fitting = self.0.iter().filter(fits);
        let first = fitting.clone().next()?;
        Some(&fitting.find(|line| line.typed).unwrap_or(first).relations)
    }
}

fn parse_line(line: &str) -> Option<Line> {
    if line.starts_with('#') {
        return None;
    }
    let mut words = line.split_whitespace().peekable();
    let kind = words.next_if(|word| word.ends_with(':'));
    if kind.is_some_and(|kind| kind != "deb:") {
        return None;
    }
    Some(Line {
        typed: kind.is_some(),
        library: words.next()?.to_owned(),
        version: words.next()?.to_owned(),
        relations: words.collect::<Vec<_>>().join(" "),
    })
}

/// Returns the name and the version in a soname, which is `NAME.so.VERSION` or `NAME-VERSION.so`.
pub(super) fn split_soname(soname: &str) -> Option<(&str, &str)> {
    if let Some((name, version)) = soname.rsplit_once(".so.")
        && !name.is_empty()
        && !version.is_empty()
    {
        return Some((name, version));
    }
    let stem = soname.strip_suffix(".so")?;
    // The last hyphen before a digit.
    let is_version = |at: &usize| stem[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let at = stem
        .match_indices('-')
        .map(|(at, _)| at)
        .rfind(is_version)?;
    (at > 0).then(|| (&stem[..at], &stem[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_soname_has_a_name_and_a_version_in_two_forms() {
        for (soname, parts) in [
            ("libz.so.1", Some(("libz", "1"))),
            ("libgomp.so.1.0.0", Some(("libgomp", "1.0.0"))),
            ("libdb-5.3.so", Some(("libdb", "5.3"))),
            ("libicu-x-70.1.so", Some(("libicu-x", "70.1"))),
            ("ld-linux-x86-64.so.2", Some(("ld-linux-x86-64", "2"))),
            ("libnss_files.so", None),
            ("libfoo-bar.so", None),
            (".so.1", None),
            ("libfoo.so.", None),
            ("", None),
        ] {
            assert_eq!(split_soname(soname), parts, "{soname}");
        }
    }

    #[test]
    fn types_comments_and_lines_without_relations_are_read_as_dpkg_does() {
        let shlibs = Shlibs::parse(
            "# libz 1 no\nudeb: libz 1 zlib1g-udeb\nlibz 1 zlib1g (>= 1:1.2.11),  other\nlibz 1 second\n\
             libdb\t5.3\tlibdb5.3\nliba 1 a1\ndeb: liba 1 a2\nlibempty 0\nlibonly\n\n",
        );
        for (soname, relations) in [
            ("libz.so.1", Some("zlib1g (>= 1:1.2.11), other")),
            ("libdb-5.3.so", Some("libdb5.3")),
            ("libdb.so.5.3", Some("libdb5.3")),
            ("liba.so.1", Some("a2")),
            ("libempty.so.0", Some("")),
            ("libonly.so.1", None),
            ("libz.so.2", None),
        ] {
            assert_eq!(shlibs.find(soname), relations, "{soname}");
        }
    }
}

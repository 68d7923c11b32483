//! Files that one package moved out of another one's way (dpkg-divert(1)).

use std::collections::BTreeMap;

/// The diversions of a dpkg database, by the path that is diverted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Diversions(BTreeMap<String, Diversion>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Diversion {
    to: String,
    /// Whose own file stays at the path; `:` is the administrator.
    by: String,
}

impl Diversions {
    /// Reads `/var/lib/dpkg/diversions`: three lines each, the path, the other path, and the package.
    pub(super) fn parse(text: &str) -> Self {
        let lines: Vec<_> = text.lines().collect();
        Diversions(
            lines
                .as_chunks::<3>()
                .0
                .iter()
                .map(|[from, to, by]| {
                    let diversion = Diversion {
                        to: (*to).to_owned(),
                        by: (*by).to_owned(),
                    };
                    ((*from).to_owned(), diversion)
                })
                .collect(),
        )
    }

    /// Returns where a package's file really is; `package` may have an architecture behind a colon.
    pub(super) fn place<'a>(&'a self, path: &'a str, package: &str) -> &'a str {
        let name = package.split(':').next().unwrap_or_default();
        match self.0.get(path) {
            Some(diversion) if diversion.by != name => &diversion.to,
            _ => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_elsewhere_unless_its_package_diverts() {
        let diversions = Diversions::parse(
            "/usr/lib/libGL.so.1\n/usr/lib/mesa/libGL.so.1\nnvidia\n/bin/sh\n/bin/sh.distrib\n:\n",
        );
        for (path, package, place) in [
            (
                "/usr/lib/libGL.so.1",
                "mesa:amd64",
                "/usr/lib/mesa/libGL.so.1",
            ),
            ("/usr/lib/libGL.so.1", "nvidia:amd64", "/usr/lib/libGL.so.1"),
            ("/bin/sh", "dash", "/bin/sh.distrib"),
            ("/bin/ls", "coreutils", "/bin/ls"),
        ] {
            assert_eq!(
                diversions.place(path, package),
                place,
                "{path} of {package}"
            );
        }
    }
}

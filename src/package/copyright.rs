//! `/usr/share/doc/NAME/copyright`: where the software came from, and under which licences its parts stand, in the form that
//! programs read (DEP-5, copyright-format 1.0).
//!
//! # Limits
//! What metadata says is repeated, not judged: a distribution that states no licence is said to state none.

mod licences;

use super::Known;
use crate::deb::{ArchivePath, Line, Timestamp, hexadecimal};
use crate::plan::{Draft, Placeholder, Plan, SourcePlan};
use crate::recipe::{Identity, Origin};
use crate::venv::{Distribution, OwnPython};
use licences::{common_texts, short_name};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Renders the file, as far as its parts are known.
pub(super) fn render(
    package: &Identity,
    plan: &Plan,
    time: Option<Timestamp>,
    known: &Known<'_>,
) -> Draft {
    let source = plan.source.as_ref();
    let mut text = Draft::from(format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: {}\n",
        package.name
    ));
    if let Some(homepage) = &package.homepage {
        text.push(format!("Source: {homepage}\n"));
    }
    text.push("Comment: built by deb-build-app");
    if let Some(source) = source {
        text.push(" from ");
        origin(source, &mut text);
    }
    text.push(".\n\nFiles: *\nCopyright: ");
    let year = time.map(|time| time.date().0);
    text.push_or(year, Placeholder::CommitTime);
    let license = package.license.as_ref().map_or("", Line::as_str);
    text.push(format!(
        " the authors of {}\nLicense: {}\n",
        package.name,
        short_name(license)
    ));
    text.push(match license {
        "" => " The recipe states no licence.\n".to_owned(),
        stated => format!(" The recipe states: {stated}\n"),
    });
    text.push(common_texts(license) + "\n");
    if plan.own_python.is_some() {
        text.push_or(known.own_python.map(own_python), Placeholder::OwnPython);
    }
    text.push_or(
        known.distributions.map(paragraphs),
        Placeholder::Distributions,
    );
    text
}

/// Says what the app was made from.
fn origin(source: &SourcePlan, text: &mut Draft) {
    let commit = source.commit.as_ref();
    let id = commit.map(|commit| commit.id.as_str());
    let sum = id.and_then(|id| id.strip_prefix("sha256:"));
    let is_archive = matches!(
        source.origin,
        Origin::Archive(..) | Origin::FetchedArchive(..)
    );
    let is_folder = matches!(source.origin, Origin::Folder(_));
    text.push(if is_archive {
        "the archive with the SHA-256\n "
    } else if is_folder && sum.is_some() {
        "files with the SHA-256\n "
    } else {
        "the commit\n "
    });
    text.push_or(sum.or(id), Placeholder::Commit);
    if sum.is_none() && !is_archive {
        text.push(" of its repository");
    }
    if is_folder && commit.is_some_and(|commit| commit.describe.ends_with("-dirty")) {
        text.push(", with changes that were not committed");
    }
    if !source.patches.is_empty() {
        text.push(", with patches");
    }
}

/// Renders the paragraph of a Python that the package brings.
fn own_python(python: &OwnPython) -> String {
    // All of it is below the folder of its program.
    let program = format!("/bin/python{}", python.version);
    let mut paths = python.files.keys();
    let top = paths.find_map(|path| path.as_bytes().strip_suffix(program.as_bytes()));
    let mut text = String::new();
    let files: Vec<_> = top.iter().map(|top| pattern(top) + "/*").collect();
    let _ = writeln!(
        text,
        "Files: {}\nCopyright: the Python Software Foundation and others\nLicense: Python-and-others",
        files.join("\n ")
    );
    if python.licence_files.is_empty() {
        let _ = writeln!(text, " It came without the text of its licence.");
    }
    for file in &python.licence_files {
        let _ = writeln!(text, " The text is in /{file}");
    }
    let _ = writeln!(text, "Comment: Python {}", python.full);
    if python.parts.is_empty() {
        let sum = hexadecimal(&python.digest);
        let _ = writeln!(text, " from a folder whose files have the SHA-256\n {sum}");
    }
    for part in &python.parts {
        let _ = writeln!(
            text,
            " from the Debian package {} {}, SHA-256\n {}",
            part.package, part.version, part.sha256
        );
    }
    text.push('\n');
    text
}

/// Renders a paragraph for each distribution.
fn paragraphs(distributions: &[Distribution]) -> String {
    let all = Files::of(distributions);
    let mut text = String::new();
    for distribution in distributions {
        let Distribution { name, version, .. } = distribution;
        let files = all.patterns(distribution).join("\n ");
        let authors = match distribution.authors.as_str() {
            "" => format!("the authors of {name}"),
            authors => one_line(authors),
        };
        let _ = write!(
            text,
            "Files: {files}\nCopyright: {authors}\nLicense: {}\n",
            short_name(&distribution.license)
        );
        let _ = match one_line(&distribution.license).as_str() {
            "" => writeln!(text, " Its metadata states no licence."),
            stated => writeln!(text, " Its metadata states: {stated}"),
        };
        for file in &distribution.licence_files {
            let _ = writeln!(text, " The text is in /{file}");
        }
        text.push_str(&common_texts(&distribution.license));
        let _ = writeln!(text, "Comment: Python distribution {name} {version}");
        if !distribution.home.is_empty() {
            let _ = writeln!(text, " from {}", one_line(&distribution.home));
        }
        text.push('\n');
    }
    // The last paragraph ends the file.
    let end = text.trim_end().len();
    text.truncate(end);
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Returns what stands in one field: a line break would begin another.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many files are in each folder, of all distributions.
struct Files(BTreeMap<Vec<u8>, usize>);

impl Files {
    fn of(distributions: &[Distribution]) -> Self {
        let paths = distributions.iter().flat_map(|one| one.files.keys());
        Files(counts(paths))
    }

    /// Returns patterns for exactly the files of a distribution: a folder where all in it is its own.
    fn patterns(&self, distribution: &Distribution) -> Vec<String> {
        let own = counts(distribution.files.keys());
        let mut patterns = BTreeSet::new();
        for path in distribution.files.keys() {
            let bytes = path.as_bytes();
            let whole = folders(bytes).find(|folder| {
                let in_site = memchr::memmem::find(folder, b"/site-packages/").is_some();
                in_site && own.get(*folder) == self.0.get(*folder)
            });
            patterns.insert(match whole {
                Some(folder) => pattern(folder) + "/*",
                None => pattern(bytes),
            });
        }
        patterns.into_iter().collect()
    }
}

fn counts<'a>(paths: impl Iterator<Item = &'a ArchivePath>) -> BTreeMap<Vec<u8>, usize> {
    let mut counts = BTreeMap::new();
    for path in paths {
        for folder in folders(path.as_bytes()) {
            *counts.entry(folder.to_vec()).or_default() += 1;
        }
    }
    counts
}

/// Returns the folders above a path, the outermost first.
fn folders(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| &path[..at])
}

/// Returns a path as a pattern, in which blanks and letters of patterns are any letter.
fn pattern(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path);
    text.chars()
        .map(|c| {
            if c.is_whitespace() || "*?\\".contains(c) {
                '?'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distribution(name: &str, license: &str, files: &[&str]) -> Distribution {
        let file = |path: &&str| {
            let content = crate::deb::Content::Bytes(Vec::new());
            let file = crate::venv::InstalledFile {
                content,
                executable: false,
            };
            let path = format!("opt/demo/lib/python3.11/site-packages/{path}");
            (path.parse().expect("a path"), file)
        };
        Distribution {
            name: name.to_owned(),
            version: "1.0".to_owned(),
            license: license.to_owned(),
            authors: String::new(),
            home: String::new(),
            licence_files: BTreeSet::new(),
            is_project: false,
            files: files.iter().map(file).collect(),
            record_digest: [0; 32],
        }
    }

    #[test]
    fn a_folder_of_two_distributions_is_named_file_by_file() {
        let distributions = [
            distribution("a", "MIT", &["space/a/x.py", "space/a/y.py", "one file.py"]),
            distribution("b", "", &["space/b.py"]),
        ];
        assert_eq!(
            paragraphs(&distributions),
            "Files: opt/demo/lib/python3.11/site-packages/one?file.py\n \
             opt/demo/lib/python3.11/site-packages/space/a/*\n\
             Copyright: the authors of a\nLicense: MIT\n Its metadata states: MIT\n\
             Comment: Python distribution a 1.0\n\n\
             Files: opt/demo/lib/python3.11/site-packages/space/b.py\n\
             Copyright: the authors of b\nLicense: not-stated\n Its metadata states no licence.\n\
             Comment: Python distribution b 1.0\n"
        );
    }

    #[test]
    fn a_python_of_the_package_is_named_with_its_folder_and_where_it_came_from() {
        let file = |path: &str| {
            let content = crate::deb::Content::Bytes(Vec::new());
            let file = crate::venv::InstalledFile {
                content,
                executable: true,
            };
            (path.parse().expect("a path"), file)
        };
        // A folder above has the name, too.
        let python = OwnPython {
            version: "3.12".to_owned(),
            full: "3.12.7".to_owned(),
            files: [
                file("opt/python/x/python/bin/python3.12"),
                file("opt/python/x/python/lib/python3.12/os.py"),
            ]
            .into(),
            links: BTreeMap::new(),
            parts: Vec::new(),
            licence_files: BTreeSet::new(),
            relations: Vec::new(),
            digest: [0xab; 32],
            not_compiled: Vec::new(),
        };
        assert_eq!(
            own_python(&python),
            format!(
                "Files: opt/python/x/python/*\nCopyright: the Python Software Foundation and others\nLicense: Python-and-others\n \
                 It came without the text of its licence.\nComment: Python 3.12.7\n from a folder whose files have the SHA-256\n {}\n\n",
                "ab".repeat(32)
            )
        );
    }
}

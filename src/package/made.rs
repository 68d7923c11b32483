//! What `[build] after` has made, put into the layers.
//!
//! A new file goes into a layer of its own, with the time of the commit. A file that was there stays in its layer, with the new
//! content; when a distribution's RECORD lists it, the row follows, because RECORD says what the package holds. New files are in no
//! RECORD: no distribution brought them. Bytecode of a module that has changed goes, because it is never compared with its
//! source.

use super::layers::{APP, CONFIGURATION, LINKS, identity_time};
use crate::deb::{ArchivePath, Content, Entry, Layer, Timestamp};
use crate::venv::after::Changes;
use crate::venv::relocate::{bytecode, record};
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the layer of new files; no distribution can have it.
pub(super) const MADE: &str = "made by [build] after";

/// Puts changes into the layers. `read` reads a file that is on disk, `latest` is the latest time that the package may hold.
///
/// # Errors
/// When a RECORD cannot be written.
pub(super) fn take(
    layers: &mut Vec<Layer>,
    changes: Changes,
    time: Timestamp,
    latest: u64,
    read: &dyn Fn(&Content) -> Result<Vec<u8>>,
) -> Result<()> {
    let Changes {
        mut made,
        mut removed,
    } = changes;
    let touched: BTreeSet<ArchivePath> = made.keys().chain(&removed).cloned().collect();
    let stale = layers.iter().flat_map(|layer| layer.entries.keys());
    let stale = stale.filter(|path| {
        bytecode::source_of(path.as_bytes())
            .and_then(|source| ArchivePath::new(source).ok())
            .is_some_and(|source| touched.contains(&source))
    });
    removed.extend(stale.cloned().collect::<Vec<_>>());
    for layer in layers.iter_mut() {
        let mut new: BTreeMap<ArchivePath, Option<Entry>> = BTreeMap::new();
        for path in layer.entries.keys() {
            if removed.contains(path) {
                new.insert(path.clone(), None);
            } else if let Some(entry) = made.remove(path) {
                new.insert(path.clone(), Some(entry));
            }
        }
        if new.is_empty() {
            continue;
        }
        for (path, entry) in &new {
            match entry {
                Some(entry) => layer.entries.insert(path.clone(), entry.clone()),
                None => layer.entries.remove(path),
            };
        }
        let record = rewrite_record(layer, &new, read)?;
        let is_distribution = ![APP, CONFIGURATION, LINKS].contains(&layer.name.as_str());
        if let Some(record) = record.filter(|_| is_distribution) {
            layer.mtime = identity_time(&Sha256::digest(record).into(), latest)?;
        }
    }
    if !made.is_empty() {
        let app = layers.iter().position(|layer| layer.name == APP);
        let at = app.context("there is a layer of the app")? + 1;
        layers.insert(
            at,
            Layer {
                name: MADE.to_owned(),
                mtime: time,
                mtimes: BTreeMap::new(),
                entries: made,
            },
        );
    }
    Ok(())
}

/// Lets the RECORD of a layer say what is in it now; returns it when there is one.
fn rewrite_record(
    layer: &mut Layer,
    new: &BTreeMap<ArchivePath, Option<Entry>>,
    read: &dyn Fn(&Content) -> Result<Vec<u8>>,
) -> Result<Option<Vec<u8>>> {
    let mut paths = layer.entries.keys();
    let Some(path) = paths.find(|path| super::scan::is_record(path)).cloned() else {
        return Ok(None);
    };
    let Some(Entry::File { mode, content }) = layer.entries.get(&path).cloned() else {
        return Ok(None);
    };
    // `PREFIX/lib/python3.11/site-packages`
    let folder = path.parent().and_then(|info| info.parent());
    let folder = folder.context("a RECORD is in a folder of site-packages")?;
    let mut rows = Vec::new();
    for row in record::parse(&read(&content)?)? {
        let file = super::proof::join(folder.as_bytes(), row.path.as_bytes());
        let file = file.and_then(|file| ArchivePath::new(file).ok());
        if file.as_ref() == Some(&path) {
            // It cannot have a hash of itself, also when it was made anew.
            rows.push(record::Row::bare(row.path));
            continue;
        }
        match file.as_ref().and_then(|file| new.get(file)) {
            None => rows.push(row),
            Some(None) => {}
            Some(Some(Entry::Link { .. })) => rows.push(record::Row::bare(row.path)),
            Some(Some(Entry::File { content, .. })) => {
                rows.push(record::Row::of(row.path, &read(content)?));
            }
        }
    }
    let record = record::render(rows)?;
    let content = Content::Bytes(record.clone());
    layer.entries.insert(path, Entry::File { mode, content });
    Ok(Some(record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deb::Mode;

    const SITE: &str = "opt/demo/lib/python3.11/site-packages";

    fn file(text: &str) -> Entry {
        Entry::File {
            mode: Mode::FILE,
            content: Content::Bytes(text.as_bytes().to_vec()),
        }
    }

    fn path(text: &str) -> ArchivePath {
        format!("{SITE}/{text}").parse().expect("a path")
    }

    fn layer(name: &str, files: &[(&str, &str)]) -> Layer {
        let files = files.iter();
        Layer {
            name: name.to_owned(),
            mtime: Timestamp::new(1).expect("a time"),
            mtimes: BTreeMap::new(),
            entries: files.map(|(name, text)| (path(name), file(text))).collect(),
        }
    }

    fn bytes(content: &Content) -> Result<Vec<u8>> {
        match content {
            Content::Bytes(bytes) => Ok(bytes.clone()),
            Content::OnDisk { .. } => anyhow::bail!("nothing is on disk"),
        }
    }

    #[test]
    fn what_has_changed_stays_true_in_record_and_what_is_new_is_apart() {
        let record = "a-1.dist-info/RECORD,,\na/__pycache__/x.cpython-311.pyc,,\na/gone.txt,sha256=x,1\na/x.py,sha256=x,1\na/y.py,sha256=y,1\n";
        let mut layers = vec![
            layer(
                "a",
                &[
                    ("a-1.dist-info/RECORD", record),
                    ("a/__pycache__/x.cpython-311.pyc", "old"),
                    ("a/gone.txt", "1"),
                    ("a/x.py", "1"),
                    ("a/y.py", "1"),
                ],
            ),
            layer(APP, &[]),
            layer(LINKS, &[]),
        ];
        let changes = Changes {
            made: [
                (path("a/x.py"), file("22")),
                (path("a/new.mo"), file("new")),
            ]
            .into(),
            removed: [path("a/gone.txt")].into(),
        };
        let time = Timestamp::new(7).expect("a time");
        take(&mut layers, changes, time, u64::MAX, &bytes).expect("it is taken");
        let names: Vec<_> = layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, ["a", APP, MADE, LINKS]);
        assert_eq!(layers[2].mtime, time);
        assert_eq!(
            layers[2].entries.keys().collect::<Vec<_>>(),
            [&path("a/new.mo")]
        );
        let Some(Entry::File { content, .. }) =
            layers[0].entries.get(&path("a-1.dist-info/RECORD"))
        else {
            panic!("there is a RECORD");
        };
        let row = record::Row::of("a/x.py", b"22");
        assert_eq!(
            String::from_utf8(bytes(content).expect("bytes")).expect("text"),
            format!(
                "a-1.dist-info/RECORD,,\na/x.py,{},2\na/y.py,sha256=y,1\n",
                row.hash
            )
        );
        assert_ne!(layers[0].mtime, Timestamp::new(1).expect("a time"));
        assert!(
            !layers[0]
                .entries
                .contains_key(&path("a/__pycache__/x.cpython-311.pyc"))
        );
    }

    #[test]
    fn the_record_of_a_copy_inside_a_distribution_stays_as_it_came() {
        let copied = "a/_vendor/c-1.dist-info/RECORD";
        let mut layers = vec![
            layer(
                "b",
                &[
                    (copied, "a/x.py,sha256=x,1\n"),
                    ("a/x.py", "1"),
                    ("b-1.dist-info/RECORD", "a/x.py,sha256=x,1\n"),
                ],
            ),
            layer(APP, &[]),
        ];
        let changes = Changes {
            made: [(path("a/x.py"), file("22"))].into(),
            removed: BTreeSet::new(),
        };
        let time = Timestamp::new(7).expect("a time");
        take(&mut layers, changes, time, u64::MAX, &bytes).expect("it is taken");
        let text = |name: &str| match layers[0].entries.get(&path(name)) {
            Some(Entry::File { content, .. }) => {
                String::from_utf8(bytes(content).expect("bytes")).expect("text")
            }
            other => panic!("{name} is {other:?}"),
        };
        assert_eq!(text(copied), "a/x.py,sha256=x,1\n");
        let row = record::Row::of("a/x.py", b"22");
        assert_eq!(
            text("b-1.dist-info/RECORD"),
            format!("a/x.py,{},2\n", row.hash)
        );
    }
}

//! The layers of the virtualenv and of the configuration, in the order of DESIGN 2.
//!
//! A distribution's layer depends on nothing but the distribution: its time is made of its own RECORD, so that web servers which make
//! an `ETag` of time and size notice another version. Only the app's layer and those behind it carry the time of the commit.

use super::{Outline, made};
use crate::deb::{ArchivePath, Entry, Layer, Mode, Timestamp};
use crate::plan::Placeholder;
use crate::sys::host::HostFacts;
use crate::venv::{InstalledFile, VenvTree};
use anyhow::Result;
use std::collections::BTreeMap;

/// The name of the layer of the app itself.
pub(super) const APP: &str = "app";

/// The name of the layer of the links.
pub(super) const LINKS: &str = "links";

/// Returns whether a layer holds a distribution of the index, which was built with a home and a temporary folder of its own.
pub(super) fn is_from_index(layer: &Layer) -> bool {
    ![APP, made::MADE, CONFIGURATION, LINKS].contains(&layer.name.as_str())
}

/// The name of the layer of everything that is not code.
pub(super) const CONFIGURATION: &str = "configuration";

/// 2000-01-01 00:00 UTC.
pub(super) const FIRST_IDENTITY_TIME: u64 = 946_684_800;

/// Twenty years.
const IDENTITY_SPAN: u64 = 631_152_000;

/// Returns the time that a distribution's files carry, derived from its RECORD and nothing else: two versions differ, so
/// that web servers which make an `ETag` of time and size notice.
pub(super) fn identity_time(digest: &[u8; 32], latest: u64) -> Result<Timestamp> {
    let number = digest[..8]
        .iter()
        .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let seconds = FIRST_IDENTITY_TIME + number % IDENTITY_SPAN;
    Ok(Timestamp::new(seconds.min(latest))?)
}

/// Returns the layer of a Python that the package brings, one layer for each distribution, then the app's, then the links'.
pub(super) fn venv_layers(
    mut venv: VenvTree,
    host: &HostFacts,
    time: Timestamp,
) -> Result<Vec<Layer>> {
    let latest = host.environment.source_date_epoch.unwrap_or(u64::MAX);
    let mut layers = Vec::new();
    if let Some(python) = venv.own_python.take() {
        venv.links.extend(python.links);
        layers.push(Layer {
            mtime: identity_time(&python.digest, latest)?,
            mtimes: BTreeMap::new(),
            name: format!("python{}", python.version),
            entries: file_entries(python.files),
        });
    }
    let mut app = Layer {
        name: APP.to_owned(),
        mtime: time,
        mtimes: BTreeMap::new(),
        entries: file_entries(venv.own_files),
    };
    for distribution in venv.distributions {
        if distribution.is_project {
            app.entries.extend(file_entries(distribution.files));
        } else {
            layers.push(Layer {
                mtime: identity_time(&distribution.record_digest, latest)?,
                mtimes: BTreeMap::new(),
                name: distribution.name,
                entries: file_entries(distribution.files),
            });
        }
    }
    layers.push(app);
    layers.push(Layer {
        name: LINKS.to_owned(),
        mtime: time,
        mtimes: BTreeMap::new(),
        entries: venv
            .links
            .into_iter()
            .map(|(path, target)| {
                (
                    path,
                    Entry::Link {
                        target: target.into_bytes(),
                    },
                )
            })
            .collect(),
    });
    Ok(layers)
}

fn file_entries(files: BTreeMap<ArchivePath, InstalledFile>) -> BTreeMap<ArchivePath, Entry> {
    files
        .into_iter()
        .map(|(path, file)| {
            let mode = Mode::of_file(file.executable);
            (
                path,
                Entry::File {
                    mode,
                    content: file.content,
                },
            )
        })
        .collect()
}

/// Returns the layer of everything that is not code: files of the recipe, units, documents. The overrides for lintian come
/// later, and what is the virtualenv's own is in the app's layer.
pub(super) fn configuration(outline: &Outline, venv: &VenvTree, time: Timestamp) -> Result<Layer> {
    let mut entries = BTreeMap::new();
    for (path, file) in &outline.files {
        let later = file
            .content
            .placeholders()
            .contains(&Placeholder::Overrides);
        if later || venv.own_files.contains_key(path) {
            continue;
        }
        let content = file.content.complete()?;
        let mode = file.mode;
        entries.insert(path.clone(), Entry::File { mode, content });
    }
    Ok(Layer {
        name: CONFIGURATION.to_owned(),
        mtime: time,
        mtimes: BTreeMap::new(),
        entries,
    })
}

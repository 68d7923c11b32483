//! Where the packages of a tree come from, as this machine is set up: apt's sources and settings.

use super::sources;
use crate::sys::fs;
use crate::sys::isolation::Isolation;
use crate::sys::process::{Cmd, Runner};
use anyhow::Result;
use std::path::Path;

/// Where packages come from, as this machine is set up.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) sources: String,
    pub(super) settings: Vec<String>,
}

impl Origin {
    /// Asks apt's files and apt itself.
    ///
    /// # Errors
    /// When they cannot be read, or have nothing for the release.
    pub(super) fn of_machine(suite: &str) -> Result<Self> {
        let mut entries = Vec::new();
        let etc = Path::new("/etc/apt");
        let mut files = vec![etc.join("sources.list")];
        let folder = etc.join("sources.list.d");
        files.extend(fs::names_in(&folder)?.iter().map(|name| folder.join(name)));
        for file in files.iter().filter(|file| fs::is_file(file)) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            // apt reads no other names.
            if name.ends_with(".list") || name.ends_with(".sources") {
                entries.extend(sources::parse(&name, &fs::read_to_string(file)?));
            }
        }
        let runner = Runner::new(Isolation::ParentDeathSignal);
        let release = fs::read_to_string(Path::new("/etc/os-release"))?;
        let release = release
            .lines()
            .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
            .unwrap_or_default()
            .trim_matches('"');
        let dump = runner.ask(&Cmd::new("apt-config").arg("dump"))?;
        Ok(Origin {
            sources: sources::render_for(suite, release, &entries)?,
            settings: sources::settings(&dump.stdout),
        })
    }

    /// Returns a text that is another when they are, or `packages`.
    pub(super) fn identity(&self, packages: &str) -> String {
        format!("{}\n{}\n{packages}", self.sources, self.settings.join("\n"))
    }
}

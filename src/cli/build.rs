//! `build`, and what it shares with other commands that make a package.

use crate::deb::{Compression, Invalid, Version};
use crate::recipe::Reference;
use clap::Args;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// How many threads compress.
#[derive(Args, Clone, Copy, Debug)]
pub struct Jobs {
    /// How many threads compress; their number does not change a byte [default: one for each processor, fewer where memory is short].
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=256)
    )]
    pub jobs: Option<u16>,
}

impl Jobs {
    /// Returns the number of threads on a machine with so many processors and so many bytes of free memory, of which half is
    /// left to others; the user's number is taken as it is.
    pub fn threads(self, cores: usize, memory: Option<u64>, compression: Compression) -> usize {
        let fitting = memory.map_or(usize::MAX, |bytes| {
            usize::try_from(bytes / 2 / compression.memory_per_thread()).unwrap_or(usize::MAX)
        });
        let own = self.jobs.map(usize::from);
        own.unwrap_or_else(|| cores.min(fitting).max(1))
    }
}

/// Where the package goes.
#[derive(Args, Clone, Debug)]
pub struct Output {
    /// Where the package goes: a folder, or the file itself.
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "PATH",
        default_value = "."
    )]
    pub path: PathBuf,
}

/// What `build` and `plan` are both given.
#[derive(Args, Debug)]
pub struct BuildOptions {
    /// The recipes [default: deb-build-app.toml, or the only recipe in the folder `recipes`].
    #[arg(value_name = "RECIPE")]
    pub recipes: Vec<PathBuf>,

    /// Where the package goes.
    #[command(flatten)]
    pub output: Output,

    /// The whole Debian version of the package, in place of the recipe's.
    #[arg(long, value_name = "VERSION")]
    pub deb_version: Option<Version>,

    /// The Debian revision, in place of the recipe's.
    #[arg(long, value_name = "N")]
    pub revision: Option<Revision>,

    /// Which commit is packaged.
    #[command(flatten)]
    pub source: SourceOptions,

    /// zstd, xz, gzip or none, with `:LEVEL` or without [default: what the recipe says, else zstd:9].
    #[arg(long, value_name = "METHOD")]
    pub compression: Option<Compression>,

    /// Where caches and the work folder are kept [default: deb-build-app in `XDG_CACHE_HOME` or ~/.cache].
    #[arg(long, value_name = "DIR")]
    pub cache_dir: Option<PathBuf>,

    /// Keep the work folder for a look, until the next build.
    #[arg(long)]
    pub keep_work: bool,

    /// Install no Debian packages on this machine: fail if one is missing.
    #[arg(long)]
    pub no_apt: bool,

    /// How many threads compress.
    #[command(flatten)]
    pub jobs: Jobs,

    /// Print one JSON document in place of lines.
    #[arg(long)]
    pub json: bool,
}

/// Which commit is packaged.
#[derive(Args, Clone, Debug, Default)]
pub struct SourceOptions {
    /// The tag, branch or commit that is packaged, in place of the recipe's.
    #[arg(long = "ref", value_name = "REF", value_parser = reference)]
    pub reference: Option<Reference>,

    /// Write down which commit of which source was packaged.
    #[arg(long, value_name = "FILE")]
    pub lock: Option<PathBuf>,

    /// Refuse to package anything but what `--lock` has written down, and beside a lock of `[venv]` to build with what has no hash.
    #[arg(long, value_name = "FILE")]
    pub locked: Option<PathBuf>,
}

fn reference(text: &str) -> Result<Reference, String> {
    text.parse::<Reference>().map_err(|why| why.to_string())
}

/// Options of `build`.
#[derive(Args, Debug)]
pub struct Build {
    /// What is built, and how.
    #[command(flatten)]
    pub options: BuildOptions,

    /// Do what `plan` does: show what would be done, and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// With --dry-run: print the content of every file that is known, too.
    #[arg(long)]
    pub files: bool,
}

/// The part of a Debian version after its hyphen (Policy §5.6.12).
#[derive(Clone, Debug)]
pub struct Revision(String);

impl FromStr for Revision {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".+~".contains(&byte);
        if !text.is_empty() && text.bytes().all(fits) {
            Ok(Revision(text.to_owned()))
        } else {
            Err("a revision has letters, digits, `.`, `+` and `~`")
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Revision {
    /// Returns `version` with this revision in place of its own.
    ///
    /// # Errors
    /// Never in truth: both parts are valid.
    pub fn of(&self, version: &Version) -> Result<Version, Invalid> {
        let text = version.as_str();
        let upstream = text.rsplit_once('-').map_or(text, |(upstream, _)| upstream);
        format!("{upstream}-{}", self.0).parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_takes_the_place_of_the_recipes() {
        let revision: Revision = "2~x1".parse().expect("it is one");
        for (before, after) in [("1.0-1", "1.0-2~x1"), ("1:2.0", "1:2.0-2~x1")] {
            let version = before.parse().expect("it is a version");
            assert_eq!(
                revision.of(&version).map(|version| version.to_string()),
                Ok(after.to_owned())
            );
        }
        for text in ["", "1-2", "a b", "1:2"] {
            assert!(text.parse::<Revision>().is_err(), "{text:?}");
        }
    }
}

//! `build`, and what it shares with other commands that make a package.

use crate::deb::Compression;
use clap::Args;
use std::path::PathBuf;

/// How many threads compress.
#[derive(Args, Clone, Copy, Debug)]
pub struct Jobs {
    /// How many threads compress; their number does not change a byte [default: one for each processor, fewer where memory is short].
    #[arg(
        long,
        value_name = "N",
        env = "DEB_BUILD_APP_JOBS",
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
        default_value = ".",
        env = "DEB_BUILD_APP_OUTPUT"
    )]
    pub path: PathBuf,
}

/// Options of `build`.
#[derive(Args, Debug)]
pub struct Build {
    /// The recipe.
    pub recipe: PathBuf,

    /// Where the package goes.
    #[command(flatten)]
    pub output: Output,

    /// Where caches and the work folder are kept [default: deb-build-app in `XDG_CACHE_HOME` or ~/.cache].
    #[arg(long, value_name = "DIR", env = "DEB_BUILD_APP_CACHE_DIR")]
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
}

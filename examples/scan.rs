//! How fast a virtualenv is read back and fixed up, and how fast the package is searched for paths of the build machine.
//!
//! `cargo run --release --example scan -- STAGE PREFIX` takes a staged virtualenv, `STAGE/PREFIX`, compiled (`benches/scan` makes
//! one), and prints the least of five runs for: reading all files, the search alone, the whole scan (search, also in archives,
//! SHA-256, ELF, bytecode) and the fix-up of the virtualenv (which computes SHA-256 too).
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement, not a part of the tool"
)]

use anyhow::{Context as _, Result};
use deb_build_app::deb::{Content, Entry, Layer, Mode, Timestamp};
use deb_build_app::package::{Forbidden, ForbiddenPaths, leaks};
use deb_build_app::plan::{Interpreter, RELEASES};
use deb_build_app::recipe::{Prefix, Prune};
use deb_build_app::venv::build::StagedVenv;
use deb_build_app::venv::{Reading, VenvTree, read_stage};
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const RUNS: usize = 5;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(stage), Some(prefix)) = (words.next(), words.next()) else {
        anyhow::bail!("usage: scan STAGE PREFIX");
    };
    let prefix: Prefix = prefix.parse().map_err(|error| anyhow::anyhow!("{error}"))?;
    let stage = PathBuf::from(stage);
    let staged = StagedVenv {
        stage: stage.clone(),
        installer: "any".to_owned(),
        resolved: None,
        build_requirements: None,
        project: None,
        from_source: BTreeSet::new(),
        not_compiled: Vec::new(),
    };
    let interpreter = Interpreter::of_host(&RELEASES[0]);
    let reading = Reading {
        prefix: &prefix,
        interpreter: &interpreter,
        bytecode: true,
        prune: &BTreeSet::from([Prune::Pip, Prune::Activate]),
    };
    let tree = read_stage(&staged, &reading)?;
    let layers = layers(tree)?;
    let files: Vec<&Path> = layers
        .iter()
        .flat_map(|layer| layer.entries.values())
        .filter_map(|entry| match entry {
            Entry::File {
                content: Content::OnDisk { path, .. },
                ..
            } => Some(path.as_path()),
            _ => None,
        })
        .collect();
    let mut bytes = 0;
    for file in &files {
        bytes += std::fs::metadata(file)?.len();
    }
    println!("{} files, {} MB", files.len(), bytes / 1_000_000);
    let forbidden = forbidden(&stage)?;
    let show = |what: &str, took: Took| {
        #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
        let megabytes = bytes as f64 / 1e6;
        let Took { wall, cpu } = took;
        println!(
            "{what:28} {wall:6.2} s {:7.0} MB/s, {cpu:6.2} s of CPU {:7.0} MB/s",
            megabytes / wall,
            megabytes / cpu
        );
    };
    for threads in [1, 2] {
        let read = best(|| each(&files, threads, &|bytes| drop(black_box(bytes))))?;
        show(&format!("read, threads: {threads}"), read);
        let search = |bytes: Vec<u8>| {
            black_box(forbidden.everywhere.find(&bytes));
        };
        let searched = best(|| each(&files, threads, &search))?;
        show(&format!("read and search, threads: {threads}"), searched);
        let scanned = best(|| leaks(&layers, &forbidden, threads).map(drop))?;
        show(&format!("whole scan, threads: {threads}"), scanned);
    }
    let fixed = best(|| read_stage(&staged, &reading).map(drop))?;
    show("fix-up of the virtualenv", fixed);
    for place in leaks(&layers, &forbidden, 2)? {
        println!("found: {place}");
    }
    Ok(())
}

/// Returns what a build below `stage` would look for.
fn forbidden(stage: &Path) -> Result<ForbiddenPaths> {
    let work = stage.parent().context("the stage is in a folder")?;
    let paths = ["", "cache", "recipe", "repository", "another/place"];
    let paths = paths.map(|path| work.join(path));
    let bytes = |path: &PathBuf| {
        path.display()
            .to_string()
            .trim_end_matches('/')
            .as_bytes()
            .to_vec()
    };
    let paths: BTreeSet<_> = paths.iter().map(bytes).collect();
    Ok(ForbiddenPaths {
        everywhere: Forbidden::new(&paths)?,
        in_app: Forbidden::new(&paths)?,
    })
}

fn layers(tree: VenvTree) -> Result<Vec<Layer>> {
    let mut layers = Vec::new();
    for distribution in tree.distributions {
        let entries = distribution.files.into_iter().map(|(path, file)| {
            let mode = Mode::of_file(file.executable);
            let content = file.content;
            (path, Entry::File { mode, content })
        });
        layers.push(Layer {
            name: distribution.name,
            mtime: Timestamp::new(0)?,
            mtimes: std::collections::BTreeMap::new(),
            entries: entries.collect(),
        });
    }
    Ok(layers)
}

/// Reads every file and gives it to `act`.
fn each(files: &[&Path], threads: usize, act: &(dyn Fn(Vec<u8>) + Sync)) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            act(std::fs::read(file)?);
        }
        anyhow::Ok(())
    };
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .try_for_each(|handle| handle.join().expect("a thread that does not panic"))
    })
}

/// How long something took, in seconds.
#[derive(Clone, Copy)]
struct Took {
    wall: f64,
    /// User and system time of all threads.
    cpu: f64,
}

/// Returns the least of some runs: the machine may do other things too.
fn best(mut act: impl FnMut() -> Result<()>) -> Result<Took> {
    let mut best = Took {
        wall: f64::MAX,
        cpu: f64::MAX,
    };
    for _ in 0..RUNS {
        let (start, used) = (Instant::now(), cpu()?);
        act()?;
        best.wall = best.wall.min(start.elapsed().as_secs_f64());
        best.cpu = best.cpu.min(cpu()? - used);
    }
    Ok(best)
}

/// Returns the CPU time of this process so far; its unit is 10 ms (proc(5), `/proc/PID/stat`, fields 14 and 15).
fn cpu() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat
        .rsplit_once(") ")
        .context("the name is in parentheses")?;
    let ticks = after_name
        .split(' ')
        .skip(11)
        .take(2)
        .map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
}

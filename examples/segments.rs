//! What independent segments cost in size, on a real tree: the measurement behind `Compression::segment_bytes`.
//!
//! `cargo run --release --example segments -- TREE` takes a folder that holds a virtualenv (`benches/pack` makes one), cuts
//! it into one layer for each distribution and one for the rest, and compresses the layers in segments of several sizes.
//! What they are compared with is the same bytes in one stream with the encoder's own settings, as dpkg-deb has it.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_types,
    reason = "a measurement, not a part of the tool"
)]

use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use zstd::stream::raw::{CParameter, Encoder, InBuffer, Operation as _, OutBuffer};

fn main() -> Result<()> {
    let tree = std::env::args_os().nth(1).context("usage: segments TREE")?;
    let layers = layers(Path::new(&tree))?;
    let size = layers.iter().map(Vec::len).sum::<usize>();
    println!("{} layers, {} MB", layers.len(), size / 1_000_000);
    for (level, window_log, sizes) in [
        (3, 21, [2, 4, 8, 16]),
        (9, 22, [4, 8, 16, 32]),
        (19, 23, [8, 16, 32, 64]),
    ] {
        let whole = whole_zstd(level, &layers)?;
        report(
            &format!("zstd {level}"),
            whole,
            &layers,
            &sizes,
            |part, job| zstd_segment(level, window_log, part, job),
        )?;
    }
    let whole = xz_stream(24 << 20, 2, &layers.concat())?;
    report("xz 6", whole, &layers, &[8, 16, 24], |part, block| {
        xz_stream(block, 1, part)
    })
}

fn report(
    name: &str,
    whole: usize,
    layers: &[Vec<u8>],
    mebibytes: &[usize],
    compress: impl Fn(&[u8], usize) -> Result<usize>,
) -> Result<()> {
    println!("{name}: {whole} bytes as one");
    for size in mebibytes {
        let bytes = size << 20;
        let mut total = 0;
        for part in layers.iter().flat_map(|layer| layer.chunks(bytes)) {
            total += compress(part, bytes)?;
        }
        let thousandths = (total as i128 - whole as i128) * 100_000 / whole as i128;
        println!(
            "  segments of {size:>2} MiB: {total} bytes, {thousandths:+} thousandths of a percent"
        );
    }
    Ok(())
}

/// Returns the tar bytes of each distribution's files, by its RECORD, and of all others.
fn layers(tree: &Path) -> Result<Vec<Vec<u8>>> {
    let files = walkdir::WalkDir::new(tree).sort_by_file_name().into_iter();
    let files = files
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    let files = files.map(walkdir::DirEntry::into_path).collect::<Vec<_>>();
    let mut owners = BTreeMap::new();
    for record in files.iter().filter(|path| path.ends_with("RECORD")) {
        let info = record.parent().context("it is in a folder")?;
        let site_packages = info.parent().context("it is in a folder")?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(record)?;
        for row in reader.records() {
            let path = site_packages.join(row?.get(0).context("a row has a path")?);
            owners.insert(normal(&path), info.to_path_buf());
        }
    }
    let mut archives = BTreeMap::new();
    for path in &files {
        let owner = owners.get(path).cloned().unwrap_or_default();
        let archive = archives
            .entry(owner)
            .or_insert_with(|| tar::Builder::new(Vec::new()));
        let mut header = tar::Header::new_gnu();
        let mut file = File::open(path)?;
        header.set_size(file.metadata()?.len());
        header.set_mode(0o644);
        header.set_mtime(1_500_000_000);
        let name = Path::new(".").join(path.strip_prefix(tree)?);
        archive.append_data(&mut header, name, &mut file)?;
    }
    archives
        .into_values()
        .map(|archive| Ok(archive.into_inner()?))
        .collect()
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            normal.pop();
        } else {
            normal.push(part);
        }
    }
    normal
}

fn whole_zstd(level: i32, layers: &[Vec<u8>]) -> Result<usize> {
    let mut encoder = zstd::Encoder::new(Vec::new(), level)?;
    encoder.multithread(2)?;
    for layer in layers {
        encoder.write_all(layer)?;
    }
    Ok(encoder.finish()?.len())
}

/// Returns the size of one job behind a dummy, as `src/deb/compression/zstd.rs` makes it.
fn zstd_segment(level: i32, window_log: u32, plain: &[u8], job: usize) -> Result<usize> {
    let mut encoder = Encoder::new(level)?;
    for parameter in [
        CParameter::NbWorkers(1),
        CParameter::JobSize(u32::try_from(job)?),
        CParameter::OverlapSizeLog(1),
        CParameter::WindowLog(window_log),
        CParameter::ContentSizeFlag(false),
        CParameter::ChecksumFlag(false),
    ] {
        encoder.set_parameter(parameter)?;
    }
    let mut buffer = vec![0; 1 << 20];
    let mut sizes = Vec::new();
    for part in [&b"dummy"[..], plain] {
        let mut input = InBuffer::around(part);
        let mut size = 0;
        loop {
            let mut output = OutBuffer::around(&mut buffer[..]);
            if input.pos() < part.len() {
                encoder.run(&mut input, &mut output)?;
            } else if encoder.flush(&mut output)? == 0 {
                size += output.as_slice().len();
                break;
            }
            size += output.as_slice().len();
        }
        sizes.push(size);
    }
    Ok(sizes[1])
}

/// Returns the size of the blocks of a stream, without head, index and footer where there is one block.
fn xz_stream(block: usize, threads: u32, plain: &[u8]) -> Result<usize> {
    let stream = liblzma::stream::MtStreamBuilder::new()
        .threads(threads)
        .block_size(block as u64)
        .preset(6)
        .check(liblzma::stream::Check::Crc32)
        .encoder()?;
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(plain)?;
    Ok(encoder.finish()?.len() - 32)
}

//! Compresses chunks on several threads, and puts the segments together in order.
//!
//! Chunks end where layers end and after [`Compression::segment_bytes`], so that neither the number of threads nor their
//! speed changes a byte. Memory holds, for each thread, one chunk, its segment and what the encoder needs, and one chunk
//! more: never the package.

use super::Compression;
use super::segment::{Chunk, Frame, Segment, Taken};
use anyhow::{Context as _, Result, anyhow};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::io::{self, Write};
use std::thread;

/// A chunk, and where its segment goes.
struct Job {
    chunk: Chunk,
    done: Sender<Result<Segment>>,
}

/// Takes the plain bytes and cuts them into chunks.
pub(in crate::deb) struct Segmenter {
    compression: Compression,
    chunk: Chunk,
    jobs: Sender<Job>,
    segments: Sender<Receiver<Result<Segment>>>,
    used: Receiver<Vec<u8>>,
}

/// Runs `produce`, and writes what it gives to the [`Segmenter`] to `sink` as one stream, on `threads` threads beside the caller's and
/// the sink's.
pub(in crate::deb) fn compress<T>(
    compression: Compression,
    threads: usize,
    sink: &mut (impl Write + Send),
    produce: impl FnOnce(&mut Segmenter) -> Result<T>,
) -> Result<T> {
    let threads = threads.max(1);
    let (jobs, waiting) = bounded::<Job>(0);
    let (segments, in_order) = bounded(threads + 1);
    let (give_back, used) = unbounded();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (waiting, give_back) = (waiting.clone(), give_back.clone());
            scope.spawn(move || work(compression, &waiting, &give_back));
        }
        drop((waiting, give_back));
        let collector = scope.spawn(move || collect(compression, &in_order, sink));
        let mut segmenter = Segmenter {
            compression,
            chunk: Chunk::default(),
            jobs,
            segments,
            used,
        };
        let produced = produce(&mut segmenter).and_then(|produced| {
            segmenter.end_layer()?;
            Ok(produced)
        });
        drop(segmenter);
        let collected = collector
            .join()
            .map_err(|_| anyhow!("a thread that writes compressed data stopped"))?;
        // Where the sink fails, what the producer says is only that nobody listens.
        collected.and(produced)
    })
}

fn work(compression: Compression, waiting: &Receiver<Job>, give_back: &Sender<Vec<u8>>) {
    for Job { chunk, done } in waiting {
        let taken = compression.take(&chunk);
        // Nobody takes it back behind the last chunk, and whoever asked may have given up.
        let _ = give_back.send(chunk.bytes);
        let _ = done.send(taken.and_then(Taken::compress));
    }
}

fn collect(
    compression: Compression,
    in_order: &Receiver<Receiver<Result<Segment>>>,
    sink: &mut impl Write,
) -> Result<()> {
    let failed = "writing the compressed data failed";
    let (mut frame, head) = Frame::begin(compression);
    sink.write_all(&head).context(failed)?;
    for segment in in_order {
        let segment = segment
            .recv()
            .context("a thread that compresses stopped")??;
        frame.add(&segment);
        sink.write_all(&segment.bytes).context(failed)?;
    }
    sink.write_all(&frame.end()).context(failed)?;
    sink.flush().context(failed)
}

impl Segmenter {
    /// Ends a layer: what follows is compressed without it.
    pub(in crate::deb) fn end_layer(&mut self) -> io::Result<()> {
        self.send()?;
        self.chunk.before.clear();
        Ok(())
    }

    /// Hands the chunk over, and begins the next one of the same layer.
    fn send(&mut self) -> io::Result<()> {
        if self.chunk.bytes.is_empty() {
            return Ok(());
        }
        let mut next = self.used.try_recv().unwrap_or_default();
        next.clear();
        let look_behind = self.compression.look_behind().min(self.chunk.bytes.len());
        let before = self.chunk.bytes[self.chunk.bytes.len() - look_behind..].to_vec();
        let chunk = std::mem::replace(
            &mut self.chunk,
            Chunk {
                before,
                bytes: next,
            },
        );
        let (done, segment) = bounded(1);
        // Both fail when nobody listens any more.
        let sent =
            self.segments.send(segment).is_ok() && self.jobs.send(Job { chunk, done }).is_ok();
        if sent {
            Ok(())
        } else {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
}

impl Write for Segmenter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.compression.segment_bytes() - self.chunk.bytes.len();
        let taken = bytes.len().min(room);
        self.chunk.bytes.extend_from_slice(&bytes[..taken]);
        if taken == room {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

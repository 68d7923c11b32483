//! Compresses chunks on several threads, and puts the segments together in order.
//!
//! Chunks end where layers end and after [`Compression::segment_bytes`], so that neither the number of threads nor their
//! speed changes a byte. Memory holds, for each thread, one chunk, what the encoder needs, and a segment that waits for
//! those before it, and one chunk and two segments more: never the package. With xz, whose chunks and encoders are the largest,
//! there is no chunk more, and each is freed while it is compressed.

use super::Compression;
use super::segment::{Filling, Frame, Segment, Spare, Work};
use crate::failure::Failure;
use anyhow::{Context as _, Result, anyhow, ensure};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::io::{self, Write};
use std::thread::{self, ScopedJoinHandle};

/// What makes a segment, and where that goes.
struct Job {
    work: Work,
    done: Sender<Result<Segment>>,
}

/// Takes the plain bytes and cuts them into chunks.
pub(in crate::deb) struct Segmenter {
    compression: Compression,
    /// Nothing where a chunk ends.
    filling: Option<Filling>,
    look_behind: Vec<u8>,
    spares: Receiver<Spare>,
    jobs: Sender<Job>,
    segments: Sender<Receiver<Result<Segment>>>,
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
    let (give_back, spares) = unbounded();
    thread::scope(|scope| {
        let collector = thread::Builder::new()
            .spawn_scoped(scope, move || collect(compression, &in_order, sink))
            .map_err(no_thread)?;
        let mut workers = Vec::new();
        for _ in 0..threads {
            let (waiting, give_back) = (waiting.clone(), give_back.clone());
            let worker = thread::Builder::new();
            match worker.spawn_scoped(scope, move || work(&waiting, &give_back)) {
                Ok(worker) => workers.push(worker),
                // Fewer do the same work, and give the same bytes.
                Err(_) if !workers.is_empty() => break,
                Err(error) => return Err(no_thread(error)),
            }
        }
        drop((waiting, give_back));
        let mut segmenter = Segmenter {
            compression,
            filling: None,
            look_behind: Vec::new(),
            spares,
            jobs,
            segments,
        };
        let produced = produce(&mut segmenter).and_then(|produced| {
            segmenter.end_layer()?;
            Ok(produced)
        });
        drop(segmenter);
        // Joined one by one, a thread that panicked is an error here and not a panic of the scope.
        let ended: Vec<_> = workers.into_iter().map(ScopedJoinHandle::join).collect();
        let collected = collector
            .join()
            .map_err(|_| anyhow!("a thread that writes compressed data stopped"))?;
        ensure!(
            ended.iter().all(std::result::Result::is_ok),
            "a thread that compresses stopped"
        );
        // Where the sink fails, what the producer says is only that nobody listens.
        collected.and(produced)
    })
}

fn no_thread(error: io::Error) -> anyhow::Error {
    Failure::host("no thread can be started to compress the data")
        .hint("raise the limit of processes or of memory (`ulimit -u`, `ulimit -v`)")
        .caused_by(error)
        .into()
}

fn work(waiting: &Receiver<Job>, give_back: &Sender<Spare>) {
    for Job { work, done } in waiting {
        let segment = work.compress().map(|(segment, spare)| {
            if let Some(spare) = spare {
                // Nobody takes it behind the last chunk.
                let _ = give_back.send(spare);
            }
            segment
        });
        // Whoever asked may have given up.
        let _ = done.send(segment);
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
        if let Some(filling) = self.filling.take() {
            self.end(filling)?;
        }
        self.look_behind.clear();
        Ok(())
    }

    fn begin(&mut self) -> io::Result<Filling> {
        let before = std::mem::take(&mut self.look_behind);
        let spare = self.spares.try_recv().ok();
        let (filling, work) = Filling::begin(self.compression, before, spare)?;
        work.map_or(Ok(()), |work| self.hand_over(work))?;
        Ok(filling)
    }

    fn end(&mut self, filling: Filling) -> io::Result<()> {
        self.look_behind = filling.look_behind();
        filling.end()?.map_or(Ok(()), |work| self.hand_over(work))
    }

    /// Waits for a thread to take the work.
    fn hand_over(&mut self, work: Work) -> io::Result<()> {
        let (done, segment) = bounded(1);
        // Both fail when nobody listens any more.
        if self.segments.send(segment).is_ok() && self.jobs.send(Job { work, done }).is_ok() {
            Ok(())
        } else {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
}

impl Write for Segmenter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let mut filling = match self.filling.take() {
            Some(filling) => filling,
            None => self.begin()?,
        };
        let room = self.compression.segment_bytes() - filling.size();
        let taken = bytes.len().min(room);
        filling.push(&bytes[..taken])?;
        if taken == room {
            self.end(filling)?;
        } else {
            self.filling = Some(filling);
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

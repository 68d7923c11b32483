//! A file that one thread writes and another reads at the same time.
//!
//! The reader takes the bytes from the file and not from the writer's memory, waits where there are none yet, and comes to
//! the end when the writer is gone.

use super::output::nameless_file_in;
use fs_err::File;
use fs_err::os::unix::fs::FileExt as _;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The end that is written to.
#[derive(Debug)]
pub struct Spool {
    file: File,
    written: u64,
    /// `None` when nothing more will come.
    lengths: Option<Sender<u64>>,
}

/// The end that is read from.
#[derive(Debug)]
pub struct Follower {
    file: File,
    position: u64,
    written: u64,
    lengths: Receiver<u64>,
}

/// Makes an empty file on the file system of `directory`.
pub fn spool_in(directory: &Path) -> io::Result<(Spool, Follower)> {
    spool(nameless_file_in(directory)?)
}

/// Returns both ends of an empty file.
pub fn spool(file: File) -> io::Result<(Spool, Follower)> {
    let (sender, receiver) = channel();
    let follower = Follower {
        file: file.try_clone()?,
        position: 0,
        written: 0,
        lengths: receiver,
    };
    let spool = Spool {
        file,
        written: 0,
        lengths: Some(sender),
    };
    Ok((spool, follower))
}

impl Spool {
    /// Says that nothing more will come: the reader comes to the end.
    pub fn end(&mut self) {
        self.lengths = None;
    }

    /// Returns the file, and how many bytes are in it.
    pub fn finish(self) -> (File, u64) {
        (self.file, self.written)
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        // Who reads may have seen enough.
        if let Some(lengths) = &self.lengths {
            let _ = lengths.send(self.written);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for Follower {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.position == self.written {
            match self.lengths.recv() {
                Ok(written) => self.written = written,
                Err(_) => return Ok(0),
            }
        }
        let there = usize::try_from(self.written - self.position).unwrap_or(usize::MAX);
        let length = buffer.len().min(there);
        let count = self.file.read_at(&mut buffer[..length], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_while_more_is_written() {
        let room = tempfile::tempdir().expect("there is room");
        let (mut spool, mut follower) = spool_in(room.path()).expect("there is room");
        let mut start = [0; 3];
        spool.write_all(b"abc").expect("there is room");
        follower.read_exact(&mut start).expect("it is there");
        spool.write_all(b"def").expect("there is room");
        let reader = std::thread::spawn(move || {
            let mut rest = Vec::new();
            follower.read_to_end(&mut rest).map(|_| rest)
        });
        spool.write_all(b"ghi").expect("there is room");
        let (file, written) = spool.finish();
        let rest = reader.join().expect("it does not panic");
        assert_eq!((&start, written), (b"abc", 9));
        assert_eq!(rest.expect("it can be read"), b"defghi");
        assert_eq!(file.metadata().expect("it is open").len(), 9);
    }
}

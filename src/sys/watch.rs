//! Commands that are not waited for for ever: one that is silent for too long, or takes too long, is killed.
//!
//! A command counts as alive while it writes, so that a slow transfer that shows its progress goes on. It is isolated as
//! every other (see [`super::isolation::Isolation`]), so that its children die with it.

use super::clock::Stopwatch;
use super::interrupt;
use super::process::{Cmd, Runner, cannot_start, command, kill_group};
use anyhow::Result;
use std::io::Read;
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How long the output of a command that has ended is read on: what it started may keep it open.
const GRACE: Duration = Duration::from_millis(500);

/// How often a command without output is asked whether it has ended.
const TICK: Duration = Duration::from_millis(100);

/// The most standard output that is taken, in bytes: a hostile server could go on for ever.
const MOST_OUTPUT: usize = 256 << 20;

/// How many bytes are one line at most.
const LONGEST_LINE: usize = 64 << 10;

/// How long a command is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Without a byte of output.
    pub silence: Duration,
    /// Altogether.
    pub total: Duration,
}

/// How a watched command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It ended with status 0.
    Success,
    /// It ended in another way by itself.
    Failure,
    /// It was killed because it was silent for too long.
    Silent,
    /// It was killed because it took too long.
    TooLong,
    /// It was killed because it wrote too much.
    TooMuch,
}

/// What a watched command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
}

/// A line of standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// One that stays.
    Line(&'a str),
    /// One that the next one is written over: progress.
    Progress(&'a str),
}

enum Chunk {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
}

impl Runner {
    /// Runs a command until it ends or patience does; `on_line` is shown what it writes to standard error.
    ///
    /// # Errors
    /// Only when it cannot be started.
    ///
    /// # Panics
    /// Never: both outputs are the pipes that were asked for.
    pub fn watch(
        self,
        cmd: &Cmd,
        patience: Patience,
        on_line: &mut dyn FnMut(Said<'_>),
    ) -> Result<Watched> {
        let mut child = command(&self.wrap(cmd))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| cannot_start(cmd, error))?;
        let _armed = interrupt::kill_group_on_signal(child.id());
        let (sender, chunks) = channel();
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let stderr = child.stderr.take().expect("standard error is a pipe");
        read_all(stdout, Chunk::Stdout, sender.clone());
        read_all(stderr, Chunk::Stderr, sender);

        let began = Stopwatch::start();
        let mut last_word = Stopwatch::start();
        let mut ended = None;
        let mut output = Vec::new();
        let mut lines = Lines::default();
        let killed = loop {
            match chunks.recv_timeout(TICK) {
                Ok(chunk) => {
                    last_word = Stopwatch::start();
                    match chunk {
                        Chunk::Stdout(bytes) => output.extend(bytes),
                        Chunk::Stderr(bytes) => lines.add(&bytes, on_line),
                    }
                    if output.len() > MOST_OUTPUT {
                        break Some(End::TooMuch);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) => {
                    if ended.is_none() && child.try_wait()?.is_some() {
                        ended = Some(Stopwatch::start());
                    }
                }
            }
            if ended.is_some_and(|ended| ended.elapsed() > GRACE) {
                break None;
            }
            if last_word.elapsed() > patience.silence {
                break Some(End::Silent);
            }
            if began.elapsed() > patience.total {
                break Some(End::TooLong);
            }
        };
        lines.end(on_line);
        if killed.is_some() {
            kill_group(child.id());
        }
        let status = child.wait()?;
        Ok(Watched {
            end: killed.unwrap_or(if status.success() {
                End::Success
            } else {
                End::Failure
            }),
            stdout: output,
        })
    }
}

/// Reads in a thread of its own, which ends with the other end of the pipe.
fn read_all(
    mut from: impl Read + Send + 'static,
    wrap: impl Fn(Vec<u8>) -> Chunk + Send + 'static,
    to: Sender<Chunk>,
) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if to.send(wrap(buffer[..count].to_vec())).is_err() {
                return;
            }
        }
    });
}

/// Cuts a stream of bytes into lines, also where a carriage return begins one anew; ssh ends its lines with both.
#[derive(Default)]
struct Lines {
    line: Vec<u8>,
    returned: bool,
}

impl Lines {
    fn add(&mut self, bytes: &[u8], on_line: &mut dyn FnMut(Said<'_>)) {
        for byte in bytes {
            if self.returned && *byte != b'\n' {
                on_line(Said::Progress(&self.take()));
            }
            self.returned = *byte == b'\r';
            match byte {
                b'\n' => self.end(on_line),
                b'\r' => {}
                _ => self.line.push(*byte),
            }
            if self.line.len() > LONGEST_LINE {
                self.end(on_line);
            }
        }
    }

    fn end(&mut self, on_line: &mut dyn FnMut(Said<'_>)) {
        let text = self.take();
        if !text.is_empty() {
            on_line(Said::Line(&text));
        }
    }

    fn take(&mut self) -> String {
        let text = String::from_utf8_lossy(&self.line).trim_end().to_owned();
        self.line.clear();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::isolation::Isolation;
    use super::*;

    fn watch(script: &str, silence: u64, total: u64) -> (End, String, Vec<String>) {
        let mut said = Vec::new();
        let patience = Patience {
            silence: Duration::from_millis(silence),
            total: Duration::from_millis(total),
        };
        let watched = Runner::new(Isolation::ParentDeathSignal)
            .watch(
                &Cmd::new("sh").args(["-c", script]),
                patience,
                &mut |line| {
                    said.push(match line {
                        Said::Line(text) => text.to_owned(),
                        Said::Progress(text) => format!("{text} …"),
                    });
                },
            )
            .expect("sh starts");
        let output = String::from_utf8_lossy(&watched.stdout).into_owned();
        (watched.end, output, said)
    }

    #[test]
    fn both_outputs_are_kept_apart_and_progress_is_told_from_lines() {
        let script = "echo out; printf ' 50%%\\r100%%\\nssh\\r\\nlast' >&2; exit 3";
        let said = [" 50% …", "100%", "ssh", "last"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(
            watch(script, 60_000, 60_000),
            (End::Failure, "out\n".to_owned(), said)
        );
    }

    #[test]
    fn a_silent_command_is_killed_and_a_slow_one_that_speaks_is_not() {
        let started = Stopwatch::start();
        assert_eq!(watch("sleep 60", 300, 60_000).0, End::Silent);
        assert_eq!(
            watch("while :; do echo x; sleep 0.1; done", 60_000, 400).0,
            End::TooLong
        );
        let slow = "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done";
        assert_eq!(watch(slow, 600, 60_000).0, End::Success);
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn what_keeps_the_output_open_is_not_waited_for() {
        let started = Stopwatch::start();
        assert_eq!(watch("sleep 9 & echo out", 30_000, 30_000).1, "out\n");
        assert!(started.elapsed() < Duration::from_secs(8));
    }
}

//! Commands beside which this program goes on: a helper that lives as long as we do, and output that daemons may keep
//! open.
//!
//! A background command holds the reading end of a pipe as its standard input, its *lifeline*. The kernel closes our end
//! when we end in whatever way, also by SIGKILL, and the command sees the end of file. A parent death signal would be tied
//! to the thread that started it, which in a test ends long before the process.
#![expect(clippy::disallowed_methods, reason = "the effectful edge")]

use super::clock::Stopwatch;
use super::process::{Answer, Cmd, cannot_start, command, kill_group};
use anyhow::Result;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

/// How long a command may take to end by itself after its lifeline was cut.
const PATIENCE: Duration = Duration::from_secs(10);

/// A command that runs in a session of its own, so that no signal of the terminal reaches it. Dropping it cuts its
/// lifeline and waits until it has ended; one that does not end in time is killed.
#[derive(Debug)]
pub struct Background {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: Spool,
}

impl Background {
    /// Starts the command. It is not wrapped in any isolation: it has to watch its lifeline.
    ///
    /// # Errors
    /// When it cannot be started.
    ///
    /// # Panics
    /// Never: its output is the pipe that was asked for.
    pub fn start(cmd: &Cmd) -> Result<Self> {
        let stderr = Spool::new()?;
        let session = Cmd::new("setsid").arg("--").wrapping(cmd);
        let mut child = command(&session)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr.writer()?)
            .spawn()
            .map_err(|error| cannot_start(cmd, error))?;
        let stdout = child.stdout.take().expect("standard output is a pipe");
        Ok(Background {
            child,
            stdout: BufReader::new(stdout),
            stderr,
        })
    }

    /// Waits for a line on the command's standard output; `None` when it was closed.
    pub fn read_line(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        let length = self.stdout.read_line(&mut line)?;
        Ok((length > 0).then(|| line.trim_end().to_owned()))
    }

    /// Returns what the command has written to standard error so far.
    pub fn stderr(&self) -> Result<String> {
        self.stderr.text()
    }

    /// Returns the id of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns whether the command has ended.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Kills the command and its process group, and waits for its end.
    pub fn kill(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_none() {
            kill_group(self.child.id());
            self.child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let started = Stopwatch::start();
        while started.elapsed() < PATIENCE {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(2)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
        let _ = self.kill();
    }
}

/// Runs a command and returns what it wrote until it ended.
///
/// Unlike [`super::process::Runner::ask`] it does not wait for the daemons that the command left behind: they may hold
/// its output open for ever. The command is not wrapped in any isolation.
///
/// # Errors
/// Only when it cannot be started.
pub fn capture(cmd: &Cmd) -> Result<Answer> {
    let (stdout, stderr) = (Spool::new()?, Spool::new()?);
    let status = command(cmd)
        .stdout(stdout.writer()?)
        .stderr(stderr.writer()?)
        .status()
        .map_err(|error| cannot_start(cmd, error))?;
    Ok(Answer {
        status,
        stdout: stdout.text()?,
        stderr: stderr.text()?,
    })
}

/// Returns the ids of the processes whose parent is `parent`.
pub fn children_of(parent: u32) -> Vec<u32> {
    let parent = parent.to_string();
    let names = super::fs::names_in(std::path::Path::new("/proc")).unwrap_or_default();
    names
        .iter()
        .filter_map(|name| name.to_str()?.parse::<u32>().ok())
        .filter(|pid| {
            // proc(5): the name in brackets may hold anything, also brackets; the state and the parent follow it.
            std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
                stat.rsplit(')')
                    .next()
                    .and_then(|rest| rest.split_whitespace().nth(1))
                    == Some(&parent)
            })
        })
        .collect()
}

/// An unnamed file that takes output.
#[derive(Debug)]
struct Spool(fs_err::File);

impl Spool {
    fn new() -> Result<Self> {
        let file = tempfile::tempfile()?;
        Ok(Spool(fs_err::File::from_parts(file, "output")))
    }

    fn writer(&self) -> Result<Stdio> {
        Ok(Stdio::from(self.0.file().try_clone()?))
    }

    fn text(&self) -> Result<String> {
        // A path of its own gives a position of its own: the writer's is shared with every copy of its descriptor.
        use std::os::fd::AsRawFd as _;
        let mut file = fs_err::File::open(format!("/proc/self/fd/{}", self.0.file().as_raw_fd()))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_background_command_ends_when_its_lifeline_is_cut() {
        let cmd = Cmd::new("sh").args(["-c", "echo up; echo noise >&2; read -r _; exit 0"]);
        let mut background = Background::start(&cmd).expect("sh starts");
        assert_eq!(background.read_line().ok().flatten().as_deref(), Some("up"));
        assert!(!background.has_ended().expect("it can be asked"));
        let pid = background.pid();
        drop(background);
        assert!(!super::super::fs::exists(format!("/proc/{pid}").as_ref()));
    }

    #[test]
    fn a_daemon_that_keeps_the_output_open_is_not_waited_for() {
        let started = Stopwatch::start();
        let answer =
            capture(&Cmd::new("sh").args(["-c", "sleep 3 & echo out; echo err >&2; exit 7"]))
                .expect("sh starts");
        assert!(started.elapsed() < Duration::from_secs(2));
        assert_eq!(
            (answer.code(), &*answer.stdout, &*answer.stderr),
            (7, "out\n", "err\n")
        );
    }

    #[test]
    fn children_are_found_by_their_parent() {
        let background = Background::start(&Cmd::new("cat")).expect("cat starts");
        assert!(children_of(std::process::id()).contains(&background.pid()));
    }
}

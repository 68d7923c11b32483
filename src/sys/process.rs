//! Commands are values, and this is the one place that runs them.
//!
//! A child gets a cleared environment, no standard input, and its output goes to a log file and to a callback, line by
//! line. Where namespaces are allowed it runs in a PID namespace of its own that dies with us, also by SIGKILL
//! (DESIGN 1.4): see [`Isolation`].
#![expect(clippy::disallowed_methods, reason = "the effectful edge")]

pub use super::command::{Cmd, Fate, Line};

use super::command::short;
use super::fs::File;
use super::interrupt;
use super::isolation::Isolation;
use super::masked::without_credentials;
use crate::failure::Failure;
use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Where children look for programs: the distribution's folders only, so that a pyenv or a home folder is never met.
pub const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How many of the last lines of a failed program's output go into the error.
const LINES_IN_ERROR: usize = 40;

/// Runs commands: holds how children are isolated and where their output is kept.
#[derive(Clone, Copy, Debug)]
pub struct Runner {
    isolation: Isolation,
}

impl Runner {
    /// Makes a runner that isolates children as told.
    pub fn new(isolation: Isolation) -> Self {
        Runner { isolation }
    }

    /// Returns the command as it is started.
    pub(super) fn wrap(self, cmd: &Cmd) -> Cmd {
        self.isolation.wrap(cmd)
    }

    /// Runs a command to its end. Its whole output is appended to `log`, and `on_line` is shown the command and
    /// each line of output.
    ///
    /// # Errors
    /// When it cannot be started, or ends with another status than 0: the error holds the last lines of its output.
    pub fn run(self, cmd: &Cmd, log: &Path, on_line: &mut dyn FnMut(Line<'_>)) -> Result<()> {
        self.run_to_end(cmd, log, on_line)?.succeeded()
    }

    /// Runs a command to its end as [`Runner::run`] does, and returns how it ended.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run_to_end(
        self,
        cmd: &Cmd,
        log: &Path,
        on_line: &mut dyn FnMut(Line<'_>),
    ) -> Result<Ended> {
        let mut log_file = open_log(log)?;
        let shown = cmd.masked(&cmd.display());
        writeln!(log_file, "$ {shown}")?;
        on_line(Line::Command(&shown));
        let (reader, writer) = std::io::pipe()?;
        let mut child = command(&self.isolation.wrap(cmd));
        // A group of its own, so that a signal to us can take the child's whole family.
        child
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0);
        let mut running = child.spawn().map_err(|error| cannot_start(cmd, error))?;
        // The command holds the writing end: as long as it lives, the loop below would never see the end of file.
        drop(child);
        let _armed =
            (cmd.fate == Fate::DiesWithUs).then(|| interrupt::kill_group_on_signal(running.id()));

        let mut last = VecDeque::new();
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            if !cmd.secrets.is_empty() {
                line = cmd.masked(&String::from_utf8_lossy(&line)).into_bytes();
            }
            let text = String::from_utf8_lossy(&line);
            let text = without_credentials(&text);
            match &text {
                Cow::Borrowed(_) => log_file.write_all(&line)?,
                Cow::Owned(masked) => log_file.write_all(masked.as_bytes())?,
            }
            // A progress bar redraws its line after a carriage return: what stands last is what a person would see.
            let text = text
                .trim_end()
                .rsplit('\r')
                .next()
                .unwrap_or_default()
                .to_owned();
            if !text.is_empty() {
                on_line(Line::Output(&text));
                if last.len() == LINES_IN_ERROR {
                    last.pop_front();
                }
                last.push_back(text);
            }
            line.clear();
        }
        let status = running.wait()?;
        log_file.flush()?;
        Ok(Ended {
            status,
            command: short(cmd),
            last,
        })
    }

    /// Runs a command and returns what it wrote to standard output and whether it succeeded.
    ///
    /// # Errors
    /// Only when it cannot be started.
    pub fn ask(self, cmd: &Cmd) -> Result<Answer> {
        let output = command(&self.isolation.wrap(cmd))
            .output()
            .map_err(|error| cannot_start(cmd, error))?;
        Ok(Answer {
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    status: ExitStatus,
    command: String,
    last: VecDeque<String>,
}

impl Ended {
    /// Returns the exit status, unless a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Returns the last lines of the output.
    pub fn last_lines(&self) -> impl Iterator<Item = &str> {
        self.last.iter().map(String::as_str)
    }

    /// Says how it ended.
    pub fn outcome(&self) -> String {
        describe(self.status)
    }

    /// Returns nothing when the status is 0.
    ///
    /// # Errors
    /// When it is not: the error holds the last lines of the output.
    pub fn succeeded(self) -> Result<()> {
        if self.status.success() {
            return Ok(());
        }
        let outcome = describe(self.status);
        Err(Failure::build(format!("`{}` {outcome}", self.command))
            .details(self.last)
            .into())
    }
}

/// What a command answered.
#[derive(Debug)]
pub struct Answer {
    pub(super) status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Answer {
    /// Returns whether the command ended with status 0.
    pub fn success(&self) -> bool {
        self.status.success()
    }

    /// Returns the exit status as a shell would say it.
    pub fn code(&self) -> i32 {
        self.status
            .code()
            .unwrap_or_else(|| 128 + self.status.signal().unwrap_or_default())
    }
}

/// Sends SIGKILL to a process group; a group that is gone is fine.
pub(super) fn kill_group(leader: u32) {
    if let Some(leader) = process_id(leader) {
        let _ = rustix::process::kill_process_group(leader, Signal::KILL);
    }
}

/// Sends SIGKILL to a process; one that is gone is fine.
pub fn kill(pid: u32) {
    if let Some(pid) = process_id(pid) {
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
}

fn process_id(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// Returns whether this program runs as root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Finds a program in [`SYSTEM_PATH`].
pub fn find_program(name: &str) -> Option<PathBuf> {
    SYSTEM_PATH
        .split(':')
        .map(|directory| Path::new(directory).join(name))
        .find(|path| path.is_file())
}

pub(super) fn command(cmd: &Cmd) -> Command {
    let mut command = Command::new(&cmd.program);
    command
        .args(&cmd.args)
        .env_clear()
        .env("PATH", SYSTEM_PATH)
        .env("LC_ALL", "C.UTF-8")
        .envs(&cmd.env)
        .current_dir(cmd.cwd.as_deref().unwrap_or(Path::new("/")))
        .stdin(Stdio::null());
    command
}

/// Opens a log to add to it, making the folders above it.
pub fn open_log(path: &Path) -> Result<File> {
    if let Some(parent) = path.parent() {
        super::fs::create_dir_all(parent)?;
    }
    fs_err::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .context("opening the log failed")
}

pub(super) fn cannot_start(cmd: &Cmd, error: std::io::Error) -> anyhow::Error {
    Failure::host(format!("`{}` could not be started", short(cmd)))
        .caused_by(error)
        .into()
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended without a status".to_owned(),
    }
}

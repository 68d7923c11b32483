//! Runs git, watches it, and tries again what may go better in a moment.

use super::client::{self, Client};
use super::fault::{Fault, without_users};
use super::limits::Limits;
use super::{Surroundings, settings, variables};
use crate::failure::{Failure, Kind, OrFailure as _};
use crate::recipe::GitAddress;
use crate::sys::git_environment;
use crate::sys::process::{Cmd, open_log};
use crate::sys::watch::{End, Patience, Said};
use anyhow::Result;
use std::collections::VecDeque;
use std::io::Write as _;

/// How many of git's last lines are read for the reason of a fault.
const MOST_LINES: usize = 60;

/// Runs commands for one address.
pub(super) struct Attempts<'a> {
    pub(super) client: Client,
    pub(super) on_line: &'a mut dyn FnMut(&str),
    limits: Limits,
    surroundings: &'a Surroundings<'a>,
}

/// A command that did not do what it should.
#[derive(Clone, Debug)]
pub(super) struct Stopped {
    pub(super) fault: Fault,
    lines: Vec<String>,
}

impl Stopped {
    pub(super) fn new(fault: Fault) -> Self {
        Stopped {
            fault,
            lines: Vec::new(),
        }
    }

    pub(super) fn failure(&self, address: &GitAddress) -> Failure {
        self.fault.failure(address, &self.lines)
    }
}

impl<'a> Attempts<'a> {
    /// Reads the caller's settings and makes the environment for git.
    pub(super) fn new(
        address: &'a GitAddress,
        surroundings: &'a Surroundings<'a>,
        on_line: &'a mut dyn FnMut(&str),
    ) -> Result<Self> {
        let caller = surroundings.git;
        let limits = caller.limits.as_deref().unwrap_or_default();
        let limits: Limits = limits.parse().map_err(|why| {
            Failure::new(
                Kind::Host,
                format!("`DEB_BUILD_APP_GIT_LIMITS` cannot be read: {why}"),
            )
            .hint("write it as `silence=60,total=3600,attempts=3,pause=2`, in seconds, or unset it")
        })?;
        let answer = surroundings
            .runner
            .ask(&client::configuration(caller))
            .or_failure(no_git)?;
        if !answer.success() {
            // The wrapper that isolates git says it when there is none.
            if answer.code() == 127 {
                return Err(no_git().into());
            }
            (surroundings.warn)(
                "git cannot read its configuration, so its credential helpers and proxies are not used: \
                 `git config --list` says why",
            );
        }
        let settings = if answer.success() {
            settings::parse(answer.stdout.as_bytes())
        } else {
            Vec::new()
        };
        let names = settings::variables(&settings);
        let client = Client::new(variables::reaching(
            address,
            caller,
            &settings,
            git_environment::set(names.iter().map(String::as_str)),
            surroundings.environment.certificates.as_deref(),
            &limits,
        ));
        Ok(Attempts {
            client,
            on_line,
            limits,
            surroundings,
        })
    }

    /// Runs a command to its end, again when the network failed; returns what it wrote to standard output.
    ///
    /// # Errors
    /// Only when it cannot be started, or the log cannot be written.
    pub(super) fn run(&mut self, cmd: &Cmd) -> Result<Result<Vec<u8>, Stopped>> {
        let mut pause = self.limits.pause;
        let mut left = self.limits.attempts;
        loop {
            let outcome = self.run_once(cmd)?;
            left -= 1;
            match &outcome {
                Err(stopped) if stopped.fault.may_pass() && left > 0 => {
                    (self.on_line)("the network failed, trying again");
                    std::thread::sleep(pause);
                    pause *= 2;
                }
                _ => return Ok(outcome),
            }
        }
    }

    fn run_once(&mut self, cmd: &Cmd) -> Result<Result<Vec<u8>, Stopped>> {
        let mut log = open_log(self.surroundings.log)?;
        writeln!(log, "$ {}", cmd.display())?;
        let patience = Patience {
            silence: self.limits.silence,
            total: self.limits.total,
        };
        let mut lines = VecDeque::new();
        let mut logged = Ok(());
        let on_line = &mut *self.on_line;
        let watched = self
            .surroundings
            .runner
            .watch(cmd, patience, &mut |said| match said {
                Said::Progress(text) => on_line(&without_users(text)),
                Said::Line(text) => {
                    let text = without_users(text);
                    on_line(&text);
                    logged = std::mem::replace(&mut logged, Ok(()))
                        .and_then(|()| writeln!(log, "{text}"));
                    if lines.len() == MOST_LINES {
                        lines.pop_front();
                    }
                    lines.push_back(text);
                }
            })?;
        logged?;
        if watched.end == End::Success {
            return Ok(Ok(watched.stdout));
        }
        let lines: Vec<_> = lines.into();
        Ok(Err(Stopped {
            fault: Fault::of(watched.end, &lines),
            lines,
        }))
    }
}

/// Returns a line of git as it may be shown and logged.
fn no_git() -> Failure {
    Failure::host("`git` was not found, and the source is fetched with it")
        .hint("install it with `apt-get install git`, or clone the repository elsewhere and name the folder")
}

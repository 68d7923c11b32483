//! systemd or sysvinit as PID 1 of a root, in a container inside the keeper's namespaces.
//!
//! Commands enter the *leader*, the container's PID 1: neither the machine nor the container needs a bus for that.

use super::init::Init;
use super::keeper::Keeper;
use super::ran::told;
use crate::failure::Failure;
use crate::sys::background::{Background, capture};
use crate::sys::clock::Stopwatch;
use crate::sys::fs;
use crate::sys::process::{Answer, Cmd, kill};
use anyhow::Result;
use std::path::PathBuf;
use std::time::Duration;

/// How long a boot may take: a root with rabbitmq takes 9 s on two processors.
const PATIENCE: Duration = Duration::from_mins(2);

/// Units that fail in a container through no fault of a package: sid's cannot mount huge pages.
const MAY_FAIL: &[&str] = &["dev-hugepages.mount"];

/// A running init.
#[derive(Debug)]
pub(super) struct Booted {
    init: Init,
    leader: u32,
    container: Background,
    may_fail: Vec<String>,
}

impl Booted {
    /// Boots the keeper's tree and waits until init says it is done, with no units failed but those in `may_fail`.
    pub(super) fn start(keeper: &Keeper, name: &str, may_fail: &[String]) -> Result<Self> {
        let init = Init::of(&keeper.top());
        let cmd = init.boot(keeper, name);
        let mut booted = Booted {
            init,
            leader: 0,
            container: Background::start(&cmd)?,
            may_fail: may_fail.to_vec(),
        };
        let result = booted.wait();
        if result.is_err() {
            booted.halt()?;
        }
        result.map(|()| booted)
    }

    fn wait(&mut self) -> Result<()> {
        let started = Stopwatch::start();
        let mut state = "not yet begun".to_owned();
        while started.elapsed() < PATIENCE {
            if self.container.has_ended()? {
                break;
            }
            if let Some(leader) = self.init.find_leader(self.container.pid()) {
                self.leader = leader;
                let answer = self.ask(self.init.question())?;
                answer.stdout.trim().clone_into(&mut state);
                if state == "running"
                    || state == "N 2"
                    || (state == "degraded" && self.failed()?.is_empty())
                {
                    return Ok(());
                }
                if state == "degraded" || state == "maintenance" {
                    break;
                }
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        Err(self.failure(&state)?.into())
    }

    fn failed(&self) -> Result<Vec<String>> {
        let answer = self.ask(&[
            "systemctl",
            "list-units",
            "--failed",
            "--plain",
            "--no-legend",
        ])?;
        Ok(unexpected(&answer.stdout, &self.may_fail))
    }

    fn failure(&self, state: &str) -> Result<Failure> {
        let said = self.container.stderr()?;
        let said: Vec<_> = said.lines().collect();
        let said = said[said.len().saturating_sub(20)..].join("\n");
        let (mut failed, mut journal) = (String::new(), String::new());
        if self.leader != 0 && self.init == Init::Systemd {
            failed = self.failed()?.join("\n");
            journal = self
                .ask(&["journalctl", "--boot", "--no-pager", "--lines=60"])?
                .stdout;
        }
        Ok(told(
            &format!("the root did not boot: its state is `{state}`"),
            &[
                ("failed units", &failed),
                ("journal", &journal),
                ("console", &said),
            ],
        ))
    }

    fn ask(&self, words: &[&str]) -> Result<Answer> {
        let cmd = words[1..]
            .iter()
            .fold(Cmd::new(words[0]), |cmd, word| cmd.arg(*word));
        capture(&self.inside().wrapping(&cmd))
    }

    /// Returns the start of a command that runs beside systemd.
    pub(super) fn inside(&self) -> Cmd {
        Cmd::new("nsenter")
            .arg(format!("--target={}", self.leader))
            .args(self.init.namespaces().iter().copied())
            .arg("--")
    }

    /// Returns the root's top folder as this process can open it.
    pub(super) fn top(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root", self.leader))
    }

    /// Returns the container's PID 1 as this machine numbers it.
    pub(super) fn leader(&self) -> u32 {
        self.leader
    }

    /// Ends the container at once, as a power cut would.
    pub(super) fn halt(&mut self) -> Result<()> {
        self.container.kill()?;
        if self.leader == 0 {
            return Ok(());
        }
        // It outlives nspawn. What still runs in it would write to a tree that is booted again.
        kill(self.leader);
        let leader = PathBuf::from(format!("/proc/{}", self.leader));
        let started = Stopwatch::start();
        while fs::exists(&leader) {
            if started.elapsed() > PATIENCE {
                return Err(Failure::build("a booted root did not end when it was killed").into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

fn unexpected(list: &str, may_fail: &[String]) -> Vec<String> {
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|unit| !MAY_FAIL.contains(unit) && !may_fail.iter().any(|name| name == unit))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_units_outside_the_list_count_as_failed() {
        let list = "dev-hugepages.mount loaded failed failed Huge Pages File System\n\
                    demo.service loaded failed failed Demo\n";
        assert_eq!(unexpected(list, &[]), ["demo.service"]);
        assert!(unexpected(list, &["demo.service".to_owned()]).is_empty());
    }
}

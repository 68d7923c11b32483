//! What a command inside a root did, and how that is told when it was not what was wanted.

use crate::failure::{Failure, printable};
use anyhow::Result;

/// What a command did. A status other than 0 is no error by itself: [`Ran::succeeded`] makes it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The command as a person would type it.
    pub command: String,
    /// The exit status as a shell would say it.
    pub status: i32,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ran {
    /// Returns whether the status is 0.
    pub fn success(&self) -> bool {
        self.status == 0
    }

    /// Returns itself when the status is 0.
    ///
    /// # Errors
    /// When it is not: the error shows the command, its status and all that it wrote.
    pub fn succeeded(self) -> Result<Self> {
        if self.success() {
            return Ok(self);
        }
        let meaning = match self.status {
            124 => " (its time was up)",
            _ => "",
        };
        Err(told(
            &format!(
                "a command inside the root exited with status {}{meaning}",
                self.status
            ),
            &[
                ("command", &self.command),
                ("standard output", &self.stdout),
                ("standard error", &self.stderr),
            ],
        )
        .into())
    }
}

/// Makes a failure whose message holds the texts, so that a test that only prints the message shows them too.
pub(super) fn told(message: &str, texts: &[(&str, &str)]) -> Failure {
    let mut whole = message.to_owned();
    for (title, text) in texts {
        let text = text.trim_end();
        if !text.is_empty() {
            whole.push_str("\n  ");
            whole.push_str(title);
            whole.push(':');
            for line in text.lines() {
                whole.push_str("\n  | ");
                whole.push_str(&printable(line));
            }
        }
    }
    Failure::build(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_shows_all_that_it_wrote() {
        let ran = Ran {
            command: "sh -euc 'false'".to_owned(),
            status: 3,
            stdout: "one\ntwo\n".to_owned(),
            stderr: String::new(),
        };
        let error = ran.succeeded().expect_err("the status is 3");
        assert_eq!(
            error.to_string(),
            "a command inside the root exited with status 3\n  command:\n  | sh -euc 'false'\n  \
             standard output:\n  | one\n  | two"
        );
    }
}

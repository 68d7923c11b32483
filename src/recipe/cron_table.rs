//! The grammar of a file in `/etc/cron.d` (crontab(5) of Debian's cron): lines of variables, and of times with a user and a command.
//!
//! cron passes over a whole file that has one line it does not understand, and says so in the log only.
//!
//! # Limits
//! Whether the user is there and the command runs is known on the host alone.

use super::accounts::UserName;
use super::names::{Invalid, invalid};

/// The words that stand for five fields.
const WORDS: &[&str] = &[
    "@annually",
    "@daily",
    "@hourly",
    "@midnight",
    "@monthly",
    "@reboot",
    "@weekly",
    "@yearly",
];

/// A field of a time: its name, its least and greatest number, and the names that stand for numbers from the least on.
struct Field {
    name: &'static str,
    least: u32,
    greatest: u32,
    names: &'static [&'static str],
}

const FIELDS: &[Field] = &[
    field("minute", 0, 59, &[]),
    field("hour", 0, 23, &[]),
    field("day of the month", 1, 31, &[]),
    field(
        "month",
        1,
        12,
        &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    ),
    field(
        "day of the week",
        0,
        7,
        &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    ),
];

const fn field(
    name: &'static str,
    least: u32,
    greatest: u32,
    names: &'static [&'static str],
) -> Field {
    Field {
        name,
        least,
        greatest,
        names,
    }
}

/// Checks the text of a file in `/etc/cron.d`.
///
/// # Errors
/// When cron would pass over it, with the number of the line and the reason.
pub fn check(text: &str) -> Result<(), Invalid> {
    if !text.is_empty() && !text.ends_with('\n') {
        return invalid("its last line does not end: cron would pass over the whole file");
    }
    for (number, line) in text.split_terminator('\n').enumerate() {
        if let Err(why) = check_line(line) {
            return invalid(format!("line {}: {why}", number + 1));
        }
    }
    Ok(())
}

fn check_line(line: &str) -> Result<(), String> {
    let line = line.trim_start_matches([' ', '\t']);
    if line.is_empty() || line.starts_with('#') || is_variable(line) {
        return Ok(());
    }
    if line.ends_with('\r') {
        return Err("it ends as on Windows, with a carriage return".to_owned());
    }
    let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
    if line.starts_with('@') {
        let word = words.next().unwrap_or_default();
        if !WORDS.contains(&word) {
            return Err(format!("`{word}` is no time that cron knows"));
        }
    } else {
        for field in FIELDS {
            let word = words
                .next()
                .ok_or_else(|| format!("the {} is missing", field.name))?;
            field.check(word)?;
        }
    }
    let user = words
        .next()
        .ok_or("the user is missing, which stands behind the time in this folder")?;
    if user.parse::<UserName>().is_err() {
        return Err(format!(
            "`{user}` is no user: one stands behind the time in this folder, in front of the command"
        ));
    }
    words.next().map(drop).ok_or_else(|| {
        format!(
            "there is nothing behind the user `{user}`: a user stands in front of the command here"
        )
    })
}

/// Returns whether a line sets a variable.
fn is_variable(line: &str) -> bool {
    let Some((name, _)) = line.split_once('=') else {
        return false;
    };
    let name = name.trim_end().trim_matches(['"', '\'']);
    !name.is_empty() && !name.contains(char::is_whitespace)
}

impl Field {
    /// Checks a list of ranges with steps.
    fn check(&self, word: &str) -> Result<(), String> {
        let wrong = || format!("`{word}` is no {}", self.name);
        for part in word.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(step)),
                None => (part, None),
            };
            let good_step = step.is_none_or(|step| step.parse().is_ok_and(|step: u32| step > 0));
            let good_range = match range.split_once('-') {
                Some((from, to)) => match (self.number(from), self.number(to)) {
                    (Some(from), Some(to)) => from <= to,
                    _ => false,
                },
                // A step needs a range to step through.
                None => range == "*" || (step.is_none() && self.number(range).is_some()),
            };
            if !good_step || !good_range {
                return Err(wrong());
            }
        }
        Ok(())
    }

    fn number(&self, text: &str) -> Option<u32> {
        let lower = text.to_ascii_lowercase();
        if let Some(at) = self.names.iter().position(|name| *name == lower) {
            return Some(self.least + u32::try_from(at).ok()?);
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = text.parse().ok().filter(|_| digits)?;
        (self.least..=self.greatest)
            .contains(&number)
            .then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> String {
        check(text)
            .err()
            .map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn what_cron_reads_is_taken() {
        for text in [
            "",
            "# nothing\n\n",
            "MAILTO=ops@example.org\nPATH = /usr/bin\n\"A\"='b c'\n",
            "*/5 * * * * demo /opt/demo/bin/x a=b % c\n",
            "0 4 1-15/2 jan,Mar mon-fri root [ -x /x ] && /x\n",
            "\t0\t0 * * 7  www-data\t/x\n",
            "@daily demo /x\n",
        ] {
            assert_eq!(verdict(text), "", "{text:?}");
        }
    }

    #[test]
    fn what_cron_would_pass_over_is_refused_with_its_line() {
        for (text, why) in [
            (
                "* * * * * demo /x",
                "its last line does not end: cron would pass over the whole file",
            ),
            ("\n60 * * * * demo /x\n", "line 2: `60` is no minute"),
            ("0 24 * * * demo /x\n", "line 1: `24` is no hour"),
            ("0 0 0 * * demo /x\n", "line 1: `0` is no day of the month"),
            ("0 0 1 13 * demo /x\n", "line 1: `13` is no month"),
            ("0 0 * * 8 demo /x\n", "line 1: `8` is no day of the week"),
            ("5/10 * * * * demo /x\n", "line 1: `5/10` is no minute"),
            ("*/0 * * * * demo /x\n", "line 1: `*/0` is no minute"),
            ("9-5 * * * * demo /x\n", "line 1: `9-5` is no minute"),
            ("* * * *\n", "line 1: the day of the week is missing"),
            (
                "* * * * *\n",
                "line 1: the user is missing, which stands behind the time in this folder",
            ),
            (
                "* * * * * /opt/demo/bin/x --all\n",
                "line 1: `/opt/demo/bin/x` is no user: one stands behind the time in this folder, in front of the command",
            ),
            (
                "@often demo /x\n",
                "line 1: `@often` is no time that cron knows",
            ),
            (
                "@daily demo\n",
                "line 1: there is nothing behind the user `demo`: a user stands in front of the command here",
            ),
            (
                "* * * * * demo /x\r\n",
                "line 1: it ends as on Windows, with a carriage return",
            ),
        ] {
            assert_eq!(verdict(text), why, "{text:?}");
        }
    }
}

//! When a timer elapses: calendar events (systemd.time(7), "Calendar Events").
//!
//! `WEEKDAYS YEAR-MONTH-DAY HOUR:MINUTE:SECOND ZONE`, each part optional, or a word such as `daily`. Parts are lists of
//! numbers, ranges `a..b` and steps `a/b`; `~` counts days from the end of the month.
//!
//! # Limits
//! Everything that is taken here is taken by systemd; `@SECONDS` and zones without a `/` other than `UTC` are not taken here.

use super::cron_words::{cron_days, cron_numbers};
use crate::recipe::names::{Invalid, invalid, text_newtype};
use std::ops::RangeInclusive;
use std::str::FromStr;

text_newtype! {
    /// When a service runs: a word such as `daily`, or a calendar event of systemd.
    Schedule
}

const WORDS: &[&str] = &[
    "minutely",
    "hourly",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "semiannually",
    "yearly",
    "annually",
];

/// Days of the week, in order.
pub(super) const DAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

const YEARS: RangeInclusive<u32> = 1970..=2199;

const FORM: &str = "it is `hourly`, `daily`, `weekly`, `monthly`, or `WEEKDAYS YEAR-MONTH-DAY HOUR:MINUTE:SECOND`, as systemd.time(7) has it";

impl FromStr for Schedule {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut parts: Vec<&str> = text.split_whitespace().collect();
        if parts.len() > 1 && parts.last().is_some_and(|last| is_zone(last)) {
            parts.pop();
        }
        if parts.is_empty() || text.chars().any(char::is_control) {
            return invalid(FORM);
        }
        if let [word] = parts[..]
            && WORDS.contains(&word)
        {
            return Ok(Schedule(text.to_owned()));
        }
        let mut rest = parts.as_slice();
        if let [days, after @ ..] = rest
            && days.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            check_days(days)?;
            rest = after;
        }
        if let [date, after @ ..] = rest
            && date.contains(['-', '~'])
            && !date.contains(':')
        {
            check_date(date)?;
            rest = after;
        }
        if let [time, after @ ..] = rest
            && time.contains(':')
        {
            check_time(time)?;
            rest = after;
        }
        if rest.is_empty() {
            Ok(Schedule(text.to_owned()))
        } else {
            invalid(FORM)
        }
    }
}

impl Schedule {
    /// Returns the five fields of crontab(5) that mean the same; nothing where cron has no words for it: seconds, years, time
    /// zones, days from the end of a month, and weekdays together with days of the month, of which cron takes either.
    pub fn as_cron(&self) -> Option<String> {
        let mut parts: Vec<&str> = self.0.split_whitespace().collect();
        if let [word] = parts[..]
            && let Some(fields) = word_as_cron(word)
        {
            return Some(fields.to_owned());
        }
        let mut days = "*".to_owned();
        if parts[0].starts_with(|c: char| c.is_ascii_alphabetic()) {
            days = cron_days(parts.remove(0))?;
        }
        let (mut month, mut day) = ("*".to_owned(), "*".to_owned());
        if parts.first().is_some_and(|date| !date.contains(':')) {
            let date: Vec<_> = parts.remove(0).split('-').collect();
            let (["*", months, monthdays] | [months, monthdays]) = date[..] else {
                return None;
            };
            month = cron_numbers(months, 12)?;
            day = cron_numbers(monthdays, 31)?;
        }
        let (mut hour, mut minute) = ("0".to_owned(), "0".to_owned());
        if !parts.is_empty() {
            let time: Vec<_> = parts.remove(0).split(':').collect();
            let ([hours, minutes] | [hours, minutes, "0" | "00"]) = time[..] else {
                return None;
            };
            hour = cron_numbers(hours, 23)?;
            minute = cron_numbers(minutes, 59)?;
        }
        let either = days != "*" && day != "*";
        // What is left is a time zone.
        (parts.is_empty() && !either).then(|| format!("{minute} {hour} {day} {month} {days}"))
    }
}

fn word_as_cron(word: &str) -> Option<&'static str> {
    Some(match word {
        "minutely" => "* * * * *",
        "hourly" => "0 * * * *",
        "daily" => "0 0 * * *",
        "weekly" => "0 0 * * 1",
        "monthly" => "0 0 1 * *",
        "quarterly" => "0 0 1 1,4,7,10 *",
        "semiannually" => "0 0 1 1,7 *",
        "yearly" | "annually" => "0 0 1 1 *",
        _ => return None,
    })
}

/// Returns whether a word is a time zone: `UTC`, or `Area/City`.
fn is_zone(word: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphabetic() || b"_-".contains(&byte);
    word == "UTC"
        || word.split_once('/').is_some_and(|(area, city)| {
            [area, city].iter().all(|part| {
                part.starts_with(|c: char| c.is_ascii_uppercase()) && part.bytes().all(fits)
            })
        })
}

fn check_days(text: &str) -> Result<(), Invalid> {
    let number = |day: &str| {
        let day = day.to_ascii_lowercase();
        DAYS.iter()
            .position(|known| *known == day || known[..3] == day)
    };
    for item in text.split(',') {
        let (first, last) = item.split_once("..").unwrap_or((item, item));
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => {}
            (Some(_), Some(_)) => {
                return invalid(format!("the range `{item}` ends before it begins"));
            }
            _ => {
                return invalid(format!(
                    "`{item}` is no day of the week, such as `Mon` or `Mon..Fri`"
                ));
            }
        }
    }
    Ok(())
}

fn check_date(text: &str) -> Result<(), Invalid> {
    // `M~D` and `Y-M~D` count from the end of the month.
    let Some((before, day)) = text.rsplit_once(['-', '~']) else {
        return invalid(FORM);
    };
    match before.split('-').collect::<Vec<_>>()[..] {
        [month] => check_numbers("month", month, &(1..=12))?,
        [year, month] => {
            check_numbers("year", year, &YEARS)?;
            check_numbers("month", month, &(1..=12))?;
        }
        _ => return invalid(FORM),
    }
    check_numbers("day", day, &(1..=31))
}

fn check_time(text: &str) -> Result<(), Invalid> {
    let parts: Vec<_> = text.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return invalid(FORM),
    };
    check_numbers("hour", hour, &(0..=23))?;
    check_numbers("minute", minute, &(0..=59))?;
    check_numbers("second", second, &(0..=59))
}

/// Checks a list of numbers, ranges and steps.
fn check_numbers(what: &str, text: &str, range: &RangeInclusive<u32>) -> Result<(), Invalid> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u32>() {
            Ok(number) if digits && range.contains(&number) => Ok(number),
            _ => invalid(format!(
                "`{text}` is no {what} from {} to {}",
                range.start(),
                range.end()
            )),
        }
    };
    if text == "*" {
        return Ok(());
    }
    for item in text.split(',') {
        let (base, step) = match item.split_once('/') {
            Some((base, step)) => (base, Some(step)),
            None => (item, None),
        };
        let first = match base.split_once("..") {
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                if last < first {
                    return invalid(format!("the range `{base}` ends before it begins"));
                }
                first
            }
            None if base == "*" && step.is_some() => *range.start(),
            None => number(base)?,
        };
        if let Some(step) = step {
            let fits = step
                .parse::<u32>()
                .is_ok_and(|step| step > 0 && first + step <= *range.end());
            if !fits {
                return invalid(format!("`{item}` never comes to a second {what}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cron_runs_at_the_same_times_or_has_no_words_for_them() {
        for (event, fields) in [
            ("daily", Some("0 0 * * *")),
            ("weekly", Some("0 0 * * 1")),
            ("Mon..Fri 10:30", Some("30 10 * * 1-5")),
            ("Sun", Some("0 0 * * 7")),
            ("*-*-01,15 03:00:00", Some("0 3 1,15 * *")),
            ("*-02..04-10 3:5", Some("5 3 10 2-4 *")),
            ("*:0/15", Some("0-59/15 * * * *")),
            ("*/2:00", Some("0 */2 * * *")),
            ("1..5/2:00", Some("0 1-5/2 * * *")),
            ("Mon *-*-01 00:00", None),
            ("2026-*-* 00:00", None),
            ("*-*~1 00:00", None),
            ("00:00:30", None),
            ("12:00 Europe/Berlin", None),
            ("daily UTC", None),
        ] {
            let schedule: Schedule = event.parse().expect(event);
            assert_eq!(schedule.as_cron().as_deref(), fields, "{event}");
        }
    }
}

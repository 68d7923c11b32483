//! When a timer elapses: calendar events (systemd.time(7), "Calendar Events").
//!
//! `WEEKDAYS YEAR-MONTH-DAY HOUR:MINUTE:SECOND ZONE`, each part optional, or a word such as `daily`. Parts are lists of
//! numbers, ranges `a..b` and steps `a/b`; `~` counts days from the end of the month.
//!
//! # Limits
//! Everything that is taken here is taken by systemd; `@SECONDS` and zones without a `/` other than `UTC` are not taken here.

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
const DAYS: &[&str] = &[
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

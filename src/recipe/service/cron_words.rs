//! Lists of numbers and days as crontab(5) writes them.

use super::calendar::DAYS;

/// Returns days of the week as numbers, Monday 1 to Sunday 7.
pub(super) fn cron_days(text: &str) -> Option<String> {
    let number = |day: &str| {
        let day = day.to_ascii_lowercase();
        let at = DAYS
            .iter()
            .position(|known| *known == day || known[..3] == day)?;
        Some((at + 1).to_string())
    };
    let items = text.split(',').map(|item| match item.split_once("..") {
        Some((first, last)) => Some(format!("{}-{}", number(first)?, number(last)?)),
        None => number(item),
    });
    Some(items.collect::<Option<Vec<_>>>()?.join(","))
}

/// Returns numbers, ranges and steps; `0/15` goes on to the `highest`.
pub(super) fn cron_numbers(text: &str, highest: u32) -> Option<String> {
    let plain = |text: &str| Some(text.parse::<u32>().ok()?.to_string());
    let items = text.split(',').map(|item| {
        let (base, step) = match item.split_once('/') {
            Some((base, step)) => (base, Some(plain(step)?)),
            None => (item, None),
        };
        let range = match (base.split_once(".."), &step) {
            (Some((first, last)), _) => format!("{}-{}", plain(first)?, plain(last)?),
            (None, _) if base == "*" => "*".to_owned(),
            (None, Some(_)) => format!("{}-{highest}", plain(base)?),
            (None, None) => plain(base)?,
        };
        Some(match step {
            Some(step) => format!("{range}/{step}"),
            None => range,
        })
    });
    Some(items.collect::<Option<Vec<_>>>()?.join(","))
}

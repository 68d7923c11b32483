//! `/usr/share/doc/NAME`: the changelog that Policy §12.7 asks every package for.

use crate::deb::Timestamp;
use crate::plan::{Draft, Interpreter, Placeholder};
use crate::recipe::Identity;
use anyhow::Result;
use flate2::{Compression, GzBuilder};
use std::io::Write as _;

/// Renders the changelog with one entry, as deb-changelog(5) wants it: it is for one release, and says so.
pub(super) fn changelog(
    package: &Identity,
    interpreter: &Interpreter,
    time: Option<Timestamp>,
) -> Draft {
    let mut text = Draft::from(format!("{} (", package.name));
    text.append(crate::plan::version(package));
    text.push(format!(
        ") {}; urgency=medium\n\n  * Built by deb-build-app for Python {}.\n\n -- {}  ",
        interpreter.release.name, interpreter.full, package.maintainer,
    ));
    text.push_or(time.map(rfc_2822), Placeholder::CommitTime);
    text.push("\n");
    text
}

/// Compresses a document by gzip, without a time or a name.
pub(super) fn compress(text: &str) -> Result<Vec<u8>> {
    let mut gzip = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes())?;
    Ok(gzip.finish()?)
}

/// Renders a time as RFC 2822 says, in UTC.
fn rfc_2822(time: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let seconds = time.seconds();
    let days = seconds / 86_400;
    let (year, month, day) = time.date();
    format!(
        "{}, {day:02} {} {year} {:02}:{:02}:{:02} +0000",
        DAYS[usize::try_from(days % 7).unwrap_or_default()],
        MONTHS[month - 1],
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_that_date_prints() {
        let text = |seconds| rfc_2822(Timestamp::new(seconds).expect("it fits"));
        assert_eq!(text(0), "Thu, 01 Jan 1970 00:00:00 +0000");
        assert_eq!(text(951_782_399), "Mon, 28 Feb 2000 23:59:59 +0000");
        assert_eq!(text(951_782_400), "Tue, 29 Feb 2000 00:00:00 +0000");
        assert_eq!(text(1_795_232_096), "Sat, 21 Nov 2026 03:34:56 +0000");
        assert_eq!(text(4_107_542_400), "Mon, 01 Mar 2100 00:00:00 +0000");
    }
}

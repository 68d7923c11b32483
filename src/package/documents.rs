//! `/usr/share/doc/NAME`: what Policy §12.5 and §12.7 ask every package for.

use crate::deb::{Line, Timestamp, Version};
use crate::recipe::Identity;
use crate::venv::Distribution;
use anyhow::Result;
use flate2::{Compression, GzBuilder};
use std::fmt::Write as _;
use std::io::Write as _;

/// Renders `copyright`: where the software came from, and under which licences its parts stand.
pub(super) fn copyright(
    package: &Identity,
    commit: Option<&str>,
    time: Timestamp,
    distributions: &[Distribution],
) -> String {
    let mut text = format!("This is {}, built by deb-build-app", package.name);
    if let Some(commit) = commit {
        let _ = write!(text, " from the commit\n{commit} of its repository");
    }
    text.push_str(".\n\n");
    if let Some(homepage) = &package.homepage {
        let _ = writeln!(text, "Homepage: {homepage}");
    }
    let (year, _, _) = time.date();
    let _ = writeln!(text, "Copyright: {year} the authors of {}", package.name);
    let _ = writeln!(
        text,
        "License: {}\n",
        package.license.as_ref().map_or("not stated", Line::as_str)
    );
    text.push_str(
        "The virtualenv holds these Python distributions, each under its own licence; the\n\
         texts are in their .dist-info folders.\n\n",
    );
    for distribution in distributions {
        let license = distribution.license.lines().next().unwrap_or_default();
        let license = if license.is_empty() {
            "not stated"
        } else {
            license
        };
        let _ = writeln!(
            text,
            " {} {}: {license}",
            distribution.name, distribution.version
        );
    }
    text
}

/// Renders `changelog.Debian.gz` with one entry, as deb-changelog(5) wants it.
pub(super) fn changelog(package: &Identity, version: &Version, time: Timestamp) -> Result<Vec<u8>> {
    let text = format!(
        "{} ({version}) unstable; urgency=medium\n\n  * Built by deb-build-app.\n\n -- {}  {}\n",
        package.name,
        package.maintainer,
        rfc_2822(time)
    );
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

//! `/usr/share/doc/NAME`: what Policy §12.5 and §12.7 ask every package for.

use crate::deb::{Line, Timestamp};
use crate::plan::{Draft, Placeholder, SourcePlan};
use crate::recipe::{Identity, Origin};
use crate::venv::Distribution;
use anyhow::Result;
use flate2::{Compression, GzBuilder};
use std::fmt::Write as _;
use std::io::Write as _;

/// Renders `copyright`: where the software came from, and under which licences its parts stand. What is `None` is not known
/// yet.
pub(super) fn copyright(
    package: &Identity,
    source: Option<&SourcePlan>,
    time: Option<Timestamp>,
    distributions: Option<&[Distribution]>,
) -> Draft {
    let mut text = Draft::from(format!("This is {}, built by deb-build-app", package.name));
    if let Some(source) = source {
        let commit = source.commit.as_ref();
        let id = commit.map(|commit| commit.id.as_str());
        let sum = id.and_then(|id| id.strip_prefix("sha256:"));
        text.push(match &source.origin {
            Origin::Archive(..) | Origin::FetchedArchive(..) => {
                " from the archive with the SHA-256\n"
            }
            Origin::Folder(_) if sum.is_some() => " from files with the SHA-256\n",
            _ => " from the commit\n",
        });
        text.push_or(sum.or(id), Placeholder::Commit);
        if sum.is_none()
            && !matches!(
                source.origin,
                Origin::Archive(..) | Origin::FetchedArchive(..)
            )
        {
            text.push(" of its repository");
        }
        let is_dirty = commit.is_some_and(|commit| commit.describe.ends_with("-dirty"));
        if is_dirty && matches!(source.origin, Origin::Folder(_)) {
            text.push(", with changes that were not committed");
        }
        if !source.patches.is_empty() {
            text.push(", with patches");
        }
    }
    text.push(".\n\n");
    if let Some(homepage) = &package.homepage {
        text.push(format!("Homepage: {homepage}\n"));
    }
    text.push("Copyright: ");
    let year = time.map(|time| time.date().0);
    text.push_or(year, Placeholder::CommitTime);
    text.push(format!(
        " the authors of {}\nLicense: {}\n\n",
        package.name,
        package.license.as_ref().map_or("not stated", Line::as_str)
    ));
    text.push(
        "The virtualenv holds these Python distributions, each under its own licence; the\n\
         texts are in their .dist-info folders.\n\n",
    );
    text.push_or(distributions.map(licences), Placeholder::Distributions);
    text
}

fn licences(distributions: &[Distribution]) -> String {
    let mut text = String::new();
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

/// Renders the changelog with one entry, as deb-changelog(5) wants it.
pub(super) fn changelog(package: &Identity, time: Option<Timestamp>) -> Draft {
    let mut text = Draft::from(format!("{} (", package.name));
    text.append(crate::plan::version(package));
    text.push(format!(
        ") unstable; urgency=medium\n\n  * Built by deb-build-app.\n\n -- {}  ",
        package.maintainer,
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

//! What other readers than dpkg's take differently in a tar archive, or dpkg refuses.

use super::finding::{Findings, Rule};
use super::header::Kind;
use super::place::shown;

/// apt takes no larger file (`APT_FILESIZE_LIMIT`).
const LARGEST_FILE: u64 = 1 << 37;

const GNU_HEADERS: &str =
    "write it with `tar --format=gnu`, or build the package with `dpkg-deb -b`";
pub(super) const PAX: Rule = Rule::error("tar-pax-header", GNU_HEADERS);
const UNKNOWN: Rule = Rule::error("tar-entry-type", GNU_HEADERS);
pub(super) const PREFIX: Rule = Rule::warning("tar-ustar-prefix", GNU_HEADERS);
const EMPTY_NAME: Rule = Rule::error("tar-empty-name", "give the entry a name");
const STRAY_SIZE: Rule = Rule::error(
    "tar-stray-size",
    "write the size 0 for what is no file: readers disagree whether content follows",
);
pub(super) const SLASH: Rule = Rule::warning(
    "tar-file-with-slash",
    "write directories with their own type: this one is a file to some readers",
);
pub(super) const RECORD: Rule = Rule::error(
    "tar-long-record",
    "write one `L` or `K` record with one NUL at its end, in front of the entry that it is for",
);
const TOO_LARGE: Rule = Rule::error("tar-large-file", "split the file: apt takes 128 GiB");
const EARLY: Rule = Rule::warning(
    "tar-time-before-1970",
    "give it a later time: apt takes this one for a time in the far future",
);
pub(super) const END: Rule = Rule::warning("tar-end", "end the archive with two blocks of zeros");
pub(super) const AFTER: Rule = Rule::warning(
    "tar-after-end",
    "take away what follows the end: no reader looks at it",
);

/// Judges what the header of an entry says; `place` names the entry.
pub(super) fn judge(
    kind: Kind,
    size: u64,
    mtime: i64,
    name: &[u8],
    place: impl Fn() -> String,
    findings: &mut Findings,
) {
    let has_content = matches!(kind, Kind::File | Kind::Other(_));
    match kind {
        Kind::Other(byte) => {
            let problem = format!(
                "it has the type `{}`, which dpkg does not know",
                shown(&[byte])
            );
            findings.add(&UNKNOWN, &place(), problem);
        }
        Kind::File if size > LARGEST_FILE => {
            findings.add(&TOO_LARGE, &place(), format!("it has {size} bytes"));
        }
        _ if !has_content && size > 0 => {
            let problem = format!("it is a {} with a size of {size}", kind.as_str());
            findings.add(&STRAY_SIZE, &place(), problem);
        }
        _ => {}
    }
    if mtime < 0 {
        findings.add(&EARLY, &place(), format!("its time is {mtime}"));
    }
    if name.is_empty() {
        findings.add(&EMPTY_NAME, &place(), "it has no name, which dpkg refuses");
    }
}

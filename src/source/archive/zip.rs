//! Members of a zip archive (APPNOTE.TXT), stored or deflated.
//!
//! Its times have no zone and are taken as UTC, so that they are the same on every machine.

use super::member::{Kind, Member, executable, path};
use crate::failure::Failure;
use crate::sys::fs::File;
use anyhow::Result;
use std::ffi::OsString;
use std::io::{BufReader, Read};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use zip::{DateTime, ZipArchive};

/// How long a link's target may be: `PATH_MAX` of Linux.
const LONGEST_TARGET: u64 = 4096;

/// The bits of a mode that say what a file is, and those of a file and of a link (inode(7)).
const TYPE: u32 = 0o170_000;
const FILE: u32 = 0o100_000;
const LINK: u32 = 0o120_000;
const FOLDER: u32 = 0o040_000;

/// Shows each member and its content to `each`.
pub(super) fn members(
    file: &mut File,
    each: &mut dyn FnMut(Member, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    for number in 0..archive.len() {
        let mut entry = archive.by_index(number)?;
        let stated = PathBuf::from(entry.name()?.as_ref());
        let mode = entry.unix_mode();
        let kind = match mode.map(|mode| mode & TYPE) {
            _ if entry.is_dir() => Kind::Folder,
            Some(FOLDER) => Kind::Folder,
            Some(LINK) => {
                let mut target = Vec::new();
                (&mut entry).take(LONGEST_TARGET).read_to_end(&mut target)?;
                Kind::Link(PathBuf::from(OsString::from_vec(target)))
            }
            None | Some(0 | FILE) => Kind::File {
                executable: executable(mode.unwrap_or(0)),
                size: entry.size(),
            },
            Some(_) => return Err(refused(&stated).into()),
        };
        let member = Member {
            path: path(&stated)?,
            kind,
            time: entry.last_modified().map_or(0, seconds),
        };
        each(member, &mut entry)?;
    }
    Ok(())
}

/// Returns the seconds since 1970 at the beginning of a day of the Gregorian calendar and a time in it.
fn seconds(time: DateTime) -> u64 {
    let (year, month, day) = (
        u64::from(time.year()),
        u64::from(time.month()),
        u64::from(time.day()),
    );
    // Years begin in March, so that the day that some have is the last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let days = days.saturating_sub(719_468);
    let of_day =
        u64::from(time.hour()) * 3600 + u64::from(time.minute()) * 60 + u64::from(time.second());
    days * 86_400 + of_day
}

fn refused(path: &Path) -> Failure {
    Failure::build(format!(
        "`{}` in it is neither a file nor a folder nor a link",
        path.display()
    ))
    .hint("make the archive anew, with files, folders and symbolic links only")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_utc() {
        for ((year, month, day, hour, minute, second), expected) in [
            ((1980, 1, 1, 0, 0, 0), 315_532_800),
            ((2000, 2, 29, 23, 59, 58), 951_868_798),
            ((2024, 3, 1, 0, 0, 0), 1_709_251_200),
            ((2026, 12, 31, 12, 30, 2), 1_798_720_202),
        ] {
            let time = DateTime::from_date_and_time(year, month, day, hour, minute, second);
            assert_eq!(
                time.map(seconds).ok(),
                Some(expected),
                "{year}-{month}-{day}"
            );
        }
    }
}

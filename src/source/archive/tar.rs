//! Members of a tar archive (POSIX.1-2017 pax, and GNU tar's long names).

use super::member::{Kind, Member, executable, path};
use crate::failure::Failure;
use anyhow::Result;
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use tar::EntryType;

/// Shows each member and its content to `each`.
pub(super) fn members(
    plain: impl Read,
    each: &mut dyn FnMut(Member, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    for entry in tar::Archive::new(plain).entries()? {
        let mut entry = entry?;
        let stated = PathBuf::from(OsStr::from_bytes(&entry.path_bytes()));
        let header = entry.header();
        let kind = match header.entry_type() {
            EntryType::Regular | EntryType::Continuous => Kind::File {
                executable: executable(header.mode()?),
                size: entry.size(),
            },
            EntryType::Directory => Kind::Folder,
            EntryType::Symlink => {
                let target = entry.link_name_bytes().unwrap_or_default();
                Kind::Link(PathBuf::from(OsStr::from_bytes(&target)))
            }
            // What `git archive` says of the commit.
            EntryType::XGlobalHeader => continue,
            other => return Err(refused(&stated, other).into()),
        };
        let member = Member {
            path: path(&stated)?,
            kind,
            time: header.mtime()?,
        };
        each(member, &mut entry)?;
    }
    Ok(())
}

fn refused(path: &Path, kind: EntryType) -> Failure {
    let what = match kind {
        EntryType::Link => "a hard link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a pipe",
        EntryType::GNUSparse => "a sparse file",
        _ => "of a kind that is not known",
    };
    Failure::build(format!("`{}` in it is {what}", path.display()))
        .hint("make the archive anew, with files, folders and symbolic links only")
}

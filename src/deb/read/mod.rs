//! Reads any `.deb`, whoever made it: what dpkg would take from it, and what dpkg or apt would refuse.
//!
//! In: bytes, read once from the start; the data member is never in memory. Out: a [`Package`]. Structure that cannot be
//! followed is an error, which names the member, the entry and the byte; everything else that is wrong is a [`Finding`],
//! and [`check`](super::check_package) adds what can be judged afterwards. Sources: deb(5), dpkg's extract.c, ar.c and
//! tarfn.c, apt's arfile.cc and extracttar.cc, and what dpkg 1.21 was measured to do.
//!
//! # Limits
//!
//! bzip2, lzma and lz4 are named, not unpacked. Memory: 64 MiB for the control files, 128 MiB for the list of entries,
//! which is half a million with short names, 1 MiB for a name, and what the decoder of the member asks for. A package with
//! the longest list was measured to take 250 MiB for `inspect --check --json`, and 330 MiB for `diff`.

mod ar;
mod broken;
mod conffile;
mod fill;
mod finding;
mod header;
mod members;
mod oddities;
mod order;
mod package;
mod place;
mod stanza;
mod streams;
mod tar;
mod unpack;

pub use conffile::ConffileLine;
pub use finding::{Finding, Severity};
pub use header::Kind;
pub use package::{ControlFile, Entry, Field, Member, Package, relative};
pub use unpack::unpack;

pub(in crate::deb) use ar::Ar;
pub(in crate::deb) use finding::{Findings, Rule};
pub(in crate::deb) use place::shown;
pub(in crate::deb) use tar::{Entry as TarEntry, walk};

use crate::failure::Failure;
use anyhow::{Context as _, Result};
use order::{Order, Part};
use std::io::Read;

/// The version of the format is a few bytes.
const LONGEST_VERSION: u64 = 4096;

/// Reads a whole package.
///
/// # Errors
/// When it is no `.deb`, is cut off, cannot be unpacked, or lacks its control or data member.
pub fn read(reader: impl Read) -> Result<Package> {
    let mut findings = Findings::default();
    let mut ar = Ar::begin(reader)?;
    let mut order = Order::default();
    let mut members = Vec::new();
    let mut format = String::new();
    let mut control_files = Vec::new();
    let mut entries = Vec::new();
    while let Some(header) = ar.next(&mut findings)? {
        let place = format!("`{}`", shown(&header.name));
        let part = order.next(&header.name, &mut findings)?;
        let mut content = ar.content(header.size);
        let mut member = Member {
            name: header.name.clone(),
            method: None,
            size: header.size,
            plain_size: None,
        };
        match part {
            Part::Version => {
                let mut bytes = Vec::new();
                let mut capped = Read::take(&mut content, LONGEST_VERSION);
                capped
                    .read_to_end(&mut bytes)
                    .context("reading the package failed")?;
                format = order::check_version(&bytes, &mut findings);
            }
            Part::Control(method) => {
                let (files, plain) =
                    members::read_control(&place, method, &mut content, &mut findings)?;
                control_files = files;
                (member.method, member.plain_size) = (Some(method), Some(plain));
            }
            Part::Data(method) => {
                let (listed, plain) =
                    members::read_data(&place, method, &mut content, &mut findings)?;
                entries = listed;
                (member.method, member.plain_size) = (Some(method), Some(plain));
            }
            Part::Other => {}
        }
        let left = content.limit();
        ar.end(&header, left, &mut findings)?;
        members.push(member);
    }
    order.end()?;
    let (size, sha256) = ar.finish();
    let mut package = Package {
        size,
        sha256,
        format,
        members,
        fields: Vec::new(),
        control_files,
        entries,
        findings,
    };
    let Some(control) = package.control_file("control").map(<[u8]>::to_vec) else {
        return Err(Failure::build("the control member has no file `control`").into());
    };
    package.fields = stanza::parse(&control, &mut package.findings);
    Ok(package)
}

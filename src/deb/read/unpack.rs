//! Shows what a package holds, file by file, to somebody who takes some of it.

use super::finding::Findings;
use super::order::{Order, Part};
use super::place::shown;
use super::{Ar, Entry, Field, members, stanza};
use crate::failure::Failure;
use anyhow::Result;
use std::io::Read;

/// Calls `visit` for each entry of the data member with its content, and returns the control fields.
///
/// What dpkg refuses about a package is not looked for here: see [`read`](super::read()).
///
/// # Errors
/// When it is no `.deb`, is cut off or cannot be unpacked; when `visit` says so.
pub fn unpack(
    reader: impl Read,
    visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<()>,
) -> Result<Vec<Field>> {
    let mut findings = Findings::default();
    let mut ar = Ar::begin(reader)?;
    let mut order = Order::default();
    let mut control = None;
    while let Some(header) = ar.next(&mut findings)? {
        let place = format!("`{}`", shown(&header.name));
        let part = order.next(&header.name, &mut findings)?;
        let mut content = ar.content(header.size);
        match part {
            Part::Control(method) => {
                let (files, _) =
                    members::read_control(&place, method, &mut content, &mut findings)?;
                let file = files
                    .into_iter()
                    .rfind(|file| file.entry.path() == b"control");
                control = file.map(|file| file.content);
            }
            Part::Data(method) => members::visit_data(&place, method, &mut content, visit)?,
            Part::Version | Part::Other => {}
        }
        let left = content.limit();
        ar.end(&header, left, &mut findings)?;
    }
    order.end()?;
    let Some(control) = control else {
        return Err(Failure::build("the control member has no file `control`").into());
    };
    Ok(stanza::parse(&control, &mut findings))
}

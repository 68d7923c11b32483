//! Which parts a package has, in which order, and what each is compressed with (deb(5), dpkg's extract.c).
//!
//! `debian-binary`, then the control member, then the data member. Members whose names begin with `_` are skipped anywhere
//! after the first; nobody looks at what follows the data member.

use super::finding::{Findings, Rule};
use super::place::shown;
use crate::deb::compression::Method;
use crate::failure::Failure;
use anyhow::Result;

const ORDER: Rule = Rule::error(
    "member-order",
    "put `debian-binary`, the control member and the data member first, in this order: dpkg refuses another one between them",
);
const TWICE: Rule = Rule::error("member-twice", "leave one: dpkg refuses the package");
const AFTER: Rule = Rule::warning(
    "member-after-data",
    "take it away, or let its name begin with `_`: nobody reads it",
);
const VERSION: Rule = Rule::error(
    "format-version",
    "let `debian-binary` hold `2.0` and a line feed: dpkg refuses another version",
);
const MINOR: Rule = Rule::warning(
    "format-version-minor",
    "let `debian-binary` hold `2.0` and a line feed, and nothing else",
);

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// `debian-binary`.
    Version,
    /// The first control member.
    Control(Method),
    /// The first data member.
    Data(Method),
    /// What is not read.
    Other,
}

/// What has been there so far.
#[derive(Debug, Default)]
pub(super) struct Order {
    version: bool,
    control: bool,
    data: bool,
}

impl Order {
    /// Says what the next member is.
    pub(super) fn next(&mut self, name: &[u8], findings: &mut Findings) -> Result<Part> {
        let place = format!("`{}`", shown(name));
        if !self.version {
            if name != b"debian-binary" {
                return Err(Failure::build(format!(
                    "this is not a .deb: the first member of the archive is {place}, not `debian-binary`"
                ))
                .into());
            }
            self.version = true;
            return Ok(Part::Version);
        }
        if name.starts_with(b"_") {
            return Ok(Part::Other);
        }
        if let Some(extension) = name.strip_prefix(b"control.tar") {
            if self.control {
                findings.add(&TWICE, &place, "it is a second control member");
                return Ok(Part::Other);
            }
            if self.data {
                findings.add(&ORDER, &place, "it follows the data member");
            }
            self.control = true;
            return Ok(Part::Control(method_of(&place, extension)?));
        }
        if self.data {
            findings.add(&AFTER, &place, "it follows the data member");
            return Ok(Part::Other);
        }
        if let Some(extension) = name.strip_prefix(b"data.tar") {
            if !self.control {
                findings.add(&ORDER, &place, "it is in front of the control member");
            }
            self.data = true;
            return Ok(Part::Data(method_of(&place, extension)?));
        }
        findings.add(&ORDER, &place, "it is in front of the data member");
        Ok(Part::Other)
    }

    /// Checks that nothing is missing.
    pub(super) fn end(&self) -> Result<()> {
        for (is_there, name) in [
            (self.version, "debian-binary"),
            (self.control, "control.tar"),
            (self.data, "data.tar"),
        ] {
            if !is_there {
                return Err(
                    Failure::build(format!("the package has no member `{name}`"))
                        .hint("it is not a .deb, or it was cut off: fetch or build it again")
                        .into(),
                );
            }
        }
        Ok(())
    }
}

fn method_of(place: &str, extension: &[u8]) -> Result<Method> {
    let known = std::str::from_utf8(extension)
        .ok()
        .and_then(Method::from_extension);
    if let Some(method) = known {
        return Ok(method);
    }
    let what = match extension {
        b".bz2" => "is compressed with bzip2",
        b".lzma" => "is compressed with lzma",
        b".lz4" => "is compressed with lz4",
        _ => "has an extension that dpkg does not know",
    };
    Err(Failure::build(format!("{place} {what}, which is not read here"))
        .hint("unpack it with `dpkg-deb --raw-extract` and build it again with `dpkg-deb -b`, which compresses with xz or zstd")
        .into())
}

/// Checks what `debian-binary` holds, and returns its first line.
pub(super) fn check_version(bytes: &[u8], findings: &mut Findings) -> String {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    if bytes != b"2.0\n" {
        let minor = line.strip_prefix(b"2.").unwrap_or_default();
        let is_second = !minor.is_empty() && minor.iter().all(u8::is_ascii_digit);
        let rule = if is_second && bytes.contains(&b'\n') {
            &MINOR
        } else {
            &VERSION
        };
        let problem = format!("it holds `{}`", shown(bytes));
        findings.add(rule, "`debian-binary`", problem);
    }
    shown(line)
}

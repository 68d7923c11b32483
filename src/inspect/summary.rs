//! One package as a value that can be printed and serialised.

use super::distributions::{self, Distribution};
use super::files::{by_path, owner};
use super::relations;
use super::spelled::spelled;
use super::{Identity, JSON_FORMAT};
use crate::deb::hexadecimal;
use crate::deb::read::{ConffileLine, ControlFile, Entry, Finding, Kind, Package};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// A package without the content of its files. Names are spelled as [`spelled`](super::spelled()) does.
#[derive(Clone, Debug, Serialize)]
pub struct Summary<'a> {
    /// The version of this JSON.
    pub format: u32,
    /// Name, version and architecture.
    #[serde(flatten)]
    pub identity: Identity,
    /// The size of the `.deb` in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// What `debian-binary` says.
    pub deb_format: String,
    /// All control fields, in order.
    pub fields: Vec<FieldSummary>,
    /// The elements of each relation field.
    pub relations: BTreeMap<String, Vec<String>>,
    /// The parts of the outer archive.
    pub members: Vec<MemberSummary>,
    /// What the control member has.
    pub control_files: Vec<ControlFileSummary>,
    /// The scripts among them, with their text.
    pub scripts: Vec<Script>,
    /// The lines of `conffiles`.
    pub conffiles: Vec<Conffile>,
    /// The lines of `triggers` that are no comments.
    pub triggers: Vec<String>,
    /// Python distributions.
    pub distributions: Vec<Distribution>,
    /// How much is unpacked.
    pub totals: Totals,
    /// Everything that is unpacked, in order.
    pub files: Files<'a>,
    /// What is wrong; nothing when nobody asked.
    pub findings: Option<Vec<FindingSummary>>,
}

/// A control field.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FieldSummary {
    pub name: String,
    pub value: String,
}

/// A part of the outer archive.
#[derive(Clone, Debug, Serialize)]
pub struct MemberSummary {
    /// Its name.
    pub name: String,
    /// How it is compressed: `none`, `gzip`, `xz` or `zstd`; nothing for what is no tar archive.
    pub compression: Option<&'static str>,
    /// Its size in the package, in bytes.
    pub size: u64,
    /// Its size when it is unpacked.
    pub plain_size: Option<u64>,
}

/// A file of the control member.
#[derive(Clone, Debug, Serialize)]
pub struct ControlFileSummary {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// Its permission bits, in octal digits.
    pub mode: String,
    /// Its size in bytes.
    pub size: usize,
}

/// A maintainer script, or debconf's `config`.
#[derive(Clone, Debug, Serialize)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// What runs it, from its first line; nothing when that does not say.
    pub interpreter: Option<String>,
    /// How many lines it has.
    pub lines: usize,
    /// Its text.
    pub text: String,
}

/// A line of `conffiles`.
#[derive(Clone, Debug, Serialize)]
pub struct Conffile {
    /// The path, with `/` in front.
    pub path: String,
    /// Whether dpkg removes it when the package is upgraded.
    pub remove_on_upgrade: bool,
}

/// How much is unpacked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Regular files.
    pub files: usize,
    /// Directories, the root among them.
    pub directories: usize,
    /// Symbolic and hard links.
    pub links: usize,
    /// Everything else.
    pub others: usize,
    /// The bytes of all files.
    pub bytes: u64,
}

/// All entries, each told when it is asked for: there may be hundreds of thousands.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a>(&'a [Entry]);

/// An entry.
#[derive(Clone, Debug, Serialize)]
pub struct FileSummary {
    /// Its path, with `/` in front.
    pub path: String,
    /// What it is.
    pub kind: &'static str,
    /// Its permission bits, in octal digits.
    pub mode: String,
    /// Owner and group, by name where there is one.
    pub owner: String,
    /// The number of the owner.
    pub uid: u64,
    /// The number of the group.
    pub gid: u64,
    /// Its size in bytes.
    pub size: u64,
    /// Its time, in seconds since 1970.
    pub mtime: i64,
    /// Where a link points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The numbers of a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<(u64, u64)>,
    /// The MD5 of a file, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// Something that is wrong.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "as in `Finding`")]
pub struct FindingSummary {
    pub severity: &'static str,
    pub rule: &'static str,
    pub place: String,
    pub problem: String,
    pub cure: &'static str,
}

impl Files<'_> {
    /// Returns them, in order.
    pub fn iter(&self) -> impl Iterator<Item = FileSummary> + Clone {
        self.0.iter().map(file)
    }
}

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'a> Summary<'a> {
    /// Makes the summary of a package; `findings` when it was judged.
    pub fn new(package: &'a Package, findings: Option<&[Finding]>) -> Self {
        Summary {
            format: JSON_FORMAT,
            identity: Identity::of(package),
            size: package.size,
            sha256: hexadecimal(&package.sha256),
            deb_format: package.format.clone(),
            fields: fields(package),
            relations: relations(package),
            members: members(package),
            control_files: package.control_files.iter().map(control_file).collect(),
            scripts: scripts(package),
            conffiles: conffiles(package),
            triggers: triggers(package),
            distributions: distributions::find(package),
            totals: Totals::of(package),
            files: Files(&package.entries),
            findings: findings.map(|findings| findings.iter().map(finding).collect()),
        }
    }
}

impl Totals {
    /// Counts every path once.
    pub(super) fn of(package: &Package) -> Self {
        let mut totals = Totals::default();
        for entry in by_path(package).values() {
            let count = match entry.kind {
                Kind::File => &mut totals.files,
                Kind::Directory => &mut totals.directories,
                Kind::Symlink | Kind::HardLink => &mut totals.links,
                _ => &mut totals.others,
            };
            *count += 1;
            totals.bytes = totals.bytes.saturating_add(entry.size);
        }
        totals
    }
}

fn fields(package: &Package) -> Vec<FieldSummary> {
    let fields = package.fields.iter().map(|field| FieldSummary {
        name: field.name.clone(),
        value: field.value.clone(),
    });
    fields.collect()
}

fn relations(package: &Package) -> BTreeMap<String, Vec<String>> {
    let fields = relations::FIELDS.iter().filter_map(|name| {
        let value = package.field(name)?;
        Some(((*name).to_owned(), relations::elements(value)))
    });
    fields.collect()
}

fn members(package: &Package) -> Vec<MemberSummary> {
    let members = package.members.iter().map(|member| MemberSummary {
        name: spelled(&member.name),
        compression: member.method.map(crate::deb::Method::as_str),
        size: member.size,
        plain_size: member.plain_size,
    });
    members.collect()
}

fn control_file(file: &ControlFile) -> ControlFileSummary {
    ControlFileSummary {
        name: spelled(file.entry.path()),
        kind: file.entry.kind.as_str(),
        mode: format!("{:04o}", file.entry.mode),
        size: file.content.len(),
    }
}

fn scripts(package: &Package) -> Vec<Script> {
    let names = ["config", "preinst", "postinst", "prerm", "postrm"];
    let scripts = names.iter().filter_map(|name| {
        let content = package.control_file(name)?;
        let first = content.split(|b| *b == b'\n').next().unwrap_or_default();
        let interpreter = first.strip_prefix(b"#!").map(<[u8]>::trim_ascii);
        Some(Script {
            name: (*name).to_owned(),
            interpreter: interpreter.map(spelled),
            lines: package.control_lines(name).len(),
            text: match std::str::from_utf8(content) {
                Ok(text) => text.to_owned(),
                Err(_) => spelled(content),
            },
        })
    });
    scripts.collect()
}

fn conffiles(package: &Package) -> Vec<Conffile> {
    let lines = package.control_lines("conffiles").into_iter();
    let lines = lines
        .map(<[u8]>::trim_ascii_end)
        .filter(|line| !line.is_empty());
    let conffiles = lines.map(|line| {
        // What dpkg refuses is shown as it stands.
        let parsed = ConffileLine::parse(line);
        Conffile {
            path: spelled(parsed.map_or(line, |parsed| parsed.path)),
            remove_on_upgrade: parsed.is_some_and(|parsed| parsed.is_removed),
        }
    });
    conffiles.collect()
}

fn triggers(package: &Package) -> Vec<String> {
    let lines = package
        .control_lines("triggers")
        .into_iter()
        .map(<[u8]>::trim_ascii);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    lines.map(spelled).collect()
}

fn file(entry: &Entry) -> FileSummary {
    let is_link = matches!(entry.kind, Kind::Symlink | Kind::HardLink);
    let is_device = matches!(entry.kind, Kind::CharacterDevice | Kind::BlockDevice);
    FileSummary {
        path: format!("/{}", spelled(entry.path())),
        kind: entry.kind.as_str(),
        mode: format!("{:04o}", entry.mode),
        owner: owner(entry),
        uid: entry.uid,
        gid: entry.gid,
        size: entry.size,
        mtime: entry.mtime,
        target: is_link.then(|| spelled(&entry.target)),
        device: is_device.then_some(entry.device),
        md5: entry.md5.as_ref().map(|md5| hexadecimal(md5)),
    }
}

fn finding(finding: &Finding) -> FindingSummary {
    FindingSummary {
        severity: finding.severity.as_str(),
        rule: finding.rule,
        place: finding.place.clone(),
        problem: finding.problem.clone(),
        cure: finding.cure,
    }
}

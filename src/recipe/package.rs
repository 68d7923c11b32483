//! `[package]`, `[target]` and `[output]`: what the control file says (deb-control(5)), for which machine, and how it is packed.

use super::address::WebAddress;
use super::license::License;
use super::manager::{self, Manager};
use super::relations::{self, Relations};
use super::release::ReleaseName;
use super::section;
use super::table::{Located, Table};
use super::taken;
use super::version::{self, VersionSource};
use crate::deb::{
    Architecture, Compression, Description, FieldName, Line, Maintainer, PackageName, Section,
    Summary, Version,
};
use crate::recipe::code::Code;
use std::collections::BTreeMap;

/// `[package]`.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The package's name.
    pub name: PackageName,
    /// Version and revision as dpkg sees them; nothing as long as `version_source` is still to be asked.
    pub version: Option<Version>,
    /// Where the version comes from.
    pub version_source: VersionSource,
    /// The Debian revision of a version that the recipe does not state.
    pub revision: String,
    /// Who is responsible.
    pub maintainer: Maintainer,
    /// The first line of the description.
    pub summary: Summary,
    /// The rest of it, when the recipe says more.
    pub description: Option<Description>,
    /// The archive section.
    pub section: Option<Section>,
    /// The project's page.
    pub homepage: Option<Line>,
    /// SPDX expression for the copyright file.
    pub license: Option<Line>,
    /// Relations the recipe names, beyond those that are found.
    pub relations: Relations,
    /// Fields of the user's own, without `XB-`.
    pub fields: BTreeMap<FieldName, Line>,
}

/// `[target]`.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The Debian release; this machine's when the recipe does not say.
    pub release: Option<String>,
    /// The architecture; found out by the build when the recipe does not say.
    pub architecture: Option<Architecture>,
    /// What keeps the services running.
    pub manager: Manager,
}

/// Reads the name alone, which other parts are checked against: a stand-in when it is wrong, which [`read`] reports.
pub(super) fn read_name(document: &Table<'_>) -> Located<String> {
    document
        .table("package")
        .and_then(|table| table.string("name"))
        .filter(|name| name.value.parse::<PackageName>().is_ok())
        .unwrap_or(Located {
            value: "app".to_owned(),
            span: 0..0,
        })
}

pub(super) fn read(document: &Table<'_>) -> Option<Identity> {
    let table = document.table("package")?;
    let name = table.parsed("name");
    taken::check_name(&table);
    let version = version::read(&table);
    let maintainer = table.parsed("maintainer");
    let summary = table.parsed("summary");
    let description = read_description(&table);
    let section = table.parsed("section");
    if section.is_some() {
        section::check(&table);
    }
    let homepage: Option<Line> = table.parsed("homepage");
    if homepage.is_some() {
        let _: Option<WebAddress> = table.parsed("homepage");
    }
    let license = table.parsed::<License>("license").map(|license| license.0);
    let own_name = table
        .string("name")
        .map_or_else(String::new, |name| name.value);
    let relations = relations::read(&table, &own_name);
    let fields = read_fields(&table);
    let versioning = version?;
    check_version_source(document, &table, &versioning.source);
    Some(Identity {
        name: name?,
        version: versioning.version,
        version_source: versioning.source,
        revision: versioning.revision,
        maintainer: maintainer?,
        summary: summary?,
        description,
        section,
        homepage,
        license,
        relations,
        fields,
    })
}

/// Refuses a version from a place that the recipe does not have.
fn check_version_source(document: &Table<'_>, table: &Table<'_>, source: &VersionSource) {
    let has_git = document.table("source").is_some_and(|source| {
        source.place_of("git").is_some() || source.place_of("path").is_some()
    });
    let has_no_project = document
        .table("venv")
        .is_some_and(|venv| venv.boolean("project") == Some(false));
    let why = match source {
        VersionSource::Git(_) if !has_git => {
            "there is no repository: `[source]` has no `git` and no `path`"
        }
        VersionSource::Project if document.table("source").is_none() => {
            "there is no project: the recipe has no `[source]`"
        }
        VersionSource::Project if has_no_project => {
            "there is no project: `[venv]` says `project = false`"
        }
        _ => return,
    };
    let span = table.place_of("version").unwrap_or(table.span());
    table.conflict(
        span,
        "the version cannot be found there",
        why,
        "write the version itself, such as `version = \"1.0\"`",
    );
}

/// Reads `fields`: names as in source packages, where `XB-` says that a field is for the binary package (deb-src-control(5)).
pub(super) fn read_fields(table: &Table<'_>) -> BTreeMap<FieldName, Line> {
    let mut fields = BTreeMap::new();
    for entry in table.entries("fields") {
        let Some(value) = entry.as_string() else {
            continue;
        };
        let marked = entry.name.value.get(..3);
        let bare = match marked.filter(|start| start.eq_ignore_ascii_case("XB-")) {
            Some(_) => entry.name.value[3..].to_owned(),
            None => entry.name.value.clone(),
        };
        let name = Located {
            value: bare,
            span: entry.name.span.clone(),
        };
        let (Some(name), Some(value)) = (
            table.check_entry::<FieldName>("fields", &entry, &name),
            table.check_entry::<Line>("fields", &entry, &value),
        ) else {
            continue;
        };
        let shown = name.to_string();
        if fields.insert(name, value).is_some() {
            table.problem(
                Code::Conflict,
                entry.name.span,
                format!("the field `{shown}` is set twice"),
                "",
                "names of fields are compared without case and without `XB-`: keep one".to_owned(),
            );
        }
    }
    fields
}

/// Reads the description: what it is when it says something, or nothing.
fn read_description(table: &Table<'_>) -> Option<Description> {
    let text = table.string("description")?;
    if text.value.trim().is_empty() {
        table.problem(
            Code::InvalidValue,
            text.span,
            "`package.description` is not valid".to_owned(),
            "is empty",
            "write what the package does, or leave `description` out".to_owned(),
        );
        return None;
    }
    table.check("description", &text)
}

pub(super) fn read_target(document: &Table<'_>) -> Target {
    let table = document.table_or_empty("target");
    let release: Option<ReleaseName> = table.parsed("release");
    let release = release.map(|release| release.to_string());
    refuse_other_releases(&table, release.as_deref());
    let manager = manager::read(&table, "service-manager").unwrap_or_default();
    let named = table
        .string("architecture")
        .filter(|text| text.value != "auto");
    // What Debian does not know is wrong now, and not later.
    let architecture: Option<Architecture> =
        named.and_then(|text| table.check("architecture", &text));
    Target {
        release,
        architecture,
        manager,
    }
}

/// Releases that a package can be built for.
const RELEASES: &[&str] = &["bookworm", "trixie"];

fn refuse_other_releases(table: &Table<'_>, release: Option<&str>) {
    if let (Some(text), Some(release)) = (table.string("release"), release)
        && !RELEASES.contains(&release)
    {
        table.problem(
            Code::NotSupportedYet,
            text.span,
            format!("`target.release = \"{release}\"` is not supported yet"),
            "",
            format!("packages are built for `{}`", RELEASES.join("` and `")),
        );
    }
}

pub(super) fn read_compression(document: &Table<'_>) -> Option<Compression> {
    let table = document.table_or_empty("output");
    match table.string("compression") {
        None => Some(Compression::default()),
        Some(text) => table.check("compression", &text),
    }
}

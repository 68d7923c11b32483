//! The description of a package whose content is a plain tree: what `pack` reads.
//!
//! The same words and the same reader as a recipe's, without a source and a virtualenv. The version is a whole Debian version,
//! and every relation of the control file can be set (deb-control(5)). Files are relative to the description.

mod paths;

use super::package;
use super::relations::{self, Relations};
use super::table::Table;
use super::{read_document, schema};
use crate::deb::{
    Architecture, ArchivePath, Compression, Control, Mode, MultiArch, Priority, ScriptName, Version,
};
use crate::failure::Failure;
use crate::recipe::code::Code;
use paths::{read_modes, read_paths};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A description that has been read.
#[derive(Clone, Debug)]
pub struct Packing {
    /// `[package]`.
    pub control: Control,
    /// `[package] conffiles`.
    pub conffiles: Conffiles,
    /// `[package] triggers`, one line of the file each.
    pub triggers: Vec<String>,
    /// `[package] templates`: the debconf questions.
    pub templates: Option<PathBuf>,
    /// `[scripts]`.
    pub scripts: BTreeMap<ScriptName, PathBuf>,
    /// `[modes]`: files and directories that are to have other bits than 0644 or 0755.
    pub modes: BTreeMap<ArchivePath, Mode>,
    /// `[places] force`: folders that packages do not fill, and this one does.
    pub forced_places: Vec<ArchivePath>,
    /// `[output] compression`.
    pub compression: Compression,
}

/// Which files are conffiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conffiles {
    /// Every regular file below `/etc`.
    Auto,
    /// These.
    Listed(Vec<ArchivePath>),
}

impl Packing {
    /// Reads a description; `path` is how the user calls the file, `folder` where it lies.
    ///
    /// # Errors
    /// One [`Failure`] that shows every problem.
    pub fn parse(text: &str, path: &str, folder: &Path) -> Result<Packing, Failure> {
        read_document(text, |document, problems| {
            schema::check(document, &schema::PACKING, problems);
            read(&Table::document(document, problems), folder)
        })
        .into_value(path, text)
    }
}

fn read(document: &Table<'_>, folder: &Path) -> Option<Packing> {
    let package = read_package(document, folder);
    let scripts = read_scripts(document, folder);
    let modes = read_modes(document);
    let forced_places = document
        .table("places")
        .map_or_else(Vec::new, |table| read_paths(&table, "force"));
    let compression = package::read_compression(document);
    let (control, conffiles, triggers, templates) = package?;
    Some(Packing {
        control,
        conffiles,
        triggers,
        templates,
        scripts,
        modes,
        forced_places,
        compression: compression?,
    })
}

/// What `[package]` holds.
type Package = (Control, Conffiles, Vec<String>, Option<PathBuf>);

fn read_package(document: &Table<'_>, folder: &Path) -> Option<Package> {
    let table = document.table("package")?;
    refuse_essential(&table);
    let name = table.parsed("name");
    let version = table.parsed::<Version>("version");
    let architecture = table.parsed::<Architecture>("architecture");
    let maintainer = table.parsed("maintainer");
    let section = table.parsed("section");
    let summary = table.parsed("summary");
    let description = table.parsed("description").unwrap_or_default();
    let priority = table.parsed::<Priority>("priority").unwrap_or_default();
    let multi_arch = read_multi_arch(&table, architecture);
    let homepage = table.parsed("homepage");
    let own_name = table
        .string("name")
        .map_or_else(String::new, |name| name.value);
    let pre_depends = relations::read_wanted(&table, "pre-depends", &own_name);
    let enhances = relations::read_wanted(&table, "enhances", &own_name);
    let Relations {
        depends,
        recommends,
        suggests,
        conflicts,
        breaks,
        replaces,
        provides,
    } = relations::read(&table, &own_name);
    let custom = package::read_fields(&table);
    let conffiles = read_conffiles(&table);
    let triggers = table.strings("triggers");
    let templates = read_file(&table, "templates", folder);
    let control = Control {
        pre_depends,
        depends,
        recommends,
        suggests,
        enhances,
        breaks,
        conflicts,
        replaces,
        provides,
        priority,
        multi_arch,
        homepage,
        custom,
        description,
        ..Control::new(
            name?,
            version?,
            architecture?,
            maintainer?,
            section?,
            summary?,
        )
    };
    let triggers = triggers.into_iter().map(|line| line.value).collect();
    Some((control, conffiles, triggers, templates))
}

/// dpkg never removes an essential package again, and apt installs it everywhere (Policy 3.8).
fn refuse_essential(table: &Table<'_>) {
    for key in ["essential", "protected"] {
        if let Some(span) = table.place_of(key) {
            table.problem(
                Code::InvalidValue,
                span,
                format!("`package.{key}` cannot be set"),
                "only the packages that a system cannot boot without are that",
                "remove it".to_owned(),
            );
        }
    }
}

fn read_multi_arch(table: &Table<'_>, architecture: Option<Architecture>) -> MultiArch {
    let multi_arch = table.parsed::<MultiArch>("multi-arch").unwrap_or_default();
    if multi_arch == MultiArch::Same
        && architecture == Some(Architecture::ALL)
        && let Some(text) = table.string("multi-arch")
    {
        table.problem(
            Code::Conflict,
            text.span,
            "`package.multi-arch = \"same\"` is not for the architecture `all`".to_owned(),
            "dpkg refuses such a package",
            "use `foreign`: one installation serves every architecture".to_owned(),
        );
    }
    multi_arch
}

fn read_conffiles(table: &Table<'_>) -> Conffiles {
    match table.string("conffiles") {
        None if table.place_of("conffiles").is_none() => Conffiles::Auto,
        None => Conffiles::Listed(read_paths(table, "conffiles")),
        Some(text) => {
            if text.value != "auto" {
                table.problem(
                    Code::InvalidValue,
                    text.span,
                    "`package.conffiles` is not valid".to_owned(),
                    "this is not `auto`",
                    "write `\"auto\"` for every file below `/etc`, or a list of paths".to_owned(),
                );
            }
            Conffiles::Auto
        }
    }
}

fn read_scripts(document: &Table<'_>, folder: &Path) -> BTreeMap<ScriptName, PathBuf> {
    let Some(table) = document.table("scripts") else {
        return BTreeMap::new();
    };
    let names = [
        ScriptName::Config,
        ScriptName::Preinst,
        ScriptName::Postinst,
        ScriptName::Prerm,
        ScriptName::Postrm,
    ];
    names
        .into_iter()
        .filter_map(|name| Some((name, read_file(&table, name.as_str(), folder)?)))
        .collect()
}

/// Reads the name of a file that lies beside the description.
fn read_file(table: &Table<'_>, key: &'static str, folder: &Path) -> Option<PathBuf> {
    let text = table.string(key)?;
    if text.value.is_empty() || text.value.chars().any(char::is_control) {
        table.problem(
            Code::InvalidValue,
            text.span,
            format!("`{key}` names no file"),
            "",
            "name a file, relative to this description".to_owned(),
        );
        return None;
    }
    Some(folder.join(text.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[package]\nname = \"demo\"\nversion = \"1:2.0-1\"\narchitecture = \"all\"\n\
        maintainer = \"Ada <ada@example.org>\"\nsection = \"web\"\nsummary = \"small thing\"\n";

    fn parsed(rest: &str) -> Result<Packing, String> {
        Packing::parse(&format!("{HEAD}{rest}"), "demo.toml", Path::new("/d"))
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_short_description_has_the_defaults() {
        let packing = parsed("").expect("it is valid");
        assert_eq!(packing.conffiles, Conffiles::Auto);
        assert_eq!(packing.compression, Compression::default());
        assert_eq!(packing.control.file_name(), "demo_2.0-1_all.deb");
        let none = parsed("conffiles = []\n").expect("it is valid");
        assert_eq!(none.conffiles, Conffiles::Listed(Vec::new()));
    }

    #[test]
    fn files_are_beside_the_description_and_modes_are_kept() {
        let packing = parsed(
            "templates = \"t\"\nfields = { XB-Team = \"web\" }\n[scripts]\npostinst = \"p.sh\"\n\
             [modes]\n\"/usr/bin/x\" = \"4755\"\n[places]\nforce = [\"/usr/local\"]\n",
        )
        .expect("it is valid");
        assert_eq!(packing.templates, Some(PathBuf::from("/d/t")));
        assert_eq!(
            packing.scripts,
            BTreeMap::from([(ScriptName::Postinst, PathBuf::from("/d/p.sh"))])
        );
        let modes = packing
            .modes
            .iter()
            .map(|(path, mode)| format!("{path} {mode}"));
        assert_eq!(modes.collect::<Vec<_>>(), ["usr/bin/x 4755"]);
        let fields = packing.control.custom.iter();
        let fields = fields.map(|(name, value)| format!("{name}: {value}"));
        assert_eq!(fields.collect::<Vec<_>>(), ["Team: web"]);
        assert_eq!(packing.forced_places.len(), 1);
    }

    #[test]
    fn every_problem_is_shown_at_once() {
        let said = parsed(
            "essential = \"yes\"\nmulti-arch = \"same\"\nconffiles = [\"etc/x\", \"/etc/y\", \"/etc/y\"]\n\
             fields = { XB-Team = \"a\", team = \"b\", Status = \"c\" }\n[modes]\n\"/x\" = \"88\"\n\"/y/../z\" = \"755\"\n",
        )
        .expect_err("it is not valid");
        let titles: Vec<_> = said
            .lines()
            .filter(|line| line.starts_with("error"))
            .collect();
        assert_eq!(
            titles,
            [
                "error[recipe::invalid-value]: `package.essential` cannot be set",
                "error[recipe::conflict]: `package.multi-arch = \"same\"` is not for the architecture `all`",
                "error[recipe::invalid-value]: `package.conffiles` is not valid",
                "error[recipe::conflict]: `/etc/y` is listed twice",
                "error[recipe::conflict]: the field `team` is set twice",
                "error[recipe::invalid-value]: `package.fields.Status` is not valid",
                "error[recipe::invalid-value]: `modes.\"/x\"` is not valid",
                "error[recipe::invalid-value]: `modes.\"/y/../z\"` is not valid",
            ]
        );
    }
}

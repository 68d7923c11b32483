//! `[service.*]`: programs that the host keeps running.

use super::host_path::HostPath;
use super::names::{ServiceName, UnitName};
use super::substitutions::Substitutions;
use super::table::Table;
use super::words::Words;

/// A service of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name in the recipe.
    pub name: ServiceName,
    /// What it runs.
    pub command: Words,
    /// Where it runs; the prefix when the recipe does not say.
    pub directory: Option<HostPath>,
    /// Whether it starts when the host does, and after the installation.
    pub enabled: bool,
    /// Units of the host that start before it.
    pub after: Vec<UnitName>,
}

impl Service {
    /// Returns the name of its unit: the package's own when the service is named after it, else `PACKAGE-SERVICE`.
    pub fn unit_name(&self, package: &str) -> String {
        if self.name.as_str() == package {
            format!("{package}.service")
        } else {
            format!("{package}-{}.service", self.name)
        }
    }
}

pub(super) fn read(document: &Table<'_>, substitutions: &Substitutions) -> Vec<Service> {
    let mut services = Vec::new();
    for entry in document.entries("service") {
        let Some(table) = document.entry_table("service", &entry) else {
            continue;
        };
        if substitutions.name.contains('+') {
            document.problem(
                "recipe::conflict",
                entry.name.span.clone(),
                format!(
                    "a service of `{}` would have a unit that systemd refuses",
                    substitutions.name
                ),
                "",
                "leave the `+` out of the package's name".to_owned(),
            );
        }
        let name: Option<ServiceName> =
            document.check(&format!("service.{}", entry.name.value), &entry.name);
        let command = table.string("command").and_then(|mut text| {
            substitutions.apply(&mut text);
            table.check("command", &text)
        });
        let directory = table.string("directory").and_then(|mut text| {
            substitutions.apply(&mut text);
            table.check("directory", &text)
        });
        let enabled = table.boolean("enabled").unwrap_or(true);
        let after = table.parsed_list("after");
        if let (Some(name), Some(command)) = (name, command) {
            services.push(Service {
                name,
                command,
                directory,
                enabled,
                after,
            });
        }
    }
    services
}

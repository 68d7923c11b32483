//! What a service is called on the host, for every service manager.

use super::Service;

impl Service {
    /// Returns the name of its unit: the package's own when the service is named after it, else `PACKAGE-SERVICE`.
    pub fn unit_name(&self, package: &str) -> String {
        format!("{}.service", self.stem(package))
    }

    /// Returns the names of all units that it has: a template with a target for instances, a timer for a schedule.
    pub fn unit_names(&self, package: &str) -> Vec<String> {
        let stem = self.stem(package);
        if self.schedule.is_some() {
            vec![format!("{stem}.service"), format!("{stem}.timer")]
        } else if self.instances > 1 {
            vec![format!("{stem}@.service"), format!("{stem}.target")]
        } else {
            vec![format!("{stem}.service")]
        }
    }

    /// Returns its name on the host: in units, groups and folders of service managers.
    pub fn stem(&self, package: &str) -> String {
        if self.name.as_str() == package {
            package.to_owned()
        } else {
            format!("{package}-{}", self.name)
        }
    }
}

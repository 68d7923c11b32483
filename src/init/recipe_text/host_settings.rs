//! Django's settings on the host: a module below `/etc` that takes those of the app, and puts the secret key of the host and a
//! database that the service can write in their place.

use super::Parts;
use crate::init::django::Django;
use std::fmt::Write as _;

/// The name of the module.
pub(super) const MODULE: &str = "host_settings";

/// The module of one app.
pub(super) struct HostSettings<'a> {
    package: &'a str,
    django: &'a Django,
}

impl<'a> HostSettings<'a> {
    /// Returns the module, where settings of the app need it and nothing else says which settings count.
    pub(super) fn of(parts: &Parts<'a>) -> Option<Self> {
        let django = parts.app.django.as_ref()?;
        let chosen = parts.app.dotenv.iter().any(|dotenv| {
            let chooses = |name: &str| ["DJANGO_SETTINGS_MODULE", "PYTHONPATH"].contains(&name);
            dotenv.plain.iter().any(|(name, _)| chooses(name))
        });
        let needed = django.secret_in_code || django.database_in_code;
        (parts.ships_source && needed && !chosen).then_some(HostSettings {
            package: parts.identity.name.as_str(),
            django,
        })
    }

    /// Returns the folder that Python's path must hold.
    pub(super) fn folder(&self) -> String {
        format!("/etc/{}", self.package)
    }

    /// Returns where it is on the host.
    pub(super) fn path(&self) -> String {
        format!("{}/{MODULE}.py", self.folder())
    }

    /// Returns the entry of `[files]`.
    pub(super) fn value(&self) -> String {
        let mut text = format!("import os\nfrom {} import *\n", self.django.settings);
        if self.django.secret_in_code {
            text.push_str("SECRET_KEY = os.environ[\"SECRET_KEY\"]\n");
        }
        if self.django.database_in_code {
            let _ = writeln!(
                text,
                "DATABASES[\"default\"][\"NAME\"] = \"/var/lib/{}/db.sqlite3\"",
                self.package
            );
        }
        format!("{{ content = '''\n{text}''' }}")
    }
}

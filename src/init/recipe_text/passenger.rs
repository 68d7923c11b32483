//! `[passenger]`: for a repository that has the file which Passenger loads.

use super::Parts;
use crate::init::toml_text::Section;
use crate::recipe::STARTUP_FILE;

pub(super) fn section(parts: &Parts<'_>) -> Option<Section> {
    if !parts.services.has_passenger {
        return None;
    }
    let mut section = Section::new("[passenger]");
    section.comment(&format!(
        "From {STARTUP_FILE}. It listens on port 8000 of this machine, for a web server in front of it."
    ));
    section.set_text("file", STARTUP_FILE);
    Some(section)
}

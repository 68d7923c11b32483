//! The projects of the source that are installed, and the requirements that name their wheels.
//!
//! A project is installed as a wheel and never editable (DESIGN 4), by the address of its file: what the wheel is called is known
//! only when it is made.

use super::draft::{Draft, Placeholder};
use super::places::Places;
use super::source::SourcePlan;
use crate::recipe::{Extra, Recipe};
use std::path::{Path, PathBuf};

/// A project in the source that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProject {
    /// Its folder.
    pub root: PathBuf,
    /// Where its wheel is made.
    pub wheels: PathBuf,
    /// Which of its extras are installed.
    pub extras: Vec<Extra>,
    /// Whether it is the app itself, and not an extra source.
    pub is_app: bool,
}

/// Returns the projects of the source: the app at `root`, and the extra sources that are installed.
pub(super) fn projects(
    recipe: &Recipe,
    source: Option<&SourcePlan>,
    root: Option<&PathBuf>,
    places: &Places,
) -> Vec<SourceProject> {
    let app = root.map(|root| SourceProject {
        root: root.clone(),
        wheels: places.wheels(),
        extras: recipe.venv.extras.clone(),
        is_app: true,
    });
    let extras = source.map_or(&[][..], |source| &source.extras);
    let installed = extras.iter().enumerate().filter(|(_, extra)| extra.install);
    let others = installed.map(|(number, extra)| SourceProject {
        root: places.source().join(extra.into.as_path()),
        wheels: places.wheels().join(format!("extra-{}", number + 1)),
        extras: Vec::new(),
        is_app: false,
    });
    app.into_iter().chain(others).collect()
}

/// The wheel that the project's build has made.
#[derive(Clone, Debug)]
pub struct ProjectWheel {
    /// The normalised name of its distribution.
    pub name: String,
    /// Its file name.
    pub file: String,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// Returns the requirements that name the wheels of the projects.
pub(super) fn project_lines(projects: &[SourceProject], require_hashes: Option<bool>) -> Draft {
    let mut lines = Draft::default();
    for project in projects {
        lines.append(project_requirement(project, require_hashes, None));
    }
    lines
}

/// Renders the requirements file that installs the wheel. Where others have hashes it has one too: with the first hash, pip
/// demands one of everything.
pub fn project_requirement(
    project: &SourceProject,
    require_hashes: Option<bool>,
    wheel: Option<&ProjectWheel>,
) -> Draft {
    let mut line = Draft::default();
    line.push_or(wheel.map(|wheel| &wheel.name), Placeholder::Project);
    if !project.extras.is_empty() {
        let extras: Vec<_> = project.extras.iter().map(Extra::as_str).collect();
        line.push(format!("[{}]", extras.join(",")));
    }
    let folder = percent_encode(&project.wheels);
    line.push(format!(" @ file://{folder}/"));
    let file = wheel.map(|wheel| percent_encode(Path::new(&wheel.file)));
    line.push_or(file, Placeholder::Wheel);
    match (require_hashes, wheel) {
        (Some(false), _) => {}
        (None, _) => line.push_or(None::<&str>, Placeholder::HashOption),
        (Some(true), wheel) => {
            line.push(" --hash=sha256:");
            line.push_or(wheel.map(|wheel| &wheel.sha256), Placeholder::WheelHash);
        }
    }
    line.push("\n");
    line
}

pub(super) fn percent_encode(path: &Path) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~+".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_is_a_url_that_both_installers_read() {
        assert_eq!(
            percent_encode(Path::new("/a b/ä#.whl")),
            "/a%20b/%C3%A4%23.whl"
        );
    }

    #[test]
    fn the_wheel_has_a_hash_where_the_others_have_one() {
        let project = SourceProject {
            root: "/w/source".into(),
            wheels: "/w/wheels".into(),
            extras: vec!["web".parse().expect("an extra")],
            is_app: true,
        };
        let wheel = ProjectWheel {
            name: "demo".to_owned(),
            file: "demo-1.0-py3-none-any.whl".to_owned(),
            sha256: "0a".to_owned(),
        };
        let line = |hashes, wheel| project_requirement(&project, hashes, wheel).to_string();
        assert_eq!(
            line(Some(true), Some(&wheel)),
            "demo[web] @ file:///w/wheels/demo-1.0-py3-none-any.whl --hash=sha256:0a\n"
        );
        assert_eq!(
            line(Some(false), Some(&wheel)),
            "demo[web] @ file:///w/wheels/demo-1.0-py3-none-any.whl\n"
        );
        assert_eq!(
            line(None, None),
            "<name of the project>[web] @ file:///w/wheels/<wheel><--hash>\n"
        );
        assert_eq!(
            line(Some(true), None),
            "<name of the project>[web] @ file:///w/wheels/<wheel> --hash=sha256:<hash of the wheel>\n"
        );
    }
}

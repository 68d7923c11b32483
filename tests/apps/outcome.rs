//! What became of an application.

use std::fmt;

/// Whether uv and pip made the same package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Installers {
    /// Nobody has looked.
    Untried,
    /// The same bytes.
    Same,
    /// Something is built from source, and differs.
    Differ,
}

/// What became of an application.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    /// The version of the app itself.
    pub(crate) version: String,
    /// How long uv's build took.
    pub(crate) seconds: f64,
    /// The size of the package.
    pub(crate) megabytes: f64,
    pub(crate) wheels: usize,
    pub(crate) sdists: usize,
    pub(crate) warnings: usize,
    /// Relations that come from libraries, as dpkg-shlibdeps has them too.
    pub(crate) libraries: usize,
    pub(crate) installers: Installers,
    /// What went wrong; nothing when all is well.
    pub(crate) failures: Vec<String>,
}

impl Outcome {
    /// Starts with nothing known.
    pub(crate) fn new(name: &str) -> Self {
        Outcome {
            name: name.to_owned(),
            version: String::new(),
            seconds: 0.0,
            megabytes: 0.0,
            wheels: 0,
            sdists: 0,
            warnings: 0,
            libraries: 0,
            installers: Installers::Untried,
            failures: Vec::new(),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = if self.failures.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        let installers = match self.installers {
            Installers::Untried => "-",
            Installers::Same => "uv = pip",
            Installers::Differ => "uv, pip differ",
        };
        write!(
            f,
            "{:22} {:12} {:6.1} s {:6.1} MB {:3} wheels {:2} sdists {:2} libraries {:2} warnings  {installers:14} {result}",
            self.name,
            self.version,
            self.seconds,
            self.megabytes,
            self.wheels,
            self.sdists,
            self.libraries,
            self.warnings
        )?;
        for failure in &self.failures {
            write!(f, "\n    {}", failure.replace('\n', "\n    "))?;
        }
        Ok(())
    }
}

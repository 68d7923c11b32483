//! Looks at the Python in a folder of the build machine before anything is planned with it.

use crate::failure::Failure;
use crate::plan::FoundPython;
use crate::sys::fs;
use crate::sys::process::{Cmd, Runner};
use anyhow::Result;
use std::path::Path;

/// What the Python is asked: where it finds its library, and which version it has.
const QUESTION: &str = "import platform, sys; print(sys.base_prefix, '%d.%d' % sys.version_info[:2], platform.python_version(), sep='\\n')";

/// Returns what the Python in a folder says of itself. Nothing is written.
///
/// # Errors
/// When there is none, it does not run, or it looks for its library somewhere else: then it cannot be moved.
pub fn look(folder: &Path, runner: Runner) -> Result<FoundPython> {
    let program = folder.join("bin/python3");
    let refused = |why: String| {
        Failure::host(format!("`python-home` is `{}`, {why}", folder.display())).hint(
            "name the folder of a Python that can be moved: with `bin/python3`, and its library in `lib/python3.X`",
        )
    };
    if !fs::is_file(&program) {
        return Err(refused("which has no `bin/python3`".to_owned()).into());
    }
    let folder = fs::canonicalize(folder)?;
    let question = Cmd::new(folder.join("bin/python3")).args(["-I", "-B", "-c", QUESTION]);
    let answer = runner.ask(&question)?;
    let mut lines = answer.stdout.lines();
    let mut line = || lines.next();
    let (Some(base), Some(version), Some(full), true) = (line(), line(), line(), answer.success())
    else {
        let said = answer.stderr.lines().next_back().unwrap_or("nothing");
        return Err(refused(format!("whose Python does not run: it says `{said}`")).into());
    };
    if Path::new(base) != folder {
        return Err(refused(format!("whose Python has its library in `{base}`")).into());
    }
    if !fs::is_file(&folder.join(format!("bin/python{version}"))) {
        return Err(refused(format!("which has no `bin/python{version}`")).into());
    }
    Ok(FoundPython {
        version: version.to_owned(),
        full: full.to_owned(),
        folder,
    })
}

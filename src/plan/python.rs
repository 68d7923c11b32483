//! The commands of the interpreter itself: it says what it is, makes virtualenvs and compiles bytecode.
//!
//! It runs isolated (`-I`) wherever it can, so that nothing of the builder's is imported.

use super::command::Command;
use super::interpreter::Interpreter;
use super::places::Places;
use std::path::Path;

/// Asks the interpreter where it is and which version it has; with the answer of the distribution's.
pub(super) fn check_interpreter(interpreter: &Interpreter) -> (Command, String) {
    let script = "import sys; print(sys.base_prefix, '%d.%d' % sys.version_info[:2])";
    (
        Command::new(interpreter.path()).args(["-I", "-B", "-c", script]),
        format!("{} {}", interpreter.base().display(), interpreter.version),
    )
}

/// Makes the virtualenv's frame: no pip in it, no system packages.
pub(super) fn create_venv(interpreter: &Interpreter, at: &Path) -> Command {
    Command::new(interpreter.path())
        .args(["-I", "-B", "-m", "venv", "--without-pip"])
        .arg(at)
}

/// Makes a virtualenv that has pip, to fetch or install with. Its child, ensurepip, writes no bytecode beside the interpreter's
/// own modules either: they may be in a folder of the builder's.
pub fn create_pip_venv(interpreter: &Interpreter, at: &Path) -> Command {
    Command::new(interpreter.path())
        .args(["-I", "-B", "-m", "venv"])
        .arg(at)
        .env("PYTHONDONTWRITEBYTECODE", "1")
}

/// Compiles every module below `stage/prefix/lib`, so that the names in the bytecode are those of the host.
///
/// `unchecked-hash` (PEP 552): a timestamp would be stale, because the package clamps times, and the service user could
/// not rewrite the file; what an installer has compiled is compiled again. The hash seed is fixed although the compiler sorts what it once did not.
pub(super) fn compile(interpreter: &Interpreter, places: &Places) -> Command {
    compile_below(
        interpreter,
        &places.stage(),
        &places.venv().join("lib"),
        places,
    )
}

/// Compiles every module of `folder`, which is below `stage` as it will be below `/`.
pub(super) fn compile_below(
    interpreter: &Interpreter,
    stage: &Path,
    folder: &Path,
    places: &Places,
) -> Command {
    Command::new(interpreter.path())
        .args(["-s", "-m", "compileall", "-q", "-f", "-j", "0", "-s"])
        .arg(stage)
        .args(["-p", "/", "--invalidation-mode", "unchecked-hash"])
        .arg(folder)
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .cwd(places.temporary())
}

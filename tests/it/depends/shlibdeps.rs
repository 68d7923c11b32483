//! One run of dpkg-shlibdeps, in the form that dpkg-gencontrol gives it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Sorts and simplifies relations as dpkg-gencontrol does.
const SIMPLIFY: &str = "use Dpkg::Deps; local $/; my $deps = deps_parse(<STDIN>); \
    $deps->simplify_deps(Dpkg::Deps::KnownFacts->new()); $deps->sort(); print $deps->output();";

/// What it found.
pub(crate) struct Answer {
    /// The relations.
    pub(crate) relations: BTreeSet<String>,
    /// What it said.
    pub(crate) said: String,
}

/// Runs it on files; `private` are folders of bundled libraries.
pub(crate) fn ask(files: &[PathBuf], private: &[PathBuf]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("debian")).unwrap();
    std::fs::write(
        folder.path().join("debian/control"),
        "Source: demo\n\nPackage: demo\nArchitecture: any\n",
    )
    .unwrap();
    let output = Command::new("dpkg-shlibdeps")
        .args(["-O", "--ignore-missing-info"])
        .args(private.iter().map(|path| format!("-l{}", path.display())))
        .args(files.iter().map(|path| format!("-e{}", path.display())))
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{files:?}: {said}");
    let line = String::from_utf8(output.stdout).unwrap();
    Answer {
        relations: simplified(line.trim().trim_start_matches("shlibs:Depends=")),
        said,
    }
}

/// Returns relations as a set, without those that others imply.
pub(crate) fn simplified(relations: &str) -> BTreeSet<String> {
    let mut perl = Command::new("perl");
    perl.args(["-e", SIMPLIFY])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut perl = perl.spawn().unwrap();
    std::io::Write::write_all(&mut perl.stdin.take().unwrap(), relations.as_bytes()).unwrap();
    let output = perl.wait_with_output().unwrap();
    assert!(output.status.success(), "{relations}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split(", ")
        .filter(|relation| !relation.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns the ELF files below a folder that a program could load: executables and libraries, of this machine.
pub(crate) fn loadable(folder: &Path) -> Vec<PathBuf> {
    let output = Command::new("sh")
        .args([
            "-c",
            "find \"$0\" -type f -size +51c -print0 | xargs -0 -r file -0 -0 | tr '\\0' '\\n' | paste - - \
             | sed -n 's/\\tELF 64-bit LSB \\(pie executable\\|executable\\|shared object\\), x86-64.*$/\\t/p' | cut -f1",
        ])
        .arg(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(PathBuf::from).collect()
}

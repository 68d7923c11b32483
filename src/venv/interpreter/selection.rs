//! Which files of a Python go into a package, and where. Pure.

use std::path::{Component, Path, PathBuf};

/// Folders of the standard library that no app imports: its tests, what builds programs that embed Python, editors.
const LEFT_OUT: &[&str] = &["__pycache__", "idlelib", "test", "tests", "turtledemo"];

/// Returns where a file of one of the distribution's packages goes, below the folder of the Python; nothing for one that is left out.
///
/// Copyright files of the packages come along, because nothing else brings them to the host.
pub(super) fn of_package(path: &Path, package: &str, version: &str) -> Option<PathBuf> {
    if let Ok(inside) = path.strip_prefix("usr/share/doc") {
        let copyright = Path::new(package).join("copyright");
        return (inside == copyright).then(|| Path::new("share/doc").join(copyright));
    }
    of_folder(path.strip_prefix("usr").ok()?, version)
}

/// Returns where a file of a Python's folder goes, which is where it was; nothing for one that is left out.
pub(super) fn of_folder(path: &Path, version: &str) -> Option<PathBuf> {
    let name = format!("python{version}");
    if path == Path::new("bin").join(&name) {
        return Some(path.to_path_buf());
    }
    let inside = path.strip_prefix("lib").ok()?;
    let mut parts = inside.components();
    let Some(Component::Normal(first)) = parts.next() else {
        return None;
    };
    let wanted = if first == name.as_str() {
        let below: Vec<_> = parts
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        in_library(&below)
    } else {
        is_shared_library(path)
    };
    wanted.then(|| path.to_path_buf())
}

/// Returns whether a file of the standard library is taken.
fn in_library(parts: &[std::borrow::Cow<'_, str>]) -> bool {
    let Some((name, folders)) = parts.split_last() else {
        return false;
    };
    let top = folders.first().unwrap_or(name);
    // The Python of a virtualenv does not see what is installed beside its library.
    let is_foreign = ["site-packages", "dist-packages", "ensurepip"].contains(&top.as_ref());
    // Static libraries, and the makefile that links them.
    let is_for_embedding = top.starts_with("config-");
    // What the administrator of the distribution's Python says.
    let is_configuration = folders.is_empty()
        && ["EXTERNALLY-MANAGED", "sitecustomize.py", "usercustomize.py"].contains(&name.as_ref());
    let is_left_out = folders
        .iter()
        .any(|folder| LEFT_OUT.contains(&folder.as_ref()));
    // Compiled modules that only the tests of Python import.
    let is_for_tests = top == "lib-dynload"
        && ["_ctypes_test", "_test", "_xxtest", "xxlimited"]
            .iter()
            .any(|start| name.starts_with(start));
    !is_foreign
        && !is_for_tests
        && !is_for_embedding
        && !is_configuration
        && !is_left_out
        && !name.ends_with(".a")
}

/// Returns whether a file of `lib` is a library that the interpreter may be linked with.
fn is_shared_library(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.components().count() == 2 && name.starts_with("lib") && name.contains(".so")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_package_the_program_its_library_and_its_copyright_are_taken() {
        let place = |path: &str| of_package(Path::new(path), "python3.11-minimal", "3.11");
        for (path, taken) in [
            ("usr/bin/python3.11", "bin/python3.11"),
            ("usr/lib/python3.11/os.py", "lib/python3.11/os.py"),
            (
                "usr/lib/python3.11/LICENSE.txt",
                "lib/python3.11/LICENSE.txt",
            ),
            (
                "usr/lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so",
                "lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so",
            ),
            (
                "usr/share/doc/python3.11-minimal/copyright",
                "share/doc/python3.11-minimal/copyright",
            ),
        ] {
            assert_eq!(place(path), Some(PathBuf::from(taken)), "{path}");
        }
        for path in [
            "etc/python3.11/sitecustomize.py",
            "usr/bin/pdb3.11",
            "usr/lib/binfmt.d/python3.11.conf",
            "usr/lib/python3.11/EXTERNALLY-MANAGED",
            "usr/lib/python3.11/sitecustomize.py",
            "usr/lib/python3.11/config-3.11-x86_64-linux-gnu/libpython3.11.a",
            "usr/lib/python3.11/unittest/test/test_case.py",
            "usr/lib/python3.11/lib-dynload/_testcapi.cpython-311-x86_64-linux-gnu.so",
            "usr/lib/python3.11/lib-dynload/xxlimited.cpython-311-x86_64-linux-gnu.so",
            "usr/lib/python3.11/__pycache__/os.cpython-311.pyc",
            "usr/lib/python3/dist-packages/apt/__init__.py",
            "usr/share/doc/python3.11-minimal/changelog.Debian.gz",
            "usr/share/man/man1/python3.11.1.gz",
        ] {
            assert_eq!(place(path), None, "{path}");
        }
    }

    #[test]
    fn of_a_folder_its_own_libraries_are_taken_and_its_installers_are_not() {
        let is_taken = |path: &str| of_folder(Path::new(path), "3.12").is_some();
        for path in [
            "bin/python3.12",
            "lib/libpython3.12.so.1.0",
            "lib/python3.12/json/decoder.py",
        ] {
            assert!(is_taken(path), "{path}");
        }
        for path in [
            "bin/pip3",
            "bin/python3",
            "include/python3.12/Python.h",
            "lib/libpython3.12.a",
            "lib/pkgconfig/python3.pc",
            "lib/python3.12/site-packages/pip/__init__.py",
            "lib/python3.12/ensurepip/__init__.py",
            "lib/python3.11/os.py",
            "lib/tcl8.6/init.tcl",
        ] {
            assert!(!is_taken(path), "{path}");
        }
    }
}

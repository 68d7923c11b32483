//! Compiled modules, and compiled programs and libraries.

use super::tree::{PREFIX, SITE, Tree, bytes, text};
use crate::context::{TestContext, succeed};
use deb_build_app::venv::relocate::bytecode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// A package of compiled wheels: libraries that were changed after they were linked, and libraries under names with a hash.
static COMPILED: LazyLock<PathBuf> = LazyLock::new(|| {
    let context = TestContext::new();
    let recipe = context.write(
        "recipe.toml",
        "[package]\nname = \"compiled\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"libraries of wheels\"\n\
         [venv]\npackages = [\"numpy==2.2.6\", \"psycopg2-binary==2.9.10\"]\nprune = [\"pip\", \"activate\", \"tests\", \"stubs\"]\n\
         [venv.verify]\nimports = [\"numpy\", \"numpy.linalg\", \"psycopg2\"]\n",
    );
    let built = context.build(&recipe);
    let kept = crate::context::kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
});

#[test]
fn test_10_22_three_modes_of_bytecode_in_and_one_out() {
    let module = format!("{SITE}/m.py");
    for mode in ["timestamp", "checked-hash", "unchecked-hash"] {
        let tree = Tree::by_hand();
        tree.write(&module, "x = 1\n")
            .write(&format!("{SITE}/old.py"), "print 'python 2'\n")
            .write(
                &format!("{SITE}/__pycache__/m.cpython-312.pyc"),
                "another version",
            )
            .write(&format!("{SITE}/alone.py"), "y = 2\n");
        for options in [&["-O"][..], &[]] {
            let compiled = Command::new("/usr/bin/python3.11")
                .args(options)
                .args(["-m", "compileall", "-q", "--invalidation-mode", mode])
                .arg(tree.venv().join("lib"))
                .output()
                .unwrap();
            assert_eq!(compiled.status.code(), Some(1), "`old.py` does not compile");
        }
        // A module without its source stands where the source would, and must stay.
        let site = tree.venv().join(SITE);
        std::fs::rename(
            site.join("__pycache__/alone.cpython-311.pyc"),
            site.join("alone.pyc"),
        )
        .unwrap();
        std::fs::remove_file(site.join("alone.py")).unwrap();
        let files = [
            &module,
            &format!("{SITE}/old.py"),
            &format!("{SITE}/alone.pyc"),
        ];
        tree.distribution("x", &files.map(String::as_str)).compile();
        let read = tree.read();
        let record = text(&read, &format!("{SITE}/x-1.0.dist-info/RECORD"));
        let compiled: Vec<_> = record.lines().filter(|row| row.contains(".pyc")).collect();
        assert_eq!(compiled.len(), 2, "{mode}: {record}");
        assert!(
            compiled[0].starts_with("__pycache__/m.cpython-311.pyc,"),
            "{record}"
        );
        assert!(compiled[1].starts_with("alone.pyc,sha256="), "{record}");
        let made = bytes(&read, &format!("{SITE}/__pycache__/m.cpython-311.pyc")).unwrap();
        let source = format!("{PREFIX}/{SITE}/m.py");
        assert_eq!(bytecode::check(&made, source.as_bytes()), Ok(()), "{mode}");
        assert!(bytes(&read, &format!("{SITE}/alone.pyc")).is_some());
        assert_eq!(
            bytes(
                &tree.read_sources(),
                &format!("{SITE}/__pycache__/m.cpython-311.pyc")
            ),
            None
        );
        let ask = "import m, alone; print(m.__cached__, m.__spec__.origin, m.x.__class__.__name__)";
        assert_eq!(
            tree.output(&read, &[&format!("{PREFIX}/bin/python"), "-c", ask]),
            format!("{PREFIX}/{SITE}/__pycache__/m.cpython-311.pyc {source} int\n")
        );
    }
}

#[test]
fn test_10_23_a_name_in_bytecode_longer_than_255_bytes() {
    let deep = "deep".repeat(20);
    let module = format!("{SITE}/{deep}/{deep}/{deep}/{deep}/m.py");
    let tree = Tree::by_hand();
    tree.write(&module, "def f(): raise KeyError\n")
        .distribution("x", &[&module])
        .compile();
    let read = tree.read();
    let compiled = module.replace("/m.py", "/__pycache__/m.cpython-311.pyc");
    let source = format!("{PREFIX}/{module}");
    assert!(source.len() > 255);
    let found = bytes(&read, &compiled).unwrap();
    assert_eq!(bytecode::check(&found, source.as_bytes()), Ok(()));
    let ask = "import marshal, sys; print(marshal.loads(open(sys.argv[1], 'rb').read()[16:]).co_filename)";
    let python = format!("{PREFIX}/bin/python");
    assert_eq!(
        tree.output(
            &read,
            &[&python, "-c", ask, &format!("{PREFIX}/{compiled}")]
        ),
        format!("{source}\n")
    );
}

/// Unpacks the package of compiled wheels, and returns its site-packages.
fn unpacked(folder: &Path) -> PathBuf {
    let mut unpack = Command::new("dpkg-deb");
    succeed(unpack.arg("-R").arg(&*COMPILED).arg(folder));
    folder.join("opt/compiled").join(SITE)
}

/// Returns the machine code below a folder.
fn machine_code(folder: &Path) -> Vec<PathBuf> {
    let mut find = Command::new("find");
    let found = succeed(find.arg(folder).args(["-type", "f", "-name", "*.so*"]));
    let mut found: Vec<_> = found.lines().map(PathBuf::from).collect();
    found.sort();
    found
}

#[test]
fn test_10_24_libraries_that_were_changed_after_they_were_linked_are_not_touched() {
    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path().join("package");
    let site = unpacked(&folder);
    // The build has imported numpy at its final path. What the wheels' own RECORDs say of each library is said by those in uv's
    // cache, which nobody writes anew.
    let cache = crate::context::kept().join("cache/uv");
    let script = "import base64, csv, glob, hashlib, os, sys\n\
        said = {}\n\
        for record in glob.glob(sys.argv[2] + '/archive-v*/*/*.dist-info/RECORD'):\n    \
            for path, hash, size in csv.reader(open(record)):\n        \
                said.setdefault(path, set()).add(hash)\n\
        for path in sys.argv[3:]:\n    \
            digest = base64.urlsafe_b64encode(hashlib.sha256(open(path, 'rb').read()).digest()).rstrip(b'=').decode()\n    \
            name = os.path.relpath(path, sys.argv[1])\n    \
            assert 'sha256=' + digest in said[name], name\n\
        print('true')\n";
    let files = machine_code(&site);
    let is_there = |part: &str| {
        files
            .iter()
            .any(|path| path.to_str().unwrap().contains(part))
    };
    assert!(is_there("numpy.libs/libscipy_openblas") && is_there("psycopg2_binary.libs/libpq"));
    let mut python = Command::new("python3");
    python
        .args(["-c", script])
        .args([&site, &cache])
        .args(&files);
    assert_eq!(succeed(&mut python), "true\n");
}

#[test]
fn test_10_25_bundled_libraries_know_themselves() {
    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path().join("package");
    let site = unpacked(&folder);
    let files = machine_code(&site);
    let names: BTreeSet<_> = files
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    // What is needed is in the package under a name with a hash, or one of the C library, the compiler and zlib.
    let mut outside = BTreeSet::new();
    let mut hashed = 0;
    for file in &files {
        let said = succeed(Command::new("readelf").arg("-dW").arg(file));
        let needed = said.lines().filter(|line| line.contains("(NEEDED)"));
        for line in needed {
            let name = line.split(['[', ']']).nth(1).unwrap();
            if names.contains(name) {
                hashed += 1;
            } else {
                outside.insert(name.split(".so").next().unwrap().to_owned());
            }
        }
    }
    assert!(hashed > 5, "{hashed}");
    let system = [
        "ld-linux-x86-64",
        "libc",
        "libdl",
        "libgcc_s",
        "libm",
        "libpthread",
        "libresolv",
        "librt",
        "libstdc++",
        "libz",
    ];
    let foreign: Vec<_> = outside
        .iter()
        .filter(|name| !system.contains(&name.as_str()))
        .collect();
    assert_eq!(foreign, Vec::<&String>::new());
    // And the relations are those that dpkg-shlibdeps finds, besides the interpreter.
    let depends = succeed(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(&*COMPILED)
            .arg("Depends"),
    );
    let ours: BTreeSet<_> = depends
        .trim()
        .split(", ")
        .filter(|relation| !relation.starts_with("python3"))
        .map(str::to_owned)
        .collect();
    assert_eq!(ours, crate::depends::shlibdeps::ask_tree(&folder));
}

/// Compiles a module with `-g` behind the flags of the environment, as one file of uWSGI is, and puts it into a wheel.
const BACKEND: &str = r#"
import os, shlex, subprocess, zipfile
def build_wheel(out, config_settings=None, metadata_directory=None):
    words = ["gcc", *shlex.split(os.environ["CFLAGS"]), "-g", "-shared", "-fPIC", "-o", "flagged.so", os.path.abspath("flagged.c")]
    subprocess.run([*words, *shlex.split(os.environ["LDFLAGS"])], check=True)
    name = "flagged-1.0-py3-none-any.whl"
    info = "flagged-1.0.dist-info"
    with zipfile.ZipFile(os.path.join(out, name), "w") as wheel:
        wheel.write("flagged.so")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: flagged\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"flagged.so,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return name
"#;

#[test]
fn debug_information_that_a_project_asks_for_is_left_out_with_the_paths_in_it() {
    let context = TestContext::new();
    context.write("app/flagged.c", "int flagged(void) { return 1; }\n");
    context.write("app/backend.py", BACKEND);
    context.write(
        "app/pyproject.toml",
        "[project]\nname = \"flagged\"\nversion = \"1.0\"\n[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
    );
    context.commit("app");
    for installer in ["uv", "pip"] {
        let recipe = context.write(
            "recipe.toml",
            &format!(
                "[package]\nname = \"flagged\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"compiled with -g\"\n\
                 [source]\ngit = \"app\"\n[venv]\nproject = true\ninstaller = \"{installer}\"\n"
            ),
        );
        let built = context.build(&recipe);
        let tree = context.path(installer);
        succeed(Command::new("dpkg-deb").arg("-x").arg(&built).arg(&tree));
        let module = tree.join("opt/flagged/lib/python3.11/site-packages/flagged.so");
        let sections = succeed(Command::new("readelf").arg("-SW").arg(module));
        assert!(
            sections.contains(" .text ") && !sections.contains(" .debug_"),
            "{installer}: {sections}"
        );
    }
}

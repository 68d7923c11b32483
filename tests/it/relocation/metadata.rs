//! What distributions say of themselves, and which files are whose.

use super::tree::{Maker, PREFIX, SITE, Tree, bytes, text};
use super::wheel::{Wheel, probe};
use std::process::Command;

const CURE: &str = "hint: name the distribution in `packages`, or let `project = true` install the source as a wheel\n";

#[test]
fn test_10_17_editable_installs_in_each_of_five_forms_are_refused_with_the_cure() {
    let editable = |name: &str| {
        format!(
            "error: `{name}` is an editable install: its code stays in the source folder\n\n{CURE}"
        )
    };
    // setuptools with a `src` folder, hatchling, and the finder of setuptools, whose `.pth` holds no path.
    for file in [
        "__editable__.x-1.0.pth",
        "_editable_impl_x.pth",
        "__editable___x_1_0_finder.py",
    ] {
        let tree = Tree::by_hand();
        let file = format!("{SITE}/{file}");
        tree.write(&file, "/home/ada/x/src\n")
            .distribution("x", &[&file]);
        assert_eq!(tree.refusal(), editable("x"), "{file}");
    }
    // `setup.py develop`.
    for file in ["x.egg-link", "easy-install.pth"] {
        let tree = Tree::by_hand();
        let file = format!("{SITE}/{file}");
        tree.write(&file, "/home/ada/x\n.");
        assert_eq!(tree.refusal(), editable(&file));
    }
    let tree = Tree::by_hand();
    tree.write(
        "bin/x",
        "#!python\n# EASY-INSTALL-DEV-SCRIPT: 'x==1.0','x'\n__file__ = '/home/ada/x/bin/x'\n",
    )
    .distribution("x", &["bin/x"]);
    assert_eq!(tree.refusal(), editable("x"));
    // What pip and uv themselves say of it.
    let tree = Tree::by_hand();
    let direct_url = format!("{SITE}/x-1.0.dist-info/direct_url.json");
    tree.write(
        &direct_url,
        r#"{"url": "file:///home/ada/x", "dir_info": {"editable": true}}"#,
    )
    .distribution("x", &[&direct_url]);
    assert_eq!(tree.refusal(), editable("x"));
}

#[test]
fn test_10_18_lines_of_pth_files() {
    let tree = Tree::by_hand();
    let file = format!("{SITE}/x.pth");
    let venv = tree.venv().display().to_string();
    std::fs::create_dir_all(tree.venv().join("vendor")).unwrap();
    let kept = "# /home/ada\nimport sys; sys.marked = '/home/ada'\r\n\r\n\nrelative\n";
    tree.write(&file, kept).distribution("x", &[&file]);
    assert_eq!(text(&tree.read(), &file), kept);
    tree.write(&file, "\u{feff}import sys\n");
    assert_eq!(text(&tree.read(), &file), "\u{feff}import sys\n");
    tree.write("vendor/vendored.py", "")
        .write(&file, format!("{venv}/vendor\r\n"))
        .distribution("x", &[&file, "vendor/vendored.py"]);
    let read = tree.read();
    assert_eq!(text(&read, &file), format!("{PREFIX}/vendor\n"));
    let python = format!("{PREFIX}/bin/python");
    assert_eq!(tree.output(&read, &[&python, "-c", "import vendored"]), "");
    for outside in ["/home/ada/src", &format!("{venv}2/x"), "../../../../../src"] {
        tree.write(&file, format!("# first\n{outside}\n"));
        assert_eq!(
            tree.refusal(),
            format!("error: `{file}` adds `{outside}`, which the package does not hold\n\n{CURE}")
        );
    }
}

#[test]
fn test_10_19_where_a_distribution_came_from() {
    let tree = Tree::by_hand();
    let file = format!("{SITE}/x-1.0.dist-info/direct_url.json");
    tree.distribution("x", &[&file]);
    let kept = |json: &str| {
        tree.write(&file, json);
        bytes(&tree.read(), &file).map(|bytes| String::from_utf8(bytes).unwrap())
    };
    for json in [
        r#"{"url": "file:///home/ada/x%20y", "dir_info": {}}"#,
        r#"{"url": "file:///tmp/x.whl", "archive_info": {"hash": "sha256=0a"}}"#,
        r#"{"url": "git+file:///home/ada/x", "vcs_info": {"vcs": "git", "commit_id": "1"}}"#,
    ] {
        assert_eq!(kept(json), None, "{json}");
    }
    let git =
        r#"{"vcs_info": {"vcs": "git", "commit_id": "1"}, "url": "https://example.org/x.git"}"#;
    let one_form =
        r#"{"url":"https://example.org/x.git","vcs_info":{"commit_id":"1","vcs":"git"}}"#;
    assert_eq!(kept(git).as_deref(), Some(one_form));
    let with_password =
        r#"{"url": "https://ada:s3cret@example.org/x%20y.git", "vcs_info": {"vcs": "git"}}"#;
    assert_eq!(
        kept(with_password).as_deref(),
        Some(r#"{"url":"https://example.org/x%20y.git","vcs_info":{"vcs":"git"}}"#)
    );
    let record = text(&tree.read(), &format!("{SITE}/x-1.0.dist-info/RECORD"));
    assert!(record.contains("direct_url.json,sha256="), "{record}");
}

#[test]
fn what_a_project_needs_from_a_folder_of_the_source_names_no_folder() {
    let tree = Tree::by_hand();
    let metadata = format!("{SITE}/x-1.0.dist-info/METADATA");
    let head = "Metadata-Version: 2.1\nName: x\nVersion: 1.0\n";
    let folder = tree.venv().display().to_string();
    tree.distribution("x", &[]).write(
        &metadata,
        format!("{head}Requires-Dist: loc[a] @ file://{folder}/lib/loc ; python_version > '3'\n"),
    );
    let read = tree.read();
    let expected = format!("{head}Requires-Dist: loc[a] ; python_version > '3'\n");
    assert_eq!(text(&read, &metadata), expected);
    let record = text(&read, &format!("{SITE}/x-1.0.dist-info/RECORD"));
    let sum = Command::new("sh")
        .args([
            "-c",
            "printf %s \"$0\" | openssl dgst -sha256 -binary | basenc --base64url | tr -d =",
            &expected,
        ])
        .output()
        .unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    assert!(
        record.contains(&format!(
            "METADATA,sha256={},{}",
            sum.trim(),
            expected.len()
        )),
        "{record}"
    );
}

#[test]
fn test_10_20_every_form_of_record() {
    let tree = Tree::by_hand();
    let info = format!("{SITE}/x-1.0.dist-info");
    let venv = tree.venv().display().to_string();
    tree.distribution("x", &[])
        .write(&format!("{SITE}/a,b.py"), "a\n")
        .write(&format!("{SITE}/abs.py"), "b\n")
        .write("bin/x", "#!python\n")
        .write(&format!("{info}/RECORD.jws"), "signed")
        .write(
            &format!("{info}/RECORD"),
            format!(
                "\u{feff}\"a,b.py\",sha256=wrong,99\r\n{venv}/{SITE}/abs.py,,\r\n../../../bin/x,,\r\n\
                 x-1.0.dist-info/METADATA,,\r\nx-1.0.dist-info/RECORD.jws,,\r\n__pycache__/abs.cpython-311.pyc,,\r\n\
                 ../../../bin/x,,\r\nx-1.0.dist-info/RECORD,,"
            ),
        )
        .compile();
    let read = tree.read();
    let record = text(&read, &format!("{info}/RECORD"));
    let names: Vec<_> = record
        .lines()
        .map(|row| row.split(",sha256").next().unwrap().trim_end_matches(",,"))
        .collect();
    assert_eq!(
        names,
        [
            "../../../bin/x",
            "\"__pycache__/a,b.cpython-311.pyc\"",
            "__pycache__/abs.cpython-311.pyc",
            "\"a,b.py\"",
            "abs.py",
            "x-1.0.dist-info/METADATA",
            "x-1.0.dist-info/RECORD",
        ]
    );
    // Python itself reads it, and every hash is that of the file.
    let check = "import base64, hashlib, importlib.metadata as m\n\
        for f in m.files('x'):\n    \
        if f.hash: assert f.hash.value == base64.urlsafe_b64encode(hashlib.sha256(f.read_binary()).digest()).rstrip(b'=').decode(), f\n    \
        assert f.locate().exists(), f\nprint('true')";
    assert_eq!(
        tree.output(&read, &[&format!("{PREFIX}/bin/python"), "-c", check]),
        "true\n"
    );

    tree.write(
        &format!("{info}/RECORD"),
        "gone.py,,\n../../../../../etc/passwd,,\n",
    );
    let said = tree.refusal();
    assert!(
        said.contains("`lib/python3.11/site-packages/gone.py` is in RECORD and is not there"),
        "{said}"
    );
    assert!(
        said.contains("`../../../../../etc/passwd` is in RECORD and outside the virtualenv"),
        "{said}"
    );
}

#[test]
fn test_10_20_one_file_of_two_distributions() {
    let file = format!("{SITE}/shared.py");
    let tree = Tree::by_hand();
    tree.write(&file, "same\n")
        .distribution("one", &[&file])
        .distribution("two", &[&file]);
    let read = tree.read();
    for name in ["one", "two"] {
        let record = text(&read, &format!("{SITE}/{name}-1.0.dist-info/RECORD"));
        assert!(record.contains("shared.py,sha256="), "{name}: {record}");
    }
    assert_eq!(
        read.distributions
            .iter()
            .filter(|one| one
                .files
                .keys()
                .any(|path| path.to_string().ends_with("shared.py")))
            .count(),
        1,
        "dpkg has one owner for it"
    );
}

#[test]
fn test_10_20_a_distribution_without_record_and_one_with_an_old_list() {
    let tree = Tree::by_hand();
    tree.write(
        &format!("{SITE}/x-1.0.dist-info/METADATA"),
        "Name: x\nVersion: 1.0\n",
    );
    let said = tree.refusal();
    assert!(said.contains("`lib/python3.11/site-packages/x-1.0.dist-info` has no RECORD, so nobody knows which files are its own"), "{said}");

    let tree = Tree::by_hand();
    let info = format!("{SITE}/old-1.0-py3.11.egg-info");
    tree.write(&format!("{info}/PKG-INFO"), "Name: old\nVersion: 1.0\n")
        .write(
            &format!("{info}/installed-files.txt"),
            "PKG-INFO\ninstalled-files.txt\n../old.py\n../../../../bin/old\n",
        )
        .write(&format!("{SITE}/old.py"), "")
        .write(
            "bin/old",
            "#!/home/ada/venv/bin/python3.11 -u\n# EASY-INSTALL-SCRIPT: 'old','old'\n",
        );
    let read = tree.read();
    assert_eq!(
        text(&read, &format!("{info}/installed-files.txt")),
        "../../../../bin/old\n../old.py\nPKG-INFO\n"
    );
    assert!(text(&read, "bin/old").starts_with(&format!("#!{PREFIX}/bin/python -u\n")));
}

#[test]
fn test_10_21_names_with_blanks_and_letters_of_the_world() {
    let tree = Tree::by_hand();
    let files = [
        "script (dev).tmpl",
        "Lorem ipsum.txt",
        "größe.py",
        "名前.py",
        "-rf",
        "a'b\"c.txt",
        "tab\there",
    ];
    let paths: Vec<_> = files
        .iter()
        .map(|name| format!("{SITE}/x/{name}"))
        .collect();
    for path in &paths {
        tree.write(path, "");
    }
    tree.distribution("x", &[]);
    // A comma or a quote in a name is quoted by CSV, as Python writes it.
    let record = tree.venv().join(SITE).join("x-1.0.dist-info/RECORD");
    let write = "import csv, sys; w = csv.writer(open(sys.argv[1], 'a'), lineterminator='\\n'); [w.writerow(['x/' + f, '', '']) for f in sys.argv[2:]]";
    assert!(
        Command::new("python3")
            .args(["-c", write])
            .arg(&record)
            .args(files)
            .status()
            .unwrap()
            .success()
    );
    let read = tree.read();
    let python = format!("{PREFIX}/bin/python");
    let list = "import importlib.metadata as m; print(sorted(f.name for f in m.files('x') if f.parts[0] == 'x' and f.locate().exists()))";
    let listed = tree.output(&read, &[&python, "-c", list]);
    assert_eq!(listed.matches(',').count() + 1, files.len(), "{listed}");
}

#[test]
fn test_10_28_data_of_a_wheel_goes_below_the_prefix_and_never_to_the_hosts_etc() {
    let wheel = Wheel {
        name: "legdata",
        files: vec![
            ("legdata.py", ""),
            ("DATA/data/etc/leg.conf", "a = 1\n"),
            ("DATA/data/lib/systemd/system/leg.service", "[Service]\n"),
        ],
    };
    for maker in [Maker::Pip, Maker::Uv] {
        let tree = Tree::made_by(maker, "stage", std::slice::from_ref(&wheel));
        let read = tree.read();
        assert_eq!(text(&read, "etc/leg.conf"), "a = 1\n");
        assert_eq!(text(&read, "lib/systemd/system/leg.service"), "[Service]\n");
    }
}

#[test]
fn test_10_29_one_script_of_two_distributions_is_refused_with_both_names() {
    let tree = Tree::by_hand();
    for name in ["one", "two"] {
        let info = format!("{SITE}/{name}-1.0.dist-info");
        let points = format!("{info}/entry_points.txt");
        tree.write(&points, format!("[console_scripts]\nrun = {name}:main\n"));
        tree.distribution(name, &[&points]);
    }
    assert_eq!(
        tree.refusal(),
        "error: `one` and `two` both own `bin/run`, and want different content in it\n\n\
         hint: install only one of the two: which of them would be there is chance\n"
    );
}

#[test]
fn test_10_32_the_kernel_of_jupyter_runs_the_moved_python() {
    let tree = Tree::by_hand();
    let file = "share/jupyter/kernels/python3/kernel.json";
    let venv = tree.venv().display().to_string();
    for argv in ["python", "python3", &format!("{venv}/bin/python3.11")] {
        tree.write(
            file,
            format!("{{\n \"argv\": [\n  \"{argv}\",\n  \"-m\"\n ],\n \"env\": {{}}\n}}"),
        )
        .distribution("x", &[file]);
        assert_eq!(
            text(&tree.read(), file),
            format!(
                "{{\n \"argv\": [\n  \"{PREFIX}/bin/python\",\n  \"-m\"\n ],\n \"env\": {{}}\n}}"
            )
        );
    }
}

#[test]
fn test_10_33_what_setuptools_hooks_into_python_goes_with_it() {
    use deb_build_app::recipe::Prune;
    let tree = Tree::made_by(Maker::Pip, "stage", &[probe()]);
    let kept = tree.read();
    let python = format!("{PREFIX}/bin/python");
    let hook = format!("{SITE}/distutils-precedence.pth");
    assert!(
        bytes(&kept, &hook).is_some(),
        "the virtualenv has setuptools"
    );
    let pruned = tree
        .read_without(&[Prune::Pip, Prune::Activate, Prune::Setuptools])
        .unwrap();
    assert_eq!(bytes(&pruned, &hook), None);
    assert_eq!(
        bytes(&pruned, &format!("{SITE}/_distutils_hack/__init__.py")),
        None
    );
    assert_eq!(tree.output(&pruned, &[&python, "-c", "import probe"]), "");
}

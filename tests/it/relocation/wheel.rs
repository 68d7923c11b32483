//! Wheels for the virtualenvs to move, written by hand.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A wheel of pure Python.
#[derive(Clone, Debug)]
pub(super) struct Wheel {
    pub(super) name: &'static str,
    /// Its files; those below `DATA` go into the `.data` folder.
    pub(super) files: Vec<(&'static str, &'static str)>,
}

impl Wheel {
    pub(super) fn write(&self, folder: &Path) -> PathBuf {
        let name = self.name;
        let info = format!("{name}-1.0.dist-info");
        let mut files: Vec<(String, String)> = self
            .files
            .iter()
            .map(|(path, text)| {
                let path = path
                    .replace("DATA/", &format!("{name}-1.0.data/"))
                    .replace("INFO/", &format!("{info}/"));
                (path, (*text).to_owned())
            })
            .collect();
        files.push((
            format!("{info}/METADATA"),
            format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"),
        ));
        files.push((
            format!("{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
                .to_owned(),
        ));
        let rows = files.iter().map(|(path, _)| format!("{path},,\n"));
        let record = rows.collect::<String>() + &format!("{info}/RECORD,,\n");
        files.push((format!("{info}/RECORD"), record));
        let path = folder.join(format!("{name}-1.0-py3-none-any.whl"));
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in files {
            archive
                .start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        let archive = archive.finish().unwrap().into_inner();
        std::fs::write(&path, archive).unwrap();
        path
    }
}

/// A wheel with a module, a console script, and scripts of its own.
pub(super) fn probe() -> Wheel {
    Wheel {
        name: "probe",
        files: vec![
            ("probe.py", "def main():\n    print('probed')\n"),
            (
                "INFO/entry_points.txt",
                "[console_scripts]\nprobe = probe:main\n",
            ),
            (
                "DATA/scripts/plain",
                "#!python\nimport probe\nprobe.main()\n",
            ),
            ("DATA/scripts/shell", "#!/bin/sh\necho shell\n"),
        ],
    }
}

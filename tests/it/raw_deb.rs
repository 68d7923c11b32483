//! Packages made byte by byte, so that they can be wrong. Nothing is compressed.

/// The control fields of a package that has nothing wrong.
pub(crate) const CONTROL: &str = "Package: demo\nVersion: 1.0\nArchitecture: all\nMaintainer: Ada <ada@example.org>\n\
    Installed-Size: 1\nSection: web\nPriority: optional\nDescription: small web service\n";

/// A tar header that says root/root, mode 0755 for directories, 0777 for links and 0644 for the rest, and a time.
pub(crate) fn header(name: &[u8], kind: u8, size: u64) -> [u8; 512] {
    let mut block = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name);
    let mode = match kind {
        b'5' => "0000755",
        b'2' => "0000777",
        _ => "0000644",
    };
    put(100, mode.as_bytes());
    put(108, b"0000000\x000000000\0");
    put(124, format!("{size:011o}\x0013132027400").as_bytes());
    put(156, &[kind]);
    put(257, b"ustar  \0root");
    put(297, b"root");
    sealed(block)
}

/// Gives a header the checksum that it needs.
pub(crate) fn sealed(mut block: [u8; 512]) -> [u8; 512] {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

/// Puts bytes into a header.
pub(crate) fn patched(mut block: [u8; 512], at: usize, bytes: &[u8]) -> [u8; 512] {
    block[at..at + bytes.len()].copy_from_slice(bytes);
    sealed(block)
}

/// Fills content up to whole blocks.
pub(crate) fn padded(content: &[u8]) -> Vec<u8> {
    let mut bytes = content.to_vec();
    bytes.resize(content.len().next_multiple_of(512), 0);
    bytes
}

/// A file, or anything else with content.
pub(crate) fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let header = header(name.as_bytes(), kind, content.len() as u64);
    [header.to_vec(), padded(content)].concat()
}

/// A directory.
pub(crate) fn directory(name: &str) -> Vec<u8> {
    entry(name, b'5', b"")
}

/// A symbolic link (`2`) or a hard one (`1`).
pub(crate) fn link(name: &str, kind: u8, target: &str) -> Vec<u8> {
    patched(header(name.as_bytes(), kind, 0), 157, target.as_bytes()).to_vec()
}

/// A tar archive with its end.
pub(crate) fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    [entries.concat(), vec![0; 1024]].concat()
}

/// The control member of these files; scripts have mode 0755.
pub(crate) fn control_tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut entries = vec![directory("./")];
    for (name, text) in files {
        let header = header(format!("./{name}").as_bytes(), b'0', text.len() as u64);
        let is_script = ["config", "preinst", "postinst", "prerm", "postrm"].contains(name);
        let mode: &[u8] = if is_script { b"0000755" } else { b"0000644" };
        entries.push(patched(header, 100, mode).to_vec());
        entries.push(padded(text.as_bytes()));
    }
    tar(&entries)
}

/// The outer archive.
pub(crate) fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, content) in members {
        bytes.extend(ar_header(name, &content.len().to_string()));
        bytes.extend_from_slice(content);
        if content.len() % 2 == 1 {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// A header of the outer archive.
pub(crate) fn ar_header(name: &str, size: &str) -> Vec<u8> {
    format!(
        "{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n",
        1_500_000_000, 0, 0, 100_644
    )
    .into_bytes()
}

/// A package of two tar archives.
pub(crate) fn deb_of(control: &[u8], data: &[u8]) -> Vec<u8> {
    ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar", control),
        ("data.tar", data),
    ])
}

/// A package with these entries after `./` and `./opt/`.
pub(crate) fn deb_with(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut all = vec![directory("./"), directory("./opt/")];
    all.extend_from_slice(entries);
    deb_of(&control_tar(&[("control", CONTROL)]), &tar(&all))
}

/// A package with these control files, and `/etc/demo`, `/opt/link` and `/opt/file` in it.
pub(crate) fn deb_with_control(files: &[(&str, &str)]) -> Vec<u8> {
    let data = tar(&[
        directory("./"),
        directory("./etc/"),
        entry("./etc/demo", b'0', b"a=1\n"),
        directory("./opt/"),
        entry("./opt/file", b'0', b"x"),
        link("./opt/link", b'2', "file"),
    ]);
    deb_of(&control_tar(files), &data)
}

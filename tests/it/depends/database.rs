//! A dpkg database made by hand.

use deb_build_app::depends::{Dpkg, Installed as _, elf};
use std::path::Path;

fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn owners_are_found_through_merged_usr_links_diversions_and_folders_of_the_linker() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let library = std::fs::read("/usr/bin/true").unwrap();
    let abi = elf::abi(&library).unwrap();
    for path in [
        "usr/lib/x86_64-linux-gnu/liba.so.1.2",
        "usr/lib/x86_64-linux-gnu/libd.so.1",
        "usr/lib/other/libe.so.1",
        "opt/private/libp.so.1",
        "usr/lib/libhand.so.1",
    ] {
        write(root, path, &library);
    }
    write(root, "usr/lib/libtext.so.1", "INPUT(libc.so.6)");
    let mut foreign = library.clone();
    foreign[18] = 183;
    write(root, "usr/lib/liba.so.1", &foreign);
    std::os::unix::fs::symlink("usr/lib", root.join("lib")).unwrap();
    std::os::unix::fs::symlink(
        "liba.so.1.2",
        root.join("usr/lib/x86_64-linux-gnu/liba.so.1"),
    )
    .unwrap();
    write(root, "etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n");
    write(
        root,
        "etc/ld.so.conf.d/multi.conf",
        "# here\n/lib/x86_64-linux-gnu\n/usr/lib/other\ninclude ld.so.conf\n",
    );
    write(
        root,
        "var/lib/dpkg/info/liba1:amd64.list",
        "/.\n/lib/x86_64-linux-gnu/liba.so.1.2\n",
    );
    write(
        root,
        "var/lib/dpkg/info/liba1:amd64.symbols",
        "liba.so.1 liba1 #MINVER#\n",
    );
    write(
        root,
        "var/lib/dpkg/info/libd1:amd64.list",
        "/usr/lib/x86_64-linux-gnu/libd.so.1\n",
    );
    write(
        root,
        "var/lib/dpkg/info/fastd.list",
        "/usr/lib/x86_64-linux-gnu/libd.so.1\n",
    );
    write(
        root,
        "var/lib/dpkg/info/libe1.list",
        "/usr/lib/other/libe.so.1\n",
    );
    write(
        root,
        "var/lib/dpkg/info/libp1.list",
        "/opt/private/libp.so.1\n",
    );
    write(
        root,
        "var/lib/dpkg/diversions",
        "/usr/lib/x86_64-linux-gnu/libd.so.1\n/usr/lib/x86_64-linux-gnu/libd.so.1.slow\nfastd\n",
    );
    let dpkg = Dpkg::open(root, "amd64").unwrap();
    assert_eq!(
        dpkg.folders(),
        [
            "/lib",
            "/usr/lib",
            "/lib/x86_64-linux-gnu",
            "/usr/lib/other",
            "/lib32",
            "/usr/lib32",
            "/lib64",
            "/usr/lib64"
        ]
    );
    let found = |soname: &str, folders: &[&str]| -> Vec<String> {
        let folders: Vec<_> = folders.iter().map(|it| (*it).to_owned()).collect();
        let candidates = dpkg.find(soname, &folders, abi).unwrap();
        candidates
            .iter()
            .map(|it| {
                let owners: Vec<_> = it.owners.iter().map(|owner| owner.name.as_str()).collect();
                format!("{} {}", it.path, owners.join(","))
            })
            .collect()
    };
    assert_eq!(
        found("liba.so.1", &[]),
        ["/lib/x86_64-linux-gnu/liba.so.1 liba1"]
    );
    assert_eq!(
        found("libd.so.1", &[]),
        ["/lib/x86_64-linux-gnu/libd.so.1 fastd"]
    );
    assert_eq!(found("libe.so.1", &[]), ["/usr/lib/other/libe.so.1 libe1"]);
    assert_eq!(found("libp.so.1", &[]), Vec::<String>::new());
    assert_eq!(
        found("libp.so.1", &["/opt/private"]),
        ["/opt/private/libp.so.1 libp1"]
    );
    assert_eq!(
        found("libhand.so.1", &[]),
        ["/lib/libhand.so.1 ", "/usr/lib/libhand.so.1 "]
    );
    assert_eq!(found("libtext.so.1", &[]), Vec::<String>::new());
}

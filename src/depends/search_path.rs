//! Where the dynamic linker looks for the libraries of a file (ld.so(8)): `$ORIGIN`, then the folders of the system.

/// Returns the folders of a search path, absolute and without `..`; `file` is the absolute path of the file that has it.
///
/// Folders that are not absolute depend on where a program was started: they are left out.
pub(super) fn folders(search_path: &[String], file: &str) -> Vec<String> {
    let origin = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut folders = Vec::new();
    for folder in search_path {
        let folder = folder
            .replace("${ORIGIN}", origin)
            .replace("$ORIGIN", origin);
        if folder.starts_with('/') {
            let folder = normal(&folder);
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    folders
}

/// Returns an absolute path without `.`, `..` and double slashes.
pub(super) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_the_folder_of_the_file_itself() {
        let found = |path: &[&str]| {
            let path: Vec<_> = path.iter().map(|it| (*it).to_owned()).collect();
            folders(&path, "/opt/demo/lib/PIL/_imaging.so")
        };
        assert_eq!(
            found(&[
                "$ORIGIN/../pillow.libs",
                "${ORIGIN}",
                "$ORIGIN/.",
                "/usr/lib/x86_64-linux-gnu/",
                "../lib",
                "",
                "/../../lib",
            ]),
            [
                "/opt/demo/lib/pillow.libs",
                "/opt/demo/lib/PIL",
                "/usr/lib/x86_64-linux-gnu",
                "/lib",
            ]
        );
        assert!(found(&[]).is_empty());
    }
}

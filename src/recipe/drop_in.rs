//! Folders whose programs pass over a file, in silence, when its name or its mode is not to their taste.
//!
//! cron(8) and run-parts(8) read only names of letters, digits, `_` and `-`; sudoers(5) skips names with a dot or a `~` at the
//! end, and asks for 0440; logrotate(8) refuses files that others than root can write. `/etc/systemd/system` is the
//! administrator's (systemd.unit(5)).

use super::cron_table;
use super::host_path::HostPath;
use super::names::FileMode;

/// What is wrong with a file, and what to do.
pub(super) type Refusal = (String, String);

/// What a folder's program asks of its files.
struct Folder {
    path: &'static str,
    /// Who reads it.
    reader: &'static str,
    mode: Wanted,
}

/// Which modes the reader takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// 0644 or less: no program, and only root writes.
    Plain,
    /// A program that only root writes.
    Program,
    /// 0440 exactly.
    Sudoers,
}

const FOLDERS: &[Folder] = &[
    folder("/etc/cron.d", "cron", Wanted::Plain),
    folder("/etc/cron.hourly", "run-parts", Wanted::Program),
    folder("/etc/cron.daily", "run-parts", Wanted::Program),
    folder("/etc/cron.weekly", "run-parts", Wanted::Program),
    folder("/etc/cron.monthly", "run-parts", Wanted::Program),
    folder("/etc/logrotate.d", "logrotate", Wanted::Plain),
    folder("/etc/sudoers.d", "sudo", Wanted::Sudoers),
];

const fn folder(path: &'static str, reader: &'static str, mode: Wanted) -> Folder {
    Folder { path, reader, mode }
}

/// Checks where a shipped file is.
///
/// # Errors
/// When the program that reads the folder would not read the file.
pub(super) fn check_name(path: &HostPath) -> Result<(), Refusal> {
    if inside("/etc/systemd/system", path).is_some() {
        return Err((
            "the units in this folder are the administrator's".to_owned(),
            "describe the service in `[service]`, or ship the unit in `/usr/lib/systemd/system`"
                .to_owned(),
        ));
    }
    let Some((folder, name)) = reader_of(path) else {
        return Ok(());
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if name.bytes().all(fits) {
        return Ok(());
    }
    let proposed: String = name
        .chars()
        .map(|c| {
            if u8::try_from(c).is_ok_and(fits) {
                c
            } else {
                '-'
            }
        })
        .collect();
    Err((
        format!(
            "{} reads only names of letters, digits, `_` and `-` there",
            folder.reader
        ),
        format!("name it `{}/{proposed}`", folder.path),
    ))
}

/// Checks the mode of a shipped file.
///
/// # Errors
/// When the program that reads the folder would not read the file.
pub(super) fn check_mode(path: &HostPath, mode: FileMode) -> Result<(), Refusal> {
    let Some((folder, _)) = reader_of(path) else {
        return Ok(());
    };
    let bits = mode.bits();
    let (good, wanted) = match folder.mode {
        Wanted::Plain => (bits & 0o133 == 0, "0644"),
        Wanted::Program => (bits & 0o022 == 0 && bits & 0o100 != 0, "0755"),
        Wanted::Sudoers => (bits == 0o440, "0440"),
    };
    if good {
        return Ok(());
    }
    Err((
        format!("{} does not take a file of mode {bits:04o}", folder.reader),
        format!("write `mode = \"{wanted}\"`"),
    ))
}

/// Checks the text of a shipped file.
///
/// # Errors
/// When the program that reads the folder would not read the file.
pub(super) fn check_text(path: &HostPath, text: &str) -> Result<(), Refusal> {
    if path.is_cron_table() {
        cron_table::check(text).map_err(|why| {
            (
                why.to_string(),
                "write lines such as `0 4 * * * demo /opt/demo/bin/tidy`, see crontab(5)"
                    .to_owned(),
            )
        })
    } else {
        Ok(())
    }
}

impl HostPath {
    /// Returns whether cron reads it as a table of its own.
    pub fn is_cron_table(&self) -> bool {
        inside("/etc/cron.d", self).is_some()
    }

    /// Returns whether sudo reads it.
    pub fn is_for_sudo(&self) -> bool {
        inside("/etc/sudoers.d", self).is_some()
    }
}

fn reader_of(path: &HostPath) -> Option<(&'static Folder, &str)> {
    FOLDERS
        .iter()
        .find_map(|folder| Some((folder, inside(folder.path, path)?)))
}

fn inside<'a>(folder: &str, path: &'a HostPath) -> Option<&'a str> {
    path.as_str().strip_prefix(folder)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &str, mode: &str) -> Option<String> {
        let path = path.parse().expect("a path");
        let mode = mode.parse().expect("a mode");
        check_name(&path)
            .and_then(|()| check_mode(&path, mode))
            .err()
            .map(|(_, help)| help)
    }

    #[test]
    fn what_the_reader_of_a_folder_would_pass_over_is_refused() {
        for (path, mode, help) in [
            (
                "/etc/cron.d/demo.cron",
                "0644",
                "name it `/etc/cron.d/demo-cron`",
            ),
            ("/etc/cron.d/a/b", "0644", "name it `/etc/cron.d/a-b`"),
            ("/etc/cron.d/demo", "0755", "write `mode = \"0644\"`"),
            ("/etc/cron.daily/demo", "0644", "write `mode = \"0755\"`"),
            (
                "/etc/logrotate.d/demo.conf",
                "0644",
                "name it `/etc/logrotate.d/demo-conf`",
            ),
            ("/etc/logrotate.d/demo", "0664", "write `mode = \"0644\"`"),
            ("/etc/sudoers.d/demo", "0644", "write `mode = \"0440\"`"),
            (
                "/etc/sudoers.d/demo~",
                "0440",
                "name it `/etc/sudoers.d/demo-`",
            ),
        ] {
            assert_eq!(refusal(path, mode).as_deref(), Some(help), "{path} {mode}");
        }
        for (path, mode) in [
            ("/etc/cron.d/demo", "0644"),
            ("/etc/cron.d/demo", "0600"),
            ("/etc/cron.daily/demo", "0755"),
            ("/etc/sudoers.d/demo", "0440"),
            ("/etc/cron.demo/a.b", "0755"),
            ("/etc/demo/a.b", "0660"),
        ] {
            assert_eq!(refusal(path, mode), None, "{path} {mode}");
        }
        assert!(refusal("/etc/systemd/system/demo.service", "0644").is_some());
    }
}

//! `Procfile`: the types of processes of an app, one `NAME: COMMAND` a line.

use super::folder::Folder;

/// The name of the file.
pub(super) const FILE: &str = "Procfile";

/// A type of processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    /// Its name.
    pub(super) name: String,
    /// What it runs, as a shell would.
    pub(super) command: String,
    /// The number of its line.
    pub(super) line: usize,
}

/// Reads the file; what is no type of processes is passed over, and [`unread`].
pub(super) fn read(folder: &Folder) -> Vec<Process> {
    let lines = folder.text(FILE).unwrap_or_default().lines();
    lines
        .enumerate()
        .filter_map(|(index, line)| process(index + 1, line))
        .collect()
}

/// Returns the numbers of lines that are neither a type of processes, nor empty, nor a comment.
pub(super) fn unread(folder: &Folder) -> Vec<usize> {
    let lines = folder.text(FILE).unwrap_or_default().lines();
    lines
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .filter(|(index, line)| process(index + 1, line).is_none())
        .map(|(index, _)| index + 1)
        .collect()
}

fn process(number: usize, line: &str) -> Option<Process> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let (name, command) = line.split_once(':')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let (name, command) = (name.trim(), command.trim());
    (!name.is_empty() && name.bytes().all(fits) && !command.is_empty()).then(|| Process {
        name: name.to_owned(),
        command: command.to_owned(),
        line: number,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::folder::testing::folder;

    #[test]
    fn each_line_is_a_type_of_processes() {
        let text =
            "# all\nweb: gunicorn app:app -b 0:$PORT\n\nWorker_1:rq worker\nbad name: x\nempty:\n";
        let process = |name: &str, command: &str, line| Process {
            name: name.to_owned(),
            command: command.to_owned(),
            line,
        };
        assert_eq!(
            read(&folder("demo", &[(FILE, text)])),
            [
                process("web", "gunicorn app:app -b 0:$PORT", 2),
                process("Worker_1", "rq worker", 4)
            ]
        );
        assert_eq!(unread(&folder("demo", &[(FILE, text)])), [5, 6]);
    }
}

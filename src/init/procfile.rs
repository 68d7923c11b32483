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

/// Reads the file; what is no type of processes is passed over.
pub(super) fn read(folder: &Folder) -> Vec<Process> {
    let lines = folder.text(FILE).unwrap_or_default().lines();
    lines
        .enumerate()
        .filter_map(|(index, line)| {
            let (name, command) = line.split_once(':')?;
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            let (name, command) = (name.trim(), command.trim());
            (!name.is_empty() && name.bytes().all(fits) && !command.is_empty()).then(|| Process {
                name: name.to_owned(),
                command: command.to_owned(),
                line: index + 1,
            })
        })
        .collect()
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
    }
}

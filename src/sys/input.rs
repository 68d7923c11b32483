//! What a command reads once, from its start: a file, or standard input.

use super::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Opens a file; `-` is standard input.
pub fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        let problem = format!("`{}` is a directory", path.display());
        return Err(io::Error::new(io::ErrorKind::IsADirectory, problem));
    }
    Ok(Box::new(file))
}

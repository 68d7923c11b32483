//! The warnings of one build, passed on as they come and kept for its document.

use super::{Event, Reporter};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

/// A reporter that passes everything on and remembers warnings.
pub struct Warnings<'a> {
    inner: &'a dyn Reporter,
    texts: Mutex<Vec<String>>,
}

impl<'a> Warnings<'a> {
    /// Begins with none.
    pub fn new(inner: &'a dyn Reporter) -> Self {
        Warnings {
            inner,
            texts: Mutex::default(),
        }
    }

    /// Returns them in the order in which they came.
    pub fn into_texts(self) -> Vec<String> {
        self.texts
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reporter for Warnings<'_> {
    fn event(&self, event: &Event<'_>) {
        if let Event::Warning(text) = event {
            let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
            texts.push((*text).to_owned());
        }
        self.inner.event(event);
    }

    fn result(&self, line: &[u8]) -> io::Result<()> {
        self.inner.result(line)
    }

    fn document(&self, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.inner.document(write)
    }
}

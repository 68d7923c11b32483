//! The tar dialect that dpkg, apt and GNU tar all read (measured with dpkg 1.21).

pub(super) mod reader;
mod writer;

pub(super) use writer::TarWriter;

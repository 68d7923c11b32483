//! Fix-ups that make a staged virtualenv right at its final path. Pure: bytes in, bytes out.
//!
//! One file for each thing that holds a path: `#!` lines, generated scripts, `activate`, `.pth` files, kernels, bytecode,
//! `pyvenv.cfg`, `sysconfig`, METADATA, RECORD. What is not handled
//! here is not edited silently: the scan for leaks refuses it.

pub mod activate;
pub mod bytecode;
pub mod direct_url;
pub mod entry_points;
pub mod kernel;
pub mod pth;
pub mod pyvenv;
pub mod record;
pub mod requires;
pub mod shebang;
pub mod sysconfig;
mod trampoline;

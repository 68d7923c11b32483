//! Sources on servers: real ones, each on the loopback of a network of its own.

/// One export in a process of its own.
mod export;

/// Servers that hang, break off, ask for what nobody has, or are not there.
mod faults;

/// What the caller's machine says about git, and what of it counts.
mod surroundings;

/// Networks, servers, and a repository to serve.
pub(crate) mod network;

/// Each transport: cloned, asked again, moved, deleted, pushed with force.
mod transports;

/// Many builds at once, caches that are broken, and where a commit stands.
mod shared_cache;

/// `build` with an address: what it says, and what it must not.
mod build;

/// A source of many parts, built whole.
mod whole;

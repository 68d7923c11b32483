//! What compiled files need, against dpkg-shlibdeps and readelf.

/// ELF files that are unusual, cut off, or changed on purpose.
mod hostile;

/// Programs and libraries of this machine, which dpkg-shlibdeps and readelf read too.
mod machine;

/// One run of dpkg-shlibdeps, in the form that dpkg-gencontrol gives it.
pub(crate) mod shlibdeps;

/// Wheels with libraries of their own, and of nobody.
mod wheels;

/// A dpkg database made by hand.
mod database;

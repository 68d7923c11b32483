//! What compiled files need, against dpkg-shlibdeps and readelf.

/// Programs and libraries of this machine, which dpkg-shlibdeps and readelf read too.
mod machine;

/// One run of dpkg-shlibdeps, in the form that dpkg-gencontrol gives it.
pub(crate) mod shlibdeps;

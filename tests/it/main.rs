//! The one integration binary; what belongs where is said at each module.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests look at files and run other people's programs directly"
)]

/// Versions, relations and control fields against dpkg.
mod deb_grammar;
/// Packages against dpkg, dpkg-deb, ar, tar, md5sum and dpkg-gencontrol.
mod deb_writer;
/// A package with names around every limit.
mod hostile;
/// Running programs, and packages to try.
mod support;

//! The one integration binary; what belongs where is said at each module.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests look at the machine and stop at the first surprise"
)]

/// Clean roots hold what they promise: no network, no traces, no survivors.
mod clean_root;

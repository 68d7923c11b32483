//! The one integration binary; what belongs where is said at each module.

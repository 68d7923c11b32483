//! The recipe as a whole: that every key is read, and that keys which do not go together are told apart.

mod complete;
mod refused;

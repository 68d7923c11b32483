//! The demo's package on hosts: installed, used, upgraded, removed, purged.

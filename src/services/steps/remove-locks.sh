# Removes each LOCK of a service that there is never two of.
remove_locks() {
    rm -f "$@"
}

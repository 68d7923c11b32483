# Removes PATH with all that is in it; of a link only the link. A mount point is emptied and stays.
remove_tree() {
    rm -rf "$1" || echo "$DPKG_MAINTSCRIPT_PACKAGE: $1 could not be removed; what is left of it is yours" >&2
}

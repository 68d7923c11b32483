# Removes PATH below a directory that is OWNER's, with no more than OWNER's rights: a link there could lead root anywhere.
remove_inner_tree() {
    if getent passwd "$2" >/dev/null; then
        run_as "$2" rm -rf "$1" || echo "$DPKG_MAINTSCRIPT_PACKAGE: $1 could not be removed; what is left of it is yours" >&2
    fi
}

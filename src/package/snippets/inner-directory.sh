# Makes the directory PATH with OWNER MODE below a directory that is OWNER's, with no more than OWNER's rights: a link
# there could lead root anywhere.
make_inner_directory() {
    if [ -L "$1" ] || dpkg-statoverride --list "$1" >/dev/null; then
        return 0
    fi
    if ! runuser -u "$2" -- mkdir -p "$1" || ! runuser -u "$2" -- chmod "$3" "$1"; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the directory $1 could not be made as the user $2" >&2
        exit 1
    fi
}

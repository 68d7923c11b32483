# Makes the directory PATH with OWNER MODE below a directory that is OWNER's, with no more than OWNER's rights: a link
# there could lead root anywhere. One that the administrator has given to somebody else stays as it is.
make_inner_directory() {
    if [ -L "$1" ]; then
        return 0
    fi
    note_directory "$1"
    mode=$3
    if override=$(dpkg-statoverride --list "$1"); then
        mode=$(echo "$override" | cut -d ' ' -f 3)
    fi
    if ! run_as "$2" mkdir -p "$1"; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the directory $1 could not be made as the user $2" >&2
        exit 1
    fi
    if [ "$(stat -c %U "$1")" = "$2" ]; then
        run_as "$2" chmod "$mode" "$1"
    fi
}

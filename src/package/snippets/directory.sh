# Makes the directory PATH with OWNER GROUP MODE; without a GROUP it is the owner's own. An override of the administrator wins
# (Policy 10.9.1), and nothing is done through a link: it is the administrator's way of moving a directory, and its target is
# theirs.
make_directory() {
    if [ -L "$1" ]; then
        return 0
    fi
    note_directory "$1"
    mkdir -p "$1"
    if override=$(dpkg-statoverride --list "$1"); then
        # A user or group by number is written `#1000` there.
        owner=$(echo "$override" | cut -d ' ' -f 1)
        group=$(echo "$override" | cut -d ' ' -f 2)
        chown -h "${owner#\#}:${group#\#}" "$1"
        chmod "$(echo "$override" | cut -d ' ' -f 3)" "$1"
    else
        chown -h "$2:$3" "$1"
        chmod "$4" "$1"
    fi
}

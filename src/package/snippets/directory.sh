# Makes the directory PATH with OWNER GROUP MODE. An override of the administrator wins (Policy 10.9.1), and nothing is
# done through a link: it is the administrator's way of moving a directory, and its target is theirs.
make_directory() {
    [ -d "$1" ] || mkdir -p "$1"
    if [ -L "$1" ] || dpkg-statoverride --list "$1" >/dev/null; then
        return 0
    fi
    chown "$2:$3" "$1"
    chmod "$4" "$1"
}

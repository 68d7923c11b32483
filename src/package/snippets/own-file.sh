# Gives the file PATH, which dpkg has just unpacked as root's, to OWNER and GROUP. What the administrator has changed, with or
# without dpkg-statoverride, stays.
own_file() {
    if [ -f "$1" ] && ! [ -L "$1" ] && [ "$(stat -c %u:%g "$1")" = 0:0 ] && ! dpkg-statoverride --list "$1" >/dev/null; then
        chown -h "$2:$3" "$1"
    fi
}

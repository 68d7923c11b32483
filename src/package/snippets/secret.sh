# Makes the secret NAME of LENGTH letters and digits in FILE, which the group of USER may read. One that is there stays.
make_secret() {
    if [ -e "$1" ] && grep -q "^$3=" "$1"; then
        # What an interrupted attempt has left.
        rm -f "$1.new"
        return 0
    fi
    value=$(tr -dc 'A-Za-z0-9' </dev/urandom 2>/dev/null | head -c "$4")
    [ "${#value}" -eq "$4" ]
    mkdir -p "${1%/*}"
    {
        if [ -e "$1" ]; then
            cat "$1"
        else
            echo "# Made on this host for $DPKG_MAINTSCRIPT_PACKAGE, and known to nobody else. A purge of the package takes it."
        fi
        echo "$3='$value'"
    } | replace_private "$1" "$2"
}

# Forgets what the helper knows of each UNIT.
forget_units() {
    if [ -x /usr/bin/deb-systemd-helper ]; then
        for unit in "$@"; do
            deb-systemd-helper purge "$unit" >/dev/null || true
            deb-systemd-helper unmask "$unit" >/dev/null || true
        done
    fi
}

# Removes PATH with all that is in it; of a link only the link.
remove_tree() {
    rm -rf "$1"
}

# Removes the directory PATH if nothing is in it: what is there belongs to somebody.
remove_if_empty() {
    if [ -d "$1" ] && ! [ -L "$1" ]; then
        rmdir "$1" 2>/dev/null || true
    fi
}

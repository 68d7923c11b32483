# Removes the directory PATH if nothing is in it: what is there belongs to somebody.
remove_if_empty() {
    if [ -d "$1" ] && ! [ -L "$1" ]; then
        rmdir "$1" 2>/dev/null || true
    fi
}

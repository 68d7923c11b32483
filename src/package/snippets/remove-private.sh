# Removes FILE, which was made on this host.
remove_private() {
    rm -f "$1" "$1.new"
}

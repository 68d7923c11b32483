# Removes the log at PATH, a file or a folder, and what it was rotated to.
remove_log() {
    rm -rf "$1" "$1".[0-9]*
}

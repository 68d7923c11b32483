# Removes the log at PATH, a file or a folder, and what it was rotated to. A folder of logs that no package owns goes with the last.
remove_log() {
    rm -rf "$1" "$1".[0-9]*
    case "$1" in
        /var/log/daemontools/* | /var/log/runit/*) rmdir "${1%/*}" 2>/dev/null || true ;;
    esac
}

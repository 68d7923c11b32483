# Notes that the directory PATH was made: a version that knows nothing of it can purge it when it is empty.
note_directory() {
    if ! [ -e "$STATE/directories" ] || ! grep -qxF "$1" "$STATE/directories"; then
        mkdir -p "$STATE"
        printf '%s\n' "$1" >>"$STATE/directories"
    fi
}

# Notes that the directory PATH was made: a version that knows nothing of it can purge it when it is empty.
note_directory() {
    if ! [ -e "$NOTED/directories" ] || ! grep -qxF "$1" "$NOTED/directories"; then
        mkdir -p "$NOTED"
        printf '%s\n' "$1" >>"$NOTED/directories"
    fi
}

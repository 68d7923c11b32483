# Notes that the directory PATH, and those above it that are not there, are about to be made: what was there before the package is
# not the package's to purge, and a version that knows nothing of the directory can purge it.
note_directory() {
    folder=$1
    while [ -n "$folder" ] && ! [ -d "$folder" ]; do
        if ! [ -e "$NOTED/directories" ] || ! grep -qxF "$folder" "$NOTED/directories"; then
            mkdir -p "$NOTED"
            printf '%s\n' "$folder" >>"$NOTED/directories"
        fi
        folder=${folder%/*}
    done
}

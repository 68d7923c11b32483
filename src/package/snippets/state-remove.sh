# Removes what this version and earlier ones made: private files, directories when they are empty, settings that were set aside;
# and the notes of them.
remove_state() {
    if [ -e "$NOTED/private" ]; then
        while IFS= read -r path; do
            rm -f "$path" "$path.new"
        done <"$NOTED/private"
    fi
    if [ -e "$NOTED/directories" ]; then
        # The innermost first: a folder is empty when those in it are gone.
        sort -r "$NOTED/directories" | while IFS= read -r path; do
            if [ -d "$path" ] && ! [ -L "$path" ]; then
                rmdir "$path" 2>/dev/null || true
            fi
        done
    fi
    if [ -e "$NOTED/set-aside" ]; then
        while IFS= read -r path; do
            rm -f "$path"
            folder=${path%/*}
            case "$(dpkg-query -S "$folder" 2>/dev/null)" in
                '' | "$DPKG_MAINTSCRIPT_PACKAGE: $folder") rmdir "$folder" 2>/dev/null || true ;;
            esac
        done <"$NOTED/set-aside"
    fi
    rm -rf "$NOTED"
    rmdir "${NOTED%/*}" 2>/dev/null || true
}

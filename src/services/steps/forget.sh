# Forgets ID of MANAGER, and then the folder of notes if nothing else is in it.
forget_service() {
    rm -f "$NOTED/$1:$2"
    rmdir "$NOTED" "${NOTED%/*}" 2>/dev/null || true
}

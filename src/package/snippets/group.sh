# Adds the package's own user NAME to GROUP if the host has such a group, which no other package takes back then.
join_group() {
    if getent group "$2" >/dev/null; then
        adduser --quiet "$1" "$2"
        note_group "$NOTED" "$1" "$2" own
    fi
}

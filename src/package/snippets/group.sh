# Adds the user NAME to GROUP if the host has such a group.
join_group() {
    if getent group "$2" >/dev/null; then
        adduser --quiet "$1" "$2"
    fi
}

# Removes LINK, by which MANAGER finds ID. If there is none, the administrator took it away, and that stays noted.
unlink_service() {
    if [ -L "$3" ]; then
        rm -f "$3" "$NOTED/$1:$2"
    fi
}

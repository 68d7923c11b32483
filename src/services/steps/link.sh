# Makes LINK to TARGET, by which MANAGER finds ID, the first time only: what the administrator took away stays away.
link_service() {
    if ! [ -e "$NOTED/$1:$2" ] && ! [ -e "$4" ] && ! [ -L "$4" ]; then
        mkdir -p "${4%/*}"
        ln -s "$3" "$4"
    fi
    note_service "$1" "$2"
}

# Makes each LINK to TARGET, by which MANAGER finds ID, the first time only: what the administrator took away stays away.
# A TARGET that is gone may come back, and is linked then.
# link_service MANAGER ID TARGET LINK...
link_service() {
    manager=$1
    id=$2
    target=$3
    shift 3
    if ! [ -e "$NOTED/$manager:$id" ]; then
        [ -e "$target" ] || return 0
        for link in "$@"; do
            if [ -d "${link%/*}" ] && ! [ -e "$link" ] && ! [ -L "$link" ]; then
                ln -s "$target" "$link"
            fi
        done
    fi
    note_service "$manager" "$id"
}

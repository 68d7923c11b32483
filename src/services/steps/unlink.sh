# Removes each LINK by which MANAGER finds ID. If one is not there, the administrator took it away, and that stays noted.
# unlink_service MANAGER ID LINK...
unlink_service() {
    # shellcheck disable=SC2153 # the head of the script sets it
    noted=$NOTED/$1:$2
    shift 2
    for link in "$@"; do
        if [ -L "$link" ]; then
            rm -f "$link"
        elif [ -d "${link%/*}" ]; then
            noted=''
        fi
    done
    [ -z "$noted" ] || rm -f "$noted"
}

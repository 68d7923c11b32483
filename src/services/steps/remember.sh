# Notes which ID of MANAGER ran and which was stopped, so that the end of the upgrade brings back what was. What is noted
# already stays: then an earlier attempt did not get to its end, and what is stopped now was stopped by it.
remember_services() {
    manager=$1
    shift
    if [ -d "$REMEMBERED.$manager" ] || ! "$manager" answers; then
        return 0
    fi
    mkdir "$REMEMBERED.$manager"
    for id in "$@"; do
        state=$("$manager" state "$id") || true
        [ -z "$state" ] || : >"$REMEMBERED.$manager/$id.$state"
    done
}

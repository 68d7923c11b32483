# Stops each ID of MANAGER; a failure here would block every later upgrade and removal.
stop_services() {
    manager=$1
    shift
    if "$manager" answers; then
        for id in "$@"; do
            "$manager" stop "$id" >/dev/null || true
        done
    fi
}

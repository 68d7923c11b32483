# Tells MANAGER that each ID, which was unlinked, is no longer its business.
leave_services() {
    manager=$1
    shift
    if "$manager" answers; then
        for id in "$@"; do
            "$manager" leave "$id" >/dev/null || true
        done
    fi
}

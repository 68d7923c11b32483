# Restarts each ID of MANAGER that runs.
restart_services() {
    manager=$1
    shift
    if "$manager" answers; then
        for id in "$@"; do
            if [ "$("$manager" state "$id")" = ran ] && policy_allows "$id"; then
                "$manager" stop "$id" >/dev/null || true
                "$manager" start "$id" >/dev/null || true
            fi
        done
    fi
}

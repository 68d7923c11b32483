# Brings back each ID of MANAGER: it starts if it ran before or is enabled, and was not stopped on purpose. A service that
# does not run is reported, and is no reason to leave the package half configured.
start_services() {
    manager=$1
    shift
    if ! "$manager" answers; then
        return 0
    fi
    begun=''
    for id in "$@"; do
        if [ -e "$REMEMBERED.$manager/$id.stopped" ]; then
            continue
        fi
        if [ -e "$REMEMBERED.$manager/$id.ran" ] || "$manager" enabled "$id"; then
            if policy_allows "$id"; then
                "$manager" start "$id" >/dev/null || true
                begun="$begun $id"
            fi
        fi
    done
    rm -rf "$REMEMBERED.$manager"
    # Most programs that cannot start end within a moment. There is no state to wait for: of one that goes on, no manager says so.
    [ -z "$begun" ] || sleep 1
    started="$started$begun"
    for id in $begun; do
        if [ -z "$("$manager" state "$id")" ]; then
            echo "$DPKG_MAINTSCRIPT_PACKAGE: $id does not run: see '$("$manager" look "$id")'" >&2
        fi
    done
}

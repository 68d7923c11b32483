# Waits up to SECONDS until a COMMAND succeeds.
# shellcheck disable=SC2317 # those that call it are called by their names
wait_until() {
    left=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        [ "$left" -gt 0 ] || return 1
        left=$((left - 1))
        sleep 0.1
    done
}

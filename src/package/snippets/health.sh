# Waits at most SECONDS until PROGRAM succeeds; a failure ends the configuration when SEVERITY is `fail`. Where services are
# to answer and none was started, nothing is asked.
await_health() {
    if [ "$4" = services ] && [ -z "${started:-}" ]; then
        return 0
    fi
    end=$(($(date +%s) + $2))
    while left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
        if answer=$(timeout "$left" "$1" </dev/null 2>&1 3>&-); then
            return 0
        fi
        sleep 1
    done
    echo "$DPKG_MAINTSCRIPT_PACKAGE: nothing healthy answered within $2 seconds: $(echo "${answer:-no answer}" | tail -n 1)" >&2
    [ "$3" = warn ] || exit 1
}

# Runs TEXT, the recipe's script POINT, in a shell of its own: an `exit` there ends only that. A failure ends this script too,
# unless SEVERITY is `warn`.
run_hook() {
    if ! sh -e -c "$3" "$1" "$ACTION" "$LAST" </dev/null 3>&-; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the script $1 failed" >&2
        [ "$2" = warn ] || exit 1
    fi
}

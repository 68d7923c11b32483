# Runs PROGRAM, the task NAME, on WHEN (install, upgrade or always); with `once` only until it has succeeded. Its output is
# shown. A failure ends the configuration, unless SEVERITY is `warn`.
run_task() {
    case "$3" in
        install) [ -z "$LAST" ] || return 0 ;;
        upgrade) [ -n "$LAST" ] || return 0 ;;
    esac
    if [ "$4" = once ] && [ -e "$NOTED/done-$1" ]; then
        return 0
    fi
    echo "$DPKG_MAINTSCRIPT_PACKAGE: running the task $1" >&2
    status=0
    "$2" </dev/null 3>&- || status=$?
    if [ "$status" -eq 0 ]; then
        if [ "$4" = once ]; then
            mkdir -p "$NOTED"
            : >"$NOTED/done-$1"
        fi
    elif [ "$5" = warn ]; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the task $1 failed with status $status; the installation goes on" >&2
    else
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the task $1 failed with status $status; when its cause is mended, 'dpkg --configure -a' goes on" >&2
        exit 1
    fi
}


PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # it is on the host
. /lib/lsb/init-functions

# Where the process id of copy NUMBER is; a program that forks has a place of its own.
pid_file() {
    if [ -n "$PID_FILE" ]; then
        echo "$PID_FILE"
    else
        echo "/run/$NAME${1:+-$1}.pid"
    fi
}

# 0: it runs. 1: it has died. 3: it is stopped. 4: nobody knows.
status_of() {
    start-stop-daemon --status --pidfile "$(pid_file "$1")" --user "$RUN_AS"
}

start_copy() {
    if status_of "$1"; then
        return 0
    fi
    if [ -n "$PID_FILE" ]; then
        # Whose terminal this is could be made to do what the service's user wants.
        setsid --wait start-stop-daemon --start --oknodo --quiet --pidfile "$PID_FILE" --user "$RUN_AS" --startas "$LAUNCHER" >>"/var/log/$NAME.output" 2>&1
    else
        # The program is still root's while the launcher runs, so there is no --user here.
        rm -f "$(pid_file "$1")"
        start-stop-daemon --start --quiet --background --make-pidfile --pidfile "$(pid_file "$1")" \
            --output "/var/log/$NAME.output" --startas "$LAUNCHER" -- ${1:+"$1"}
    fi
}

stop_copy() {
    start-stop-daemon --stop --oknodo --quiet --retry "$STOP" --remove-pidfile --pidfile "$(pid_file "$1")" --user "$RUN_AS"
}

reload_copy() {
    start-stop-daemon --stop --quiet --signal "$RELOAD" --pidfile "$(pid_file "$1")" --user "$RUN_AS"
}

# Does VERB for all copies, and fails as the worst of them.
each() {
    worst=0
    if [ -z "$COPIES" ]; then
        "$1" '' || worst=$?
    else
        for number in $COPIES; do
            verdict=0
            "$1" "$number" || verdict=$?
            [ "$verdict" -le "$worst" ] || worst=$verdict
        done
    fi
    return "$worst"
}

do_start() {
    if ! [ -x "$LAUNCHER" ]; then
        # The package is removed.
        return 0
    fi
    if ! [ -e "/var/log/$NAME.output" ]; then
        : >"/var/log/$NAME.output"
        chmod 640 "/var/log/$NAME.output"
    fi
    log_daemon_msg "Starting" "$NAME"
    verdict=0
    each start_copy || verdict=$?
    log_end_msg "$verdict"
    return "$verdict"
}

do_stop() {
    log_daemon_msg "Stopping" "$NAME"
    verdict=0
    each stop_copy || verdict=$?
    log_end_msg "$verdict"
    return "$verdict"
}

case "$1" in
    start) do_start ;;
    stop) do_stop ;;
    restart | force-reload)
        do_stop || true
        do_start
        ;;
    try-restart)
        if each status_of; then
            do_stop || true
            do_start
        fi
        ;;
    reload)
        if [ -z "$RELOAD" ]; then
            exit 3
        fi
        each reload_copy
        ;;
    status)
        verdict=0
        each status_of || verdict=$?
        case "$verdict" in
            0) echo "$NAME is running" ;;
            1) echo "$NAME has died" ;;
            3) echo "$NAME is not running" ;;
            *) echo "$NAME is in a state that is not known" ;;
        esac
        exit "$verdict"
        ;;
    *)
        echo "usage: $0 {start|stop|restart|try-restart|reload|force-reload|status}" >&2
        exit 2
        ;;
esac

# The verbs of runit: by_runit VERB [FOLDER].
# shellcheck disable=SC2317 # its name is an argument of those that call it
by_runit() {
    case "$1" in
        answers) [ -z "${DPKG_ROOT:-}" ] && command -v sv >/dev/null && mkdir -p /run/runit/supervise ;;
        state)
            state=$(sv status "/etc/sv/$2" 2>/dev/null) || true
            # Behind it stands the state of the log.
            case "${state%%;*}" in
                run:*'want down'*) echo stopped ;;
                run:*) echo ran ;;
                down:*'want up'*) ;;
                down:*) echo stopped ;;
            esac
            ;;
        supervised) sv status "/etc/sv/$2" ;;
        up) sv status "/etc/sv/$2" | grep -q '^run:' ;;
        gone) ! sv status "/etc/sv/$2" ;;
        enabled) [ -L "/etc/service/$2" ] && by_runit scanned ;;
        # Something looks at the links.
        scanned) [ -d /etc/service/. ] && grep -qx runsvdir /proc/[0-9]*/comm 2>/dev/null ;;
        start)
            # runsvdir finds a new link within five seconds.
            wait_until 10 by_runit supervised "$2" && sv up "/etc/sv/$2"
            wait_until 5 by_runit up "$2"
            ;;
        stop) sv -w 600 force-stop "/etc/sv/$2" ;;
        leave)
            sv exit "/etc/sv/$2"
            wait_until 10 by_runit gone "$2"
            rm -rf "/run/runit/supervise/$2" "/run/runit/supervise/$2.log"
            ;;
        look) echo "sv status /etc/sv/$2 and /var/log/runit/$2/current" ;;
    esac
}

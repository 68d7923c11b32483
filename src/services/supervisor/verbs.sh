# The verbs of supervisor: by_supervisor VERB [PROGRAM].
# shellcheck disable=SC2317 # its name is an argument of those that call it
by_supervisor() {
    case "$1" in
        answers)
            [ -z "${DPKG_ROOT:-}" ] || return 1
            case "$(supervisorctl pid 2>/dev/null || true)" in
                [1-9]*) ;;
                *) return 1 ;;
            esac
            ;;
        state)
            # One line for each copy.
            case "$(supervisorctl status "$2:*" 2>/dev/null || true)" in
                *' RUNNING '* | *' STARTING '*) echo ran ;;
                *' STOPPED '*' EXITED '* | *' BACKOFF '* | *' FATAL '*) ;;
                *' STOPPED '*) echo stopped ;;
            esac
            ;;
        enabled)
            grep -q '^autostart=true' "/etc/supervisor/conf.d/$2.conf" 2>/dev/null
            ;;
        start)
            supervisorctl reread
            supervisorctl update "$2"
            supervisorctl start "$2:*"
            ;;
        stop) supervisorctl stop "$2:*" ;;
        leave)
            supervisorctl reread
            supervisorctl update "$2"
            ;;
        look) echo "supervisorctl status $2:* and supervisorctl tail $2:*" ;;
    esac
}

# The verbs of daemontools: by_daemontools VERB [FOLDER].
# shellcheck disable=SC2317 # its name is an argument of those that call it
by_daemontools() {
    case "$1" in
        answers) [ -z "${DPKG_ROOT:-}" ] && command -v svc >/dev/null ;;
        state)
            case "$(svstat "/etc/sv/$2" 2>/dev/null || true)" in
                *': up '*', want down'*) echo stopped ;;
                *': up '*) echo ran ;;
                *': down '*', want up'*) ;;
                *': down '*) echo stopped ;;
            esac
            ;;
        supervised) svok "/etc/sv/$2" ;;
        up) svstat "/etc/sv/$2" | grep -q ': up ' ;;
        down) svstat "/etc/sv/$2" | grep -q ': down ' ;;
        gone) ! svok "/etc/sv/$2" && ! svok "/etc/sv/$2/log" ;;
        enabled) [ -L "/etc/service/$2" ] && by_daemontools scanned ;;
        # Something looks at the links.
        scanned) grep -qx svscan /proc/[0-9]*/comm 2>/dev/null ;;
        start)
            # svscan finds a new link within five seconds.
            wait_until 10 by_daemontools supervised "$2" && svc -u "/etc/sv/$2"
            wait_until 5 by_daemontools up "$2"
            ;;
        stop)
            if svok "/etc/sv/$2"; then
                svc -d "/etc/sv/$2"
                if ! wait_until 90 by_daemontools down "$2"; then
                    svc -k "/etc/sv/$2"
                    wait_until 10 by_daemontools down "$2"
                fi
            fi
            ;;
        leave)
            if svok "/etc/sv/$2"; then
                svc -dx "/etc/sv/$2"
            fi
            if svok "/etc/sv/$2/log"; then
                svc -dx "/etc/sv/$2/log"
            fi
            wait_until 10 by_daemontools gone "$2"
            rm -rf "/etc/sv/$2/supervise" "/etc/sv/$2/log/supervise"
            ;;
        look) echo "svstat /etc/sv/$2 and /var/log/daemontools/$2/current" ;;
    esac
}

# The verbs of init scripts: by_sysv VERB [NAME].
# shellcheck disable=SC2317 # its name is an argument of those that call it
by_sysv() {
    case "$1" in
        answers) [ -z "${DPKG_ROOT:-}" ] && command -v invoke-rc.d >/dev/null ;;
        state)
            if [ -x "/etc/init.d/$2" ]; then
                verdict=0
                "/etc/init.d/$2" status >/dev/null 2>&1 || verdict=$?
                case "$verdict" in
                    0) echo ran ;;
                    3) echo stopped ;;
                esac
            fi
            ;;
        enabled)
            for link in "/etc/rc2.d/S"[0-9][0-9]"$2"; do
                [ -e "$link" ] || return 1
            done
            ;;
        start)
            # invoke-rc.d starts nothing that is not in the runlevel, or where there is none.
            if [ -e "$REMEMBERED.by_sysv/$2.ran" ]; then
                "/etc/init.d/$2" start
            else
                invoke-rc.d --quiet "$2" start
            fi
            ;;
        stop)
            if [ -x "/etc/init.d/$2" ]; then
                "/etc/init.d/$2" stop
            fi
            ;;
        leave) ;;
        look) echo "service $2 status" ;;
    esac
}

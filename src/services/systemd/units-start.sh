# Starts UNIT although it is not enabled, because it ran before.
start_disabled() {
    if policy_allows "$1"; then
        systemctl start "$1"
    fi
}

# Starts UNIT if it ran before or is enabled and was not stopped on purpose.
start_unit() {
    if [ -e "$REMEMBERED/$1.stopped" ]; then
        return 0
    fi
    case "$(systemctl is-enabled "$1" 2>/dev/null)" in
        masked*) ;;
        enabled*) deb-systemd-invoke start "$1" >/dev/null && started="$started $1" ;;
        *)
            if [ -e "$REMEMBERED/$1.ran" ]; then
                start_disabled "$1" && started="$started $1"
            fi
            ;;
    esac
}

# Brings back each UNIT. A service that does not run is reported, and is no reason to leave the package half configured.
start_units() {
    if ! systemd_runs; then
        return 0
    fi
    systemctl --system daemon-reload >/dev/null || true
    started=''
    for unit in "$@"; do
        start_unit "$unit" || started="$started $unit"
    done
    rm -rf "$REMEMBERED"
    # Most programs that cannot start say so within a moment.
    [ -z "$started" ] || sleep 1
    for unit in $started; do
        case "$(systemctl is-active "$unit")" in
            active | reloading) ;;
            # Nothing was started where policy-rc.d forbids it.
            inactive) ;;
            *)
                echo "$DPKG_MAINTSCRIPT_PACKAGE: $unit does not run: see 'systemctl status $unit' and 'journalctl -u $unit'" >&2
                ;;
        esac
    done
}

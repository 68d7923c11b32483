# Starts UNIT if it ran before or is enabled and was not stopped on purpose, unless policy-rc.d(8) forbids it.
start_unit() {
    if [ -e "$REMEMBERED/$1.stopped" ] || ! policy_allows "$1"; then
        return 0
    fi
    case "$(systemctl is-enabled "$1" 2>/dev/null)" in
        masked*) ;;
        enabled*) begun="$begun $1" && deb-systemd-invoke start "$1" >/dev/null ;;
        *)
            if [ -e "$REMEMBERED/$1.ran" ]; then
                # Although it is not enabled: the helper would not.
                begun="$begun $1" && systemctl start "$1"
            fi
            ;;
    esac
}

# Prints what has to run for each UNIT to run: a target is up whatever becomes of the copies that it wants.
list_parts() {
    for unit in "$@"; do
        case "$unit" in
            *.target) systemctl show --property=Wants --value "$unit" ;;
            *) echo "$unit" ;;
        esac
    done
}

# Brings back each UNIT. A service that does not run is reported, and is no reason to leave the package half configured.
start_units() {
    if ! systemd_runs; then
        return 0
    fi
    systemctl --system daemon-reload >/dev/null || true
    begun=''
    for unit in "$@"; do
        start_unit "$unit" || true
    done
    rm -rf "$REMEMBERED"
    # Most programs that cannot start end within a moment. There is no state to wait for: of one that goes on, no manager says so.
    [ -z "$begun" ] || sleep 1
    started="$started$begun"
    # shellcheck disable=SC2086 # a list of units
    for unit in $(list_parts $begun); do
        case "$(systemctl is-active "$unit")" in
            active | reloading) ;;
            # A program that had nothing more to do.
            inactive) ;;
            *)
                echo "$DPKG_MAINTSCRIPT_PACKAGE: $unit does not run: see 'systemctl status $unit' and 'journalctl -u $unit'" >&2
                ;;
        esac
    done
}

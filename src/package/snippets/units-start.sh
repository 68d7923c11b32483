# Enables UNIT on the first installation, and later keeps what the administrator chose (deb-systemd-helper(1p)).
enable_unit() {
    deb-systemd-helper unmask "$1" >/dev/null || true
    if deb-systemd-helper --quiet was-enabled "$1"; then
        deb-systemd-helper enable "$1" >/dev/null || true
    else
        deb-systemd-helper update-state "$1" >/dev/null || true
    fi
}

# Starts each UNIT, unless it was stopped on purpose before an upgrade. A service that does not start is reported and is
# no reason to leave the package half configured.
start_units() {
    if [ -n "${DPKG_ROOT:-}" ] || ! [ -d /run/systemd/system ]; then
        return 0
    fi
    systemctl --system daemon-reload >/dev/null || true
    for unit in "$@"; do
        if [ -e "$STOPPED/$unit" ]; then
            rm -f "$STOPPED/$unit"
            rmdir "$STOPPED" 2>/dev/null || true
        elif ! deb-systemd-invoke start "$unit" >/dev/null; then
            echo "$DPKG_MAINTSCRIPT_PACKAGE: $unit did not start: see 'systemctl status $unit' and 'journalctl -u $unit'" >&2
        fi
    done
}

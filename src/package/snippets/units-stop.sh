# Notes which UNIT the administrator had stopped, so that the upgrade does not start it.
remember_stopped() {
    if [ -n "${DPKG_ROOT:-}" ] || ! [ -d /run/systemd/system ]; then
        return 0
    fi
    for unit in "$@"; do
        if [ "$(systemctl is-active "$unit")" = inactive ]; then
            mkdir -p "$STOPPED"
            : >"$STOPPED/$unit"
        else
            rm -f "$STOPPED/$unit"
        fi
    done
}

# Stops each UNIT; a failure here would block every later upgrade and removal.
stop_units() {
    if [ -n "${DPKG_ROOT:-}" ] || ! [ -d /run/systemd/system ]; then
        return 0
    fi
    deb-systemd-invoke stop "$@" >/dev/null || true
}

# Stops each UNIT; a failure here would block every later upgrade and removal.
stop_units() {
    if systemd_runs; then
        deb-systemd-invoke stop "$@" >/dev/null || true
    fi
}

# Tells systemd that unit files are gone.
reload_units() {
    rm -rf "$REMEMBERED"
    if systemd_runs; then
        systemctl --system daemon-reload >/dev/null || true
    fi
}

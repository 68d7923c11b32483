# Tells systemd of files that the package brought or took.
reload_systemd() {
    if systemd_runs; then
        systemctl --system daemon-reload >/dev/null || true
    fi
}

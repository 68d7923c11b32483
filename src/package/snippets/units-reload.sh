# Tells systemd that unit files are gone.
reload_units() {
    rm -rf "$STOPPED"
    if [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload >/dev/null || true
    fi
}

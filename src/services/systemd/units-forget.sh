# Forgets what the helper and systemd know of each UNIT; the helper may be gone.
forget_units() {
    for unit in "$@"; do
        rm -f "/var/lib/systemd/timers/stamp-$unit"
    done
    if command -v deb-systemd-helper >/dev/null; then
        for unit in "$@"; do
            deb-systemd-helper purge "$unit" >/dev/null || true
            deb-systemd-helper unmask "$unit" >/dev/null || true
        done
    fi
}

# Restarts each UNIT that runs: it has gone on while its files were replaced.
restart_units() {
    if ! systemd_runs; then
        return 0
    fi
    systemctl --system daemon-reload >/dev/null || true
    for unit in "$@"; do
        if systemctl --quiet is-active "$unit" && policy_allows "$unit"; then
            systemctl restart "$unit" || true
        fi
    done
}

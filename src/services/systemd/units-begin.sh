# Notes that the configuration has begun: should it fail, the next attempt must not take a service that never started for
# one that the administrator stopped.
begin_units() {
    if systemd_runs; then
        mkdir -p "$REMEMBERED"
    fi
}

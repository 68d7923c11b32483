# Notes for MANAGER that the configuration has begun: should it fail, the next attempt must not take a service that never
# started for one that the administrator stopped.
begin_services() {
    if "$1" answers; then
        mkdir -p "$REMEMBERED.$1"
    fi
}

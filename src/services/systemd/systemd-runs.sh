# Succeeds when systemd is PID 1 of the system that dpkg works on.
systemd_runs() {
    [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]
}

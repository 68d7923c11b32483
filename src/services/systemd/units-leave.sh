# Leaves UNIT as the administrator has it: the recipe does not enable it.
leave_unit() {
    if deb-systemd-helper debian-installed "$1"; then
        deb-systemd-helper unmask "$1" >/dev/null || true
        if deb-systemd-helper --quiet was-enabled "$1"; then
            deb-systemd-helper enable "$1" >/dev/null || true
        fi
    fi
    deb-systemd-helper update-state "$1" >/dev/null || true
}

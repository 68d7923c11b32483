# Puts the init script NAME into the RUNLEVELS of its head; what the administrator made of them stays.
enable_script() {
    if [ -x "/etc/init.d/$1" ]; then
        update-rc.d "$1" "$2" >/dev/null || true
    fi
}

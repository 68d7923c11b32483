# Takes the init script NAME out of all runlevels; update-rc.d may be gone.
forget_script() {
    if command -v update-rc.d >/dev/null; then
        update-rc.d "$1" remove >/dev/null || true
    fi
}

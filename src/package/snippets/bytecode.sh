# Removes bytecode below PREFIX, also what a root shell compiled: dpkg would leave its directories behind. A failure here
# would block the removal.
remove_bytecode() {
    if [ -d "$1" ]; then
        find "$1/" -type d -name __pycache__ -prune -exec rm -rf {} + || true
    fi
}

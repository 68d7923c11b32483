# Removes bytecode below PREFIX, also what a root shell compiled: dpkg would leave its directories behind.
remove_bytecode() {
    if [ -d "$1" ]; then
        find "$1" -type d -name __pycache__ -prune -exec rm -rf {} +
    fi
}

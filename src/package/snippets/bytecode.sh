# Removes bytecode below PREFIX that is not the package's, such as what a root shell compiled: dpkg would leave its directories
# behind. What is dpkg's stays for it to remove, because the removal may still be called off. A failure here would block it.
remove_bytecode() {
    if ! [ -d "$1" ] || ! owned=$(mktemp); then
        return 0
    fi
    if dpkg-query -L "$DPKG_MAINTSCRIPT_PACKAGE" >"$owned"; then
        find "$1/" -depth -path '*/__pycache__*' | LC_ALL=C grep -vxF -f "$owned" |
            while IFS= read -r path; do
                if [ -d "$path" ] && ! [ -L "$path" ]; then
                    rmdir "$path" || true
                else
                    rm -f "$path" || true
                fi
            done
    fi
    rm -f "$owned"
}

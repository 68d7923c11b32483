# Insists on the user NAME, which another package makes.
require_user() {
    if ! getent passwd "$1" >/dev/null; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: there is no user $1 on this host; install the package that makes it, then run 'dpkg --configure -a'" >&2
        exit 1
    fi
}

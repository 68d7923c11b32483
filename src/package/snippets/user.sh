# Makes the system user NAME HOME SHELL COMMENT unless it is there; a person's account of that name is not taken over.
ensure_user() {
    if getent passwd "$1" >/dev/null; then
        if [ "$(id -u "$1")" -ge 1000 ]; then
            echo "$DPKG_MAINTSCRIPT_PACKAGE: the user $1 is a person's account, not a system user; rename it and install again" >&2
            exit 1
        fi
    else
        adduser --system --group --quiet --no-create-home --home "$2" --shell "$3" --gecos "$4" "$1"
    fi
    getent group "$1" >/dev/null || addgroup --system --quiet "$1"
}

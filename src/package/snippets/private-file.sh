# Replaces FILE by standard input; it is root's, and the group of USER may read it. Never half of it is there.
replace_private() {
    # A version that knows nothing of it can purge it.
    if ! [ -e "$NOTED/private" ] || ! grep -qxF "$1" "$NOTED/private"; then
        mkdir -p "$NOTED"
        printf '%s\n' "$1" >>"$NOTED/private"
    fi
    file=$(readlink -f "$1")
    group=root
    [ -z "$2" ] || group=$(id -g "$2")
    (umask 077 && cat >"$file.new")
    chown "root:$group" "$file.new"
    chmod 0640 "$file.new"
    mv -f "$file.new" "$file"
}

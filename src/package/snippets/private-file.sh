# Replaces FILE by standard input; it is root's, and the group of USER may read it. Never half of it is there.
replace_private() {
    file=$(readlink -f "$1")
    group=root
    [ -z "$2" ] || group=$(id -g "$2")
    (umask 077 && cat >"$file.new")
    chown "root:$group" "$file.new"
    chmod 0640 "$file.new"
    mv -f "$file.new" "$file"
}

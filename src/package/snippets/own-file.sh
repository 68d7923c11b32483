# Gives the file PATH, which dpkg has unpacked as root's, to OWNER and GROUP, or to USER's own group; what was given to the service
# user of an earlier version goes to them too. What the administrator has changed, with or without dpkg-statoverride, stays.
# own_file PATH OWNER GROUP [USER]
own_file() {
    if [ -f "$1" ] && ! [ -L "$1" ] && ! dpkg-statoverride --list "$1" >/dev/null; then
        case "$(stat -c %u:%g "$1")" in
            0:0 | "${former_ids:-0:0}" | "0:${former_group:-0}") chown -h "$2:${3:-$(id -g "${4:-root}")}" "$1" ;;
        esac
    fi
}

# Adds USER, whom another package makes, to GROUP if the host has such a group: one time, what the administrator takes away stays
# away. That is noted, so that the user can leave the group with the package.
lend_group() {
    mark=$NOTED/group:$1:$2
    if [ -e "$mark" ] || ! getent group "$2" >/dev/null; then
        return 0
    fi
    mkdir -p "$NOTED"
    case " $(id -Gn "$1") " in
        *" $2 "*)
            # An interrupted attempt has made it so, or it was so before.
            [ -e "$mark.new" ] || echo found >"$mark.new"
            ;;
        *)
            echo made >"$mark.new"
            adduser --quiet "$1" "$2"
            ;;
    esac
    mv "$mark.new" "$mark"
}

# Adds USER, whom another package makes, to GROUP if the host has such a group: one time, what the administrator takes away stays
# away. That is noted, so that the user can leave the group with the package.
lend_group() {
    if ! getent group "$2" >/dev/null; then
        return 0
    fi
    word=''
    if [ -e "$NOTED/group:$1:$2" ]; then
        word=$(cat "$NOTED/group:$1:$2")
    fi
    if is_member "$1" "$2"; then
        case "$word" in
            '') note_group "$NOTED" "$1" "$2" found ;;
            # Something has killed the attempt before.
            joining) note_group "$NOTED" "$1" "$2" made ;;
        esac
        return 0
    fi
    case "$word" in
        '' | joining) ;;
        # Should it ever be in it again, that is the administrator's doing.
        made)
            note_group "$NOTED" "$1" "$2" found
            return 0
            ;;
        *) return 0 ;;
    esac
    note_group "$NOTED" "$1" "$2" joining
    if adduser --quiet "$1" "$2"; then
        note_group "$NOTED" "$1" "$2" made
    else
        # What the administrator does about it is the administrator's.
        rm -f "$NOTED/group:$1:$2"
        echo "$DPKG_MAINTSCRIPT_PACKAGE: $1 could not join the group $2, and goes on without it; run 'adduser $1 $2', and restart what is to be in it" >&2
    fi
}

# Lets USER leave GROUP, which it joined for this package; where another package lent it the same group, that one takes over.
return_group() {
    mark=$NOTED/group:$1:$2
    if ! [ -e "$mark" ]; then
        return 0
    fi
    made=$(cat "$mark")
    rm -f "$mark"
    if [ "$made" != made ]; then
        return 0
    fi
    for other in "${NOTED%/*}"/*/"group:$1:$2"; do
        if [ -e "$other" ]; then
            echo made >"$other"
            return 0
        fi
    done
    if command -v gpasswd >/dev/null && getent passwd "$1" >/dev/null; then
        case " $(id -Gn "$1") " in *" $2 "*) gpasswd -d "$1" "$2" >/dev/null || true ;; esac
    fi
}

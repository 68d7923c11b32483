# Lets USER leave GROUP if it joined for this package. Where another package wants the same, the user stays: a package whose own
# user it is keeps it, and one that found it so takes over.
return_group() {
    mark=$NOTED/group:$1:$2
    if ! [ -e "$mark" ]; then
        return 0
    fi
    word=$(cat "$mark") || word=''
    case "$word" in
        made | joining) ;;
        *)
            rm -f "$mark"
            return 0
            ;;
    esac
    if is_member "$1" "$2"; then
        for other in "${NOTED%/*}"/*/"group:$1:$2"; do
            if [ "$other" = "$mark" ] || ! [ -e "$other" ]; then
                continue
            fi
            word=$(cat "$other") || word=''
            if [ "$word" = found ]; then
                note_group "${other%/*}" "$1" "$2" made
            fi
            rm -f "$mark"
            return 0
        done
        if ! gpasswd -d "$1" "$2" >/dev/null; then
            # The note stays: a purge tries again.
            echo "$DPKG_MAINTSCRIPT_PACKAGE: $1 could not leave the group $2, which it joined for this package; run 'gpasswd -d $1 $2'" >&2
            return 0
        fi
    fi
    rm -f "$mark"
}

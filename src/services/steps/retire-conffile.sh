# Takes a conffile away that this version has no longer; one that the administrator changed is set aside, so that no
# program reads it, and removed at the purge.
retire_conffile() {
    if ! [ -f "$1" ]; then
        return 0
    fi
    # shellcheck disable=SC2016 # dpkg expands it
    known=$(dpkg-query -W -f='${Conffiles}\n' "$DPKG_MAINTSCRIPT_PACKAGE" | grep -F " $1 " | grep ' obsolete$') || return 0
    sum=$(md5sum <"$1")
    case "$known" in
        *" ${sum%% *} obsolete") rm -f "$1" ;;
        *)
            echo "$DPKG_MAINTSCRIPT_PACKAGE: $1 is not used any more; your version of it is $1.dpkg-bak" >&2
            mv -f "$1" "$1.dpkg-bak"
            mkdir -p "$NOTED"
            printf '%s\n' "$1.dpkg-bak" >>"$NOTED/set-aside"
            ;;
    esac
    # dpkg leaves the folders that were there for it alone.
    folder=${1%/*}
    while [ "$folder" != /etc ] && ! dpkg-query -S "$folder" >/dev/null 2>&1 && rmdir "$folder" 2>/dev/null; do
        folder=${folder%/*}
    done
}

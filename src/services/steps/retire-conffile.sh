# Takes a conffile away that this version has no longer; one that the administrator changed is kept as `.dpkg-old`, which
# dpkg removes at the purge.
retire_conffile() {
    if ! [ -f "$1" ]; then
        return 0
    fi
    # shellcheck disable=SC2016 # dpkg expands it
    known=$(dpkg-query -W -f='${Conffiles}\n' "$DPKG_MAINTSCRIPT_PACKAGE" | grep -F " $1 " | grep ' obsolete$') || return 0
    sum=$(md5sum <"$1")
    case "$known" in
        *" ${sum%% *} obsolete") rm -f "$1" ;;
        *) mv -f "$1" "$1.dpkg-old" ;;
    esac
}

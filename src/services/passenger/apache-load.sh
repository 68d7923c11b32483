# Loads the helper of apache2 for packages that bring a site; fails where there is none, or where dpkg works on another system.
load_apache() {
    if [ -n "${DPKG_ROOT:-}" ] || ! [ -e /usr/share/apache2/apache2-maintscript-helper ]; then
        return 1
    fi
    # It looks at the words of the script, and knows nothing of dpkg-reconfigure. What it says of each step is no news.
    case "$ACTION" in
        reconfigure) set -- configure "$LAST" ;;
        *) set -- "$ACTION" "$LAST" ;;
    esac
    # shellcheck disable=SC2034 # the helper's
    APACHE2_MAINTSCRIPT_HELPER_QUIET=yes
    # shellcheck disable=SC1091 # apache2's own
    . /usr/share/apache2/apache2-maintscript-helper
}

# Takes the site NAME out, whichever call of dpkg this is.
leave_apache_site() {
    load_apache || return 0
    APACHE2_MAINTSCRIPT_METHOD=remove
    # Only the last script of a removal would reload by itself.
    apache2_invoke dissite "$1" >/dev/null || true
    # shellcheck disable=SC2034 # the helper's
    APACHE2_MAINTSCRIPT_METHOD=configure
    # shellcheck disable=SC2034 # the helper's
    APACHE2_NEED_ACTION=yes
    [ "$DPKG_MAINTSCRIPT_NAME" != postinst ] || apache2_reload || true
}

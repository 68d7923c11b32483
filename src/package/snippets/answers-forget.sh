# Makes debconf forget the questions; this script begins anew under debconf when it does not run under it yet.
forget_answers() {
    if [ -e /usr/share/debconf/confmodule ]; then
        # shellcheck disable=SC1091 # debconf's own
        . /usr/share/debconf/confmodule
        db_purge
        db_stop
    fi
}

# Makes debconf forget the questions; this script begins anew under debconf when it does not run under it yet.
forget_answers() {
    if [ -e /usr/share/debconf/confmodule ]; then
        # What begins anew gets the words of this function.
        set -- "$ACTION"
        # shellcheck disable=SC1091 # debconf's own
        . /usr/share/debconf/confmodule
        db_purge
        db_stop
    fi
}

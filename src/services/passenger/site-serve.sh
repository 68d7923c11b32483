# Succeeds when PYTHON can listen where Apache's LISTEN says: a port, with an address in front or without.
# shellcheck disable=SC2317 # its name is an argument
is_free() {
    "$1" -I -c 'import socket, sys
address, _, port = sys.argv[1].rpartition(":")
address = address.strip("[]").replace("*", "")
there = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
where = address, int(port)
there.bind(where)' "$2"
}

# Succeeds when Apache runs.
apache_runs() {
    pid=$(cat /run/apache2/apache2.pid 2>/dev/null) && [ -d "/proc/$pid" ]
}

# Lets Apache read its configuration again, whichever call of dpkg this is.
reload_apache() {
    # shellcheck disable=SC2034 # the helper's
    APACHE2_MAINTSCRIPT_METHOD=configure
    # shellcheck disable=SC2034 # the helper's
    APACHE2_NEED_ACTION=yes
    apache2_reload || true
}

# Switches the site NAME on, unless the administrator switched it off. Where it begins to listen, nobody else may do so, which
# PYTHON finds out: Apache would end. A site that is wrong is taken out, and Apache goes on.
serve_apache_site() {
    file=/etc/apache2/sites-available/$1.conf
    load_apache || return 0
    verdict=0
    a2query -s "$1" >/dev/null 2>&1 || verdict=$?
    if [ "$verdict" -eq 32 ]; then
        return 0
    fi
    if ! [ -e "$file" ]; then
        # dpkg does not bring back a conffile that is gone, also when a version without it took it away.
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the site $1 is not served, because $file was removed: 'dpkg --force-confmiss -i' of the package brings it back" >&2
        return 0
    fi
    if [ "$verdict" -ne 0 ]; then
        # shellcheck disable=SC2013 # each is one word
        for listen in $(sed -n 's/^[[:space:]]*Listen[[:space:]]\{1,\}\([^[:space:]]*\).*/\1/p' "$file"); do
            # Apache lets go of a port a moment after it was told to.
            if ! wait_until 5 is_free "$2" "$listen"; then
                echo "$DPKG_MAINTSCRIPT_PACKAGE: the site $1 is not served, because something else listens on $listen: free that, or change it in $file, and run 'dpkg-reconfigure $DPKG_MAINTSCRIPT_PACKAGE'" >&2
                return 0
            fi
        done
    fi
    # A call for which the helper does not reload: that comes when the configuration is known to be right.
    APACHE2_MAINTSCRIPT_METHOD=abort-upgrade
    apache2_invoke ensite "$1" || true
    if wrong=$(apache2ctl configtest 2>&1); then
        reload_apache
        if ! a2query -m passenger >/dev/null 2>&1; then
            echo "$DPKG_MAINTSCRIPT_PACKAGE: the site $1 is not served, because mod_passenger is switched off: run 'a2enmod passenger' and 'systemctl restart apache2'" >&2
        elif apache_runs; then
            started="$started apache2"
        fi
        return 0
    fi
    # So that it can be switched on again later: it was not the administrator.
    APACHE2_MAINTSCRIPT_METHOD=remove
    apache2_invoke dissite "$1" >/dev/null || true
    if apache2ctl configtest >/dev/null 2>&1; then
        reload_apache
        echo "$DPKG_MAINTSCRIPT_PACKAGE: Apache goes on without the site $1, which it refuses: mend $file and run 'dpkg-reconfigure $DPKG_MAINTSCRIPT_PACKAGE'" >&2
    else
        # shellcheck disable=SC2034 # the helper's
        APACHE2_MAINTSCRIPT_METHOD=abort-upgrade
        apache2_invoke ensite "$1" || true
        echo "$DPKG_MAINTSCRIPT_PACKAGE: Apache refuses its configuration, also without the site $1: mend that and run 'systemctl reload apache2'" >&2
    fi
    printf '%s\n' "$wrong" | sed "/^Action 'configtest' failed/d; /^The Apache error log may/d; /AH00558/d; s/^/  /" >&2
}

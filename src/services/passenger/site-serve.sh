# Succeeds when PYTHON can listen on PORT of ADDRESS; an empty ADDRESS means all.
# shellcheck disable=SC2317 # its name is an argument
port_is_free() {
    "$1" -I -c 'import socket, sys
_, address, port = sys.argv
there = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
where = address, int(port)
there.bind(where)' "$2" "$3"
}

# Lets Apache read its configuration again, whichever call of dpkg this is.
reload_apache() {
    APACHE2_MAINTSCRIPT_METHOD=configure
    # shellcheck disable=SC2034 # the helper's
    APACHE2_NEED_ACTION=yes
    apache2_reload || true
}

# Switches the site NAME on, unless the administrator switched it off. Where it would be the only one that listens, PORT of ADDRESS
# must be free, which PYTHON finds out. A site that is wrong is taken out, and Apache goes on.
serve_apache_site() {
    load_apache || return 0
    verdict=0
    a2query -s "$1" >/dev/null 2>&1 || verdict=$?
    case "$verdict" in
        0) ;;
        32) return 0 ;;
        *)
            # Apache lets go of a port a moment after it was told to.
            if [ -n "$4" ] && ! wait_until 5 port_is_free "$2" "$3" "$4"; then
                echo "$DPKG_MAINTSCRIPT_PACKAGE: something else listens on port $4, so Apache does not serve the site: free the port, or change it in /etc/apache2/sites-available/$1.conf, then run 'a2ensite $1' and 'systemctl reload apache2'" >&2
                return 0
            fi
            ;;
    esac
    apache2_invoke ensite "$1" || true
    if wrong=$(apache2ctl configtest 2>&1); then
        reload_apache
        started="$started apache2"
        if ! a2query -m passenger >/dev/null 2>&1; then
            echo "$DPKG_MAINTSCRIPT_PACKAGE: mod_passenger is switched off, so Apache does not serve the site $1: run 'a2enmod passenger' and 'systemctl restart apache2'" >&2
        fi
        return 0
    fi
    APACHE2_MAINTSCRIPT_METHOD=remove
    apache2_invoke dissite "$1" || true
    if apache2ctl configtest >/dev/null 2>&1; then
        reload_apache
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the site /etc/apache2/sites-available/$1.conf is wrong and was taken out; Apache goes on without it. Mend it, then run 'a2ensite $1' and 'systemctl reload apache2'. What is wrong:" >&2
    else
        # shellcheck disable=SC2034 # the helper's
        APACHE2_MAINTSCRIPT_METHOD=configure
        apache2_invoke ensite "$1" || true
        echo "$DPKG_MAINTSCRIPT_PACKAGE: the configuration of Apache is wrong, and not in the site $1, so Apache was not reloaded. Mend it, then run 'systemctl reload apache2'. What is wrong:" >&2
    fi
    echo "$wrong" | grep -v -e "^Action 'configtest' failed" -e '^The Apache error log may' -e AH00558 | sed 's/^/  /' >&2
}

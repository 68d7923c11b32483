# Takes each SITE out of service with which nginx does not accept its configuration: it could not start any more.
take_out_bad_sites() {
    linked=''
    for site in "$@"; do
        if [ -L "/etc/nginx/sites-enabled/$site" ]; then
            # Should this be interrupted, the next configuration begins anew.
            rm -f "$NOTED/nginx:$site" "/etc/nginx/sites-enabled/$site"
            linked="$linked $site"
        fi
    done
    alone=yes
    fault=$(test_nginx) || alone=no
    for site in $linked; do
        ln -s "/etc/nginx/sites-available/$site" "/etc/nginx/sites-enabled/$site"
        if [ "$alone" = no ] || fault=$(test_nginx); then
            note_service nginx "$site"
        else
            rm -f "/etc/nginx/sites-enabled/$site"
            echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx goes on without the site $site, which it refuses: $(first_fault "$fault")" >&2
            case "$fault" in
                *'a duplicate default server'*) what="another site is the default one already: take that out, such as with 'rm /etc/nginx/sites-enabled/default'," ;;
                *) what="mend /etc/nginx/sites-available/$site" ;;
            esac
            echo "$DPKG_MAINTSCRIPT_PACKAGE: $what and run 'dpkg-reconfigure $DPKG_MAINTSCRIPT_PACKAGE'" >&2
        fi
    done
    if [ "$alone" = no ]; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx refuses its configuration, also without the sites of this package: $(first_fault "$fault")" >&2
        echo "$DPKG_MAINTSCRIPT_PACKAGE: mend that and run 'systemctl reload nginx'" >&2
    fi
}

# Prints what nginx stumbled over, out of all that it SAID.
first_fault() {
    first=$(printf '%s\n' "$1" | sed -n 's/^.*\[\(emerg\|alert\|crit\|error\)\] \([0-9#]*: \)\{0,1\}//p' | head -n 1)
    echo "${first:-see 'nginx -t'}"
}

# Repeats of what nginx SAID which names each SITE has in common with others: it passes over one of the two.
tell_shared_names() {
    said=$1
    shift
    printf '%s\n' "$said" | sed -n 's/^.*\[warn\] .*conflicting server name "\([^"]*\)" on \([^,]*\), ignored.*/\1 \2/p' |
        while read -r name address; do
            for site in "$@"; do
                if [ -e "/etc/nginx/sites-enabled/$site" ] && grep -qF " $name" "/etc/nginx/sites-available/$site"; then
                    echo "$DPKG_MAINTSCRIPT_PACKAGE: another site of nginx has the name $name on $address too: only one of the two is served" >&2
                    break
                fi
            done
        done
}

# Lets nginx serve each SITE that is linked.
serve_sites() {
    if ! command -v nginx >/dev/null; then
        # It may have gone just now, or come later in the same run of apt.
        [ "$ACTION" = triggered ] || echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx is not here yet: the site is served as soon as it is" >&2
        return 0
    fi
    if ! [ -d /etc/nginx/sites-enabled ]; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx has no /etc/nginx/sites-enabled here: include /etc/nginx/sites-available/$1 where it reads its sites" >&2
        return 0
    fi
    test_nginx >/dev/null || take_out_bad_sites "$@"
    if said=$(test_nginx); then
        tell_shared_names "$said" "$@"
        reload_nginx || true
    fi
}

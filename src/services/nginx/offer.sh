# Prints the certificates and keys that the file SITE needs, as the administrator has it.
needed_by_site() {
    sed -n 's/^[[:space:]]*ssl_certificate\(_key\)\{0,1\}[[:space:]]\{1,\}\([^;[:space:]]*\);.*/\2/p' "$1"
}

# Links the SITE, by which nginx finds it: the first time only, what the administrator took away stays away. It waits for nginx,
# for the files that it needs, and for each other FILE.
# offer_site SITE [FILE...]
offer_site() {
    site=$1
    shift
    file=/etc/nginx/sites-available/$site
    link=/etc/nginx/sites-enabled/$site
    if ! command -v nginx >/dev/null || ! [ -d "${link%/*}" ]; then
        return 0
    fi
    if ! [ -e "$file" ]; then
        # The administrator has removed the file: a link to nothing would stop nginx.
        [ ! -L "$link" ] || rm -f "$link"
        return 0
    fi
    if [ -e "$NOTED/nginx:$site" ] && ! [ -e "$link" ] && ! [ -L "$link" ]; then
        return 0
    fi
    # The administrator may have other certificates, also with paths from nginx's own folder.
    grep -qF "/nginx-$site.pem" "$file" || set --
    for needed in "$@" $(needed_by_site "$file"); do
        case "$needed" in
            # Variables, engines and quotes are nginx's to judge.
            *[:\$\"\']*) continue ;;
            /*) ;;
            *) needed=/etc/nginx/$needed ;;
        esac
        if ! [ -s "$needed" ]; then
            rm -f "$NOTED/nginx:$site"
            [ ! -L "$link" ] || rm -f "$link"
            echo "$DPKG_MAINTSCRIPT_PACKAGE: the site $site waits for $needed: when that is there, run 'dpkg-reconfigure $DPKG_MAINTSCRIPT_PACKAGE'" >&2
            return 0
        fi
    done
    if ! [ -e "$link" ] && ! [ -L "$link" ]; then
        ln -s "$file" "$link"
    fi
    note_service nginx "$site"
}

# Removes what is left of each SITE when its file is gone: a link to nothing would stop nginx.
forget_sites() {
    for site in "$@"; do
        link=/etc/nginx/sites-enabled/$site
        if [ -L "$link" ] && ! [ -e "$link" ]; then
            rm -f "$link"
        fi
        rm -f "$NOTED/nginx-$site.pem" "$NOTED/nginx-$site.pem.new"
        forget_service nginx "$site"
    done
}
